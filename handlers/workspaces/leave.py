"""The bot was removed from a workspace: forget its tokens, stop asking its channels."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Final

from handlers.ports import Clock
from handlers.refs import WorkspaceRef
from handlers.storage import UnitOfWork, UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
REMOVED: Final = "Prepbot was removed"


class Departure:
    """Handles a workspace's leaving. What people wrote there stays with their team.

    Jobs that still have something to say there end by themselves: their platform finds no
    installation, which is `handlers.ports.TargetGone`.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, workspace: WorkspaceRef) -> None:
        """Purge the installation's tokens and pause the schedules; once or many times.

        An organisation leaves with every workspace that its installation serves.

        Raises:
            StorageUnavailable: nothing was changed; the platform must tell it again.
        """
        async with self._unit_of_work() as work:
            now = self._clock.now()
            leaving = [workspace, *await work.installations.served_by(workspace)]
            for each in leaving:
                await work.installations.leave(each, now)
            paused = await _pause(work, leaving, now)
        _LOG.info("removed from %s; %d schedules paused", workspace.pack(), paused)


async def _pause(work: UnitOfWork, leaving: list[WorkspaceRef], now: datetime) -> int:
    places = {(workspace.platform, workspace.id) for workspace in leaving}
    count = 0
    for schedule in await work.schedules.active():
        if (schedule.channel.platform, schedule.channel.workspace_id) in places:
            await work.schedules.put(replace(schedule, paused=REMOVED, effective_from=now))
            count += 1
    return count
