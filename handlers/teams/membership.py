"""Who is speaking: finds the team and the member, and makes them at the first meeting."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from handlers.invocation import Caller
from handlers.records import Member, Team
from handlers.storage import UnitOfWork


class NoTeam(Exception):
    """Somebody wrote in a direct message whose team is not known yet."""


@dataclass(frozen=True)
class Membership:
    """A member in their team."""

    team: Team
    member: Member


async def find_team(work: UnitOfWork, caller: Caller) -> Team:
    """Return the caller's team; a workspace that has none gets one.

    Raises:
        NoTeam: there is no workspace to tell the team by, and the account is not known.
    """
    if caller.workspace is None:
        team = await work.teams.of_user(caller.user)
        if team is None:
            raise NoTeam
        return team
    known = await work.teams.of_workspace(caller.workspace)
    if known is not None:
        return known
    name = caller.workspace.pack()
    await work.teams.add(Team(id=_new_id(), name=name, zone="UTC"), caller.workspace)
    # Another process may have been faster: what is stored counts.
    stored = await work.teams.of_workspace(caller.workspace)
    if stored is None:
        raise NoTeam
    return stored


async def join(work: UnitOfWork, caller: Caller) -> Membership:
    """Return the caller's team and member, made at the first meeting and renamed since.

    Raises:
        NoTeam: see `find_team`.
    """
    team = await find_team(work, caller)
    member = await work.teams.member(team.id, caller.user)
    if member is None:
        fresh = Member(id=_new_id(), team_id=team.id, name=caller.display_name)
        await work.teams.add_member(fresh, caller.user)
        member = await work.teams.member(team.id, caller.user) or fresh
    elif caller.display_name and member.name != caller.display_name:
        await work.teams.rename_member(member.id, caller.display_name)
        member = Member(id=member.id, team_id=team.id, name=caller.display_name)
    return Membership(team, member)


def _new_id() -> str:
    return uuid.uuid4().hex
