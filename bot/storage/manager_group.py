"""Roles whose people may manage, in SQL."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.hint_tables import manager_groups
from bot.storage.upsert import insert_new
from handlers.command import Group
from handlers.records import Member
from handlers.refs import WorkspaceRef


class SqlManagerGroups:
    """See `handlers.storage.ManagerGroupRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def name(self, team_id: str, group: Group, *, by: Member, now: datetime) -> bool:
        """Let everybody with a role manage; ``False`` where they may already."""
        row = {
            "team_id": team_id,
            "group_ref": group.ref,
            "name": group.name,
            "named_by": by.id,
            "named_at": now,
        }
        return await insert_new(self._connection, manager_groups, row)

    async def unname(self, team_id: str, group: Group) -> bool:
        """Let them manage no longer; ``False`` where nobody had named the role."""
        result = await self._connection.execute(
            sa.delete(manager_groups)
            .where(manager_groups.c.team_id == team_id, manager_groups.c.group_ref == group.ref)
            .returning(manager_groups.c.group_ref)
        )
        return result.first() is not None

    async def of_team(self, team_id: str) -> list[Group]:
        """Return the roles whose people may manage, by name."""
        rows = await self._connection.execute(
            sa.select(manager_groups)
            .where(manager_groups.c.team_id == team_id)
            .order_by(manager_groups.c.name, manager_groups.c.group_ref)
        )
        return [_group(row.group_ref, row.name) for row in rows]


def _group(ref: str, name: str) -> Group:
    workspace, _, id_ = ref.rpartition("/")
    return Group(workspace=WorkspaceRef.unpack(workspace), id=id_, name=name)
