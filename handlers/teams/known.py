"""Knowing who is speaking before something is only read."""

from __future__ import annotations

from functools import partial

from handlers.invocation import Caller
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join, known_team


async def make_known(unit_of_work: UnitOfWorkFactory, caller: Caller) -> None:
    """Store the caller and their team, unless they are stored as they are.

    Afterwards `handlers.teams.membership.join` only reads. Writing waits for its turn and for the
    disk, reading for nobody, and people look at far more than they change.

    Raises:
        NoTeam: see `handlers.teams.membership.find_team`.
        StorageUnavailable: nothing could be stored.
    """
    async with unit_of_work(read_only=True) as work:
        if await _is_known(work, caller):
            return
    # Many meet at once when a channel begins: together they wait for the disk once.
    await unit_of_work.run(partial(_join, caller))


async def _join(caller: Caller, work: UnitOfWork) -> None:
    await join(work, caller)


async def _is_known(work: UnitOfWork, caller: Caller) -> bool:
    team = await known_team(work, caller)
    member = None if team is None else await work.teams.member(team.id, caller.user)
    return member is not None and caller.display_name in ("", member.name)
