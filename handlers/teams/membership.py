"""Who is speaking: finds the team and the member, and makes them at the first meeting."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.invocation import Caller
from handlers.records import Member, Team
from handlers.refs import UserRef
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


async def known_team(work: UnitOfWork, caller: Caller) -> Team | None:
    """Return the caller's team, if it is known already."""
    if caller.workspace is None:
        return await work.teams.of_user(caller.user)
    return await work.teams.of_workspace(caller.workspace)


async def join(work: UnitOfWork, caller: Caller) -> Membership:
    """Return the caller's team and member, made at the first meeting and renamed since.

    Raises:
        NoTeam: see `find_team`.
    """
    team = await find_team(work, caller)
    return Membership(team, await enrol(work, team, caller.user, caller.display_name))


async def enrol(work: UnitOfWork, team: Team, user: UserRef, name: str) -> Member:
    """Return the team's member with an account, made at the first meeting and renamed since.

    Args:
        work: an open unit of work.
        team: the team.
        user: the account.
        name: what to call them; empty where that is not known.
    """
    member = await work.teams.member(team.id, user)
    if member is None:
        fresh = Member(id=_new_id(), team_id=team.id, name=name)
        await work.teams.add_member(fresh, user)
        return await work.teams.member(team.id, user) or fresh
    if name and member.name != name:
        await work.teams.rename_member(member.id, name)
        return Member(id=member.id, team_id=team.id, name=name)
    return member


def zone_of(caller: Caller, team: Team) -> str:
    """Return the IANA time zone of the caller's days.

    It is their own, or the team's where theirs is none that is known here.
    """
    try:
        return ZoneInfo(caller.zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return team.zone


def _new_id() -> str:
    return uuid.uuid4().hex
