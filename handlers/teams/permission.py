"""Who may change settings and decide: looked up when the action runs, never remembered."""

from __future__ import annotations

from handlers.invocation import Caller
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import known_team


async def may_lead(work: UnitOfWork, caller: Caller) -> bool:
    """Return whether the caller decides for others: they run the workspace, or were named.

    They may have been named themselves, or together with all who have a role that they have. Where
    there is no workspace, the platform can't say who runs it.
    """
    if caller.leads and caller.workspace is not None:
        return True
    team = await known_team(work, caller)
    if team is None:
        return False
    if await work.teams.is_manager(caller.user, team.id):
        return True
    named = await work.manager_groups.of_team(team.id) if caller.groups else []
    return any(group.ref in caller.groups for group in named)


async def may_manage(work: UnitOfWork, caller: Caller) -> bool:
    """Return whether the caller may change how the place plays that they are in.

    In a direct message that concerns nobody else.
    """
    return caller.is_direct or caller.may_manage or await may_lead(work, caller)


class Permission:
    """Answers whether somebody may manage, for the router."""

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def may_manage(self, caller: Caller) -> bool:
        """Return whether the caller may manage the place that they are in.

        Raises:
            StorageUnavailable: it can't be looked up.
        """
        async with self._unit_of_work(read_only=True) as work:
            return await may_manage(work, caller)
