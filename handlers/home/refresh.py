"""Home screens that stand open are shown anew when a grade changes what is on them."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from handlers.invocation import Caller
from handlers.message import Message
from handlers.ports import Again, HomeScreen, JobHandler
from handlers.refs import Platform
from handlers.storage import StorageUnavailable, UnitOfWorkFactory
from handlers.teams.membership import NoTeam

_LOG = logging.getLogger(__name__)
# Whoever is forgotten gets a fresh page when they open it again.
_MOST: Final = 1000

ReadPage = Callable[[Caller], Awaitable[tuple[str, Message]]]
"""Returns a caller's member id and their page."""


class HomeRefresher:
    """Remembers who has their home screen open, and shows it anew a moment after a change.

    Nothing here is kept over a restart: a home screen asks for its page whenever it is opened.

    Args:
        read: reads somebody's page.
        screens: the platforms that have a home screen.
        pause: seconds for which changes are gathered, so that a burst shows one page.
    """

    def __init__(
        self, read: ReadPage, screens: Mapping[Platform, HomeScreen], *, pause: float
    ) -> None:
        self._read = read
        self._screens = screens
        self._pause = pause
        self._open: OrderedDict[str, Caller] = OrderedDict()
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def remember(self, member_id: str, caller: Caller) -> None:
        """Note that a member has their home screen open."""
        self._open[member_id] = caller
        self._open.move_to_end(member_id)
        while len(self._open) > _MOST:
            self._open.popitem(last=False)

    def changed(self, member_id: str) -> None:
        """Have a member's home screen shown anew, unless that is about to happen."""
        if member_id in self._open and member_id not in self._waiting:
            task = asyncio.create_task(self._show(member_id))
            task.add_done_callback(_note)
            self._waiting[member_id] = task

    def after(self, handle: JobHandler, unit_of_work: UnitOfWorkFactory) -> JobHandler:
        """Return a job's handler that tells of a change once it has worked on an answer.

        Args:
            handle: works on the answer that its subject names.
            unit_of_work: opens transactions.
        """

        async def handled(answer_id: str, attempt: int) -> Again | None:
            again = await handle(answer_id, attempt)
            if self._open and again is None:
                async with unit_of_work(read_only=True) as work:
                    answer = await work.answers.get(answer_id)
                if answer is not None:
                    self.changed(answer.member_id)
            return again

        return handled

    async def _show(self, member_id: str) -> None:
        await asyncio.sleep(self._pause)
        # From here on a further change is one more reason to show it.
        self._waiting.pop(member_id, None)
        caller = self._open[member_id]
        screen = self._screens.get(caller.user.platform)
        if screen is None:
            return
        try:
            _, page = await self._read(caller)
        except (StorageUnavailable, NoTeam) as error:
            _LOG.warning("a home screen stays as it is: %s", error)
            return
        await screen.show_home(caller.user, page)


def _note(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        _LOG.error("a home screen could not be shown anew", exc_info=error)
