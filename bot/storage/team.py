"""Teams, workspaces and members in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import identities, managers, members, teams, workspaces
from bot.storage.upsert import insert_new
from handlers.records import Member, Team
from handlers.refs import UserRef, WorkspaceRef

# Made once: these are asked for each reply, and making one costs as much as executing it.
_OF_WORKSPACE: Final = (
    sa.select(teams).join(workspaces).where(workspaces.c.ref == sa.bindparam("ref"))
)
_MEMBER: Final = (
    sa.select(members)
    .join(identities, identities.c.member_id == members.c.id)
    .where(
        identities.c.team_id == sa.bindparam("team_id"),
        identities.c.user_ref == sa.bindparam("user_ref"),
    )
)


class SqlTeams:
    """See `handlers.storage.TeamRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_workspace(self, workspace: WorkspaceRef) -> Team | None:
        """Return the workspace's team."""
        return await self._team(_OF_WORKSPACE, {"ref": workspace.pack()})

    async def of_user(self, user: UserRef) -> Team | None:
        """Return the team that this account joined last."""
        stands = sa.func.coalesce(teams.c.joined_into, teams.c.id)
        joined = teams.alias()
        return await self._team(
            sa.select(joined)
            .select_from(teams)
            .join(identities, identities.c.team_id == teams.c.id)
            .join(joined, joined.c.id == stands)
            .where(identities.c.user_ref == user.pack())
            .order_by(identities.c.seq.desc())
            .limit(1)
        )

    async def add(self, team: Team, workspace: WorkspaceRef) -> None:
        """Store a team and its first workspace; a workspace that has one keeps it."""
        taken = await self._connection.scalar(
            sa.select(workspaces.c.team_id).where(workspaces.c.ref == workspace.pack())
        )
        if taken is not None:
            return
        await insert_new(
            self._connection, teams, {"id": team.id, "name": team.name, "zone": team.zone}
        )
        await insert_new(
            self._connection, workspaces, {"ref": workspace.pack(), "team_id": team.id}
        )

    async def all(self) -> list[Team]:
        """Return every team by name, without those that became part of another."""
        rows = await self._connection.execute(
            sa.select(teams).where(teams.c.joined_into.is_(None)).order_by(teams.c.name, teams.c.id)
        )
        return [Team(id=row.id, name=row.name, zone=row.zone) for row in rows]

    async def zone(self, team_id: str) -> str:
        """Return the zone that the team's weeks begin in; ``UTC`` for an unknown team."""
        zone: str | None = await self._connection.scalar(
            sa.select(teams.c.zone).where(teams.c.id == team_id)
        )
        return zone or "UTC"

    async def set_zone(self, team_id: str, zone: str) -> None:
        """Change the zone that the team's weeks begin in."""
        await self._connection.execute(
            sa.update(teams).where(teams.c.id == team_id).values(zone=zone)
        )

    async def member(self, team_id: str, user: UserRef) -> Member | None:
        """Return the team's member with this account."""
        row = (
            await self._connection.execute(_MEMBER, {"team_id": team_id, "user_ref": user.pack()})
        ).one_or_none()
        return None if row is None else Member(id=row.id, team_id=row.team_id, name=row.name)

    async def add_member(self, member: Member, user: UserRef) -> None:
        """Store a member and their account; an account that is there already stays."""
        known = await self.member(member.team_id, user)
        if known is not None:
            return
        await self._connection.execute(
            sa.insert(members).values(id=member.id, team_id=member.team_id, name=member.name)
        )
        await insert_new(
            self._connection,
            identities,
            {"team_id": member.team_id, "user_ref": user.pack(), "member_id": member.id},
        )

    async def rename_member(self, member_id: str, name: str) -> None:
        """Change the name that a member is shown by."""
        await self._connection.execute(
            sa.update(members).where(members.c.id == member_id).values(name=name)
        )

    async def name_manager(self, named: Member, *, by: Member, now: datetime) -> bool:
        """Let a member manage; ``False`` where they may already."""
        return await insert_new(
            self._connection,
            managers,
            {
                "team_id": named.team_id,
                "member_id": named.id,
                "named_by": by.id,
                "named_at": now,
            },
        )

    async def unname_manager(self, named: Member) -> bool:
        """Let a member manage no longer; ``False`` where nobody had named them."""
        result = await self._connection.execute(
            sa.delete(managers)
            .where(managers.c.team_id == named.team_id, managers.c.member_id == named.id)
            .returning(managers.c.member_id)
        )
        return result.first() is not None

    async def managers(self, team_id: str) -> list[Member]:
        """Return the members who were named to manage, by name."""
        rows = await self._connection.execute(
            sa.select(members)
            .join(managers, managers.c.member_id == members.c.id)
            .where(managers.c.team_id == team_id)
            .order_by(members.c.name, members.c.id)
        )
        return [Member(id=row.id, team_id=row.team_id, name=row.name) for row in rows]

    async def is_manager(self, user: UserRef, team_id: str) -> bool:
        """Return whether an account is that of a member who was named to manage."""
        found = await self._connection.scalar(
            sa.select(managers.c.member_id)
            .join(identities, identities.c.member_id == managers.c.member_id)
            .where(managers.c.team_id == team_id, identities.c.user_ref == user.pack())
            .limit(1)
        )
        return found is not None

    async def _team(
        self, query: sa.Select[tuple[str, str, str]], parameters: Mapping[str, str] | None = None
    ) -> Team | None:
        row = (await self._connection.execute(query, parameters)).one_or_none()
        return None if row is None else Team(id=row.id, name=row.name, zone=row.zone)
