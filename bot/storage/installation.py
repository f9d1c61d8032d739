"""Installations in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import install_requests, installations
from bot.storage.upsert import insert_new, put
from handlers.refs import WorkspaceRef
from handlers.workspaces.record import Installation, InstallRequest


class SqlInstallations:
    """See `handlers.storage.InstallationRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, workspace: WorkspaceRef) -> Installation | None:
        """Return a workspace's installation, even if the bot was removed since."""
        query = sa.select(installations).where(installations.c.ref == workspace.pack())
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _installation(row)

    async def present(self) -> list[Installation]:
        """Return every installation that the bot was not removed from."""
        rows = await self._connection.execute(
            sa.select(installations)
            .where(installations.c.left_at.is_(None))
            .order_by(installations.c.ref)
        )
        return [_installation(row) for row in rows]

    async def put(self, installation: Installation) -> None:
        """Store an installation, in place of the workspace's earlier one."""
        workspace = installation.workspace
        org = WorkspaceRef(platform=workspace.platform, id=installation.org_id)
        row = {
            "ref": workspace.pack(),
            "org_ref": org.pack() if installation.org_id else None,
            "bot_user_id": installation.bot_user_id,
            "secret": installation.secret,
            "expires_at": installation.expires_at,
            "installed_at": installation.installed_at,
            "left_at": installation.left_at,
            "renewing_until": None,
        }
        await put(self._connection, installations, row, ("ref",))

    async def leave(self, workspace: WorkspaceRef, at: datetime) -> None:
        """Forget a workspace's secret and note when the bot was removed."""
        await self._connection.execute(
            sa.update(installations)
            .where(installations.c.ref == workspace.pack(), installations.c.left_at.is_(None))
            .values(secret="", expires_at=None, left_at=at)
        )

    async def served_by(self, org: WorkspaceRef) -> list[WorkspaceRef]:
        """Return the workspaces that an organisation's installation serves."""
        rows = await self._connection.scalars(
            sa.select(installations.c.ref)
            .where(installations.c.org_ref == org.pack())
            .order_by(installations.c.ref)
        )
        return [WorkspaceRef.unpack(ref) for ref in rows]

    async def claim_renewal(self, workspace: WorkspaceRef, now: datetime, until: datetime) -> bool:
        """Keep others from renewing a secret until then; ``False`` while somebody else does."""
        free = installations.c.renewing_until.is_(None) | (installations.c.renewing_until <= now)
        claimed = await self._connection.execute(
            sa.update(installations)
            .where(installations.c.ref == workspace.pack(), free)
            .values(renewing_until=until)
        )
        return claimed.rowcount == 1

    async def renew(self, installation: Installation, *, since: str) -> bool:
        """Store a renewed secret; ``False``, changing nothing, unless it was still ``since``."""
        renewed = await self._connection.execute(
            sa.update(installations)
            .where(
                installations.c.ref == installation.workspace.pack(),
                installations.c.secret == since,
            )
            .values(
                secret=installation.secret,
                expires_at=installation.expires_at,
                renewing_until=None,
            )
        )
        return renewed.rowcount == 1

    async def begin(self, request: InstallRequest, now: datetime) -> None:
        """Store that somebody began an installation; requests that have expired are forgotten."""
        await self._forget_expired(now)
        row = {
            "state": request.state,
            "browser": request.browser,
            "expires_at": request.expires_at,
        }
        await insert_new(self._connection, install_requests, row)

    async def finish(self, state: str, browser: str, now: datetime) -> bool:
        """Take a request away; return whether it was there, unexpired, from that browser."""
        await self._forget_expired(now)
        taken = await self._connection.execute(
            sa.delete(install_requests).where(
                install_requests.c.state == state, install_requests.c.browser == browser
            )
        )
        return taken.rowcount == 1

    async def _forget_expired(self, now: datetime) -> None:
        await self._connection.execute(
            sa.delete(install_requests).where(install_requests.c.expires_at <= now)
        )


def _installation(row: sa.Row[Any]) -> Installation:
    return Installation(
        workspace=WorkspaceRef.unpack(row.ref),
        org_id=WorkspaceRef.unpack(row.org_ref).id if row.org_ref else "",
        bot_user_id=row.bot_user_id,
        secret=row.secret,
        expires_at=row.expires_at,
        installed_at=row.installed_at,
        left_at=row.left_at,
    )
