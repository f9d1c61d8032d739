"""The bot was added to a workspace again: say how its schedules go on."""

from __future__ import annotations

import logging

from handlers.notices.notice import tell
from handlers.records import NoticeKind
from handlers.refs import WorkspaceRef
from handlers.storage import UnitOfWorkFactory
from handlers.workspaces.leave import REMOVED

_LOG = logging.getLogger(__name__)


class Arrival:
    """Handles that the bot is in a workspace: added, added again, or there all along.

    Schedules stay paused: whoever removed the bot had a reason, and a question that nobody
    expects is worse than one that comes a day later. Who set them is told how to go on.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, workspace: WorkspaceRef) -> None:
        """Tell the owners of the schedules that the removal paused; once or many times.

        Raises:
            StorageUnavailable: nobody was told; the platform must tell it again.
        """
        async with self._unit_of_work(read_only=True) as work:
            schedules = await work.schedules.of_workspace(workspace)
        waiting = [schedule for schedule in schedules if schedule.paused == REMOVED]
        if not waiting:
            return
        async with self._unit_of_work() as work:
            for schedule in waiting:
                if schedule.owner is None:
                    continue
                await tell(
                    work,
                    NoticeKind.SCHEDULE_WAITS,
                    schedule.owner,
                    team_id=schedule.team_id,
                    subject=schedule.id,
                    # A removal moves this instant, so each one is told of once.
                    key=f"waits:{schedule.id}:{schedule.effective_from.isoformat()}",
                )
        _LOG.info("back in %s; %d schedules wait", workspace.pack(), len(waiting))
