"""How channels play, in SQL."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import channel_settings
from bot.storage.upsert import put
from handlers.records import ChannelSettings, GradeMode
from handlers.refs import ChannelRef


class SqlChannelSettings:
    """See `handlers.storage.ChannelSettingsRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, channel: ChannelRef) -> ChannelSettings | None:
        """Return a channel's settings; ``None`` where nobody changed them."""
        row = (
            await self._connection.execute(
                sa.select(channel_settings).where(channel_settings.c.channel == channel.pack())
            )
        ).one_or_none()
        if row is None:
            return None
        return ChannelSettings(
            team_id=row.team_id,
            channel=ChannelRef.unpack(row.channel),
            grades=GradeMode(row.grades),
            reveal_at=row.reveal_at,
            edit_minutes=row.edit_minutes,
        )

    async def put(self, settings: ChannelSettings) -> None:
        """Store a channel's settings, in place of its earlier ones."""
        row = {
            "channel": settings.channel.pack(),
            "team_id": settings.team_id,
            "grades": settings.grades.value,
            "reveal_at": settings.reveal_at,
            "edit_minutes": settings.edit_minutes,
        }
        await put(self._connection, channel_settings, row, ("channel",))
