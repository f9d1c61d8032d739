"""Home screens that stand open are shown anew when something on them changes."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from handlers.invocation import Caller
from handlers.message import Message
from handlers.ports import Again, HomeScreen, JobHandler
from handlers.records import Occurrence
from handlers.refs import ChannelRef, Platform
from handlers.storage import StorageUnavailable, UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import NoTeam

_LOG = logging.getLogger(__name__)
# Whoever is forgotten gets a fresh page when they open it again.
_MOST: Final = 1000


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """Somebody's page, and whose it is."""

    member_id: str
    team_id: str
    message: Message


ReadPage = Callable[[Caller], Awaitable[OwnPage]]
"""Returns a caller's page."""
Note = Callable[[UnitOfWork, str], Awaitable[None]]
"""Finds out whom the work on a row concerns, by the row's id."""


class HomeRefresher:
    """Remembers who has their home screen open, and shows it anew a moment after a change.

    Nothing here is kept over a restart: a home screen asks for its page whenever it is opened.

    Args:
        read: reads somebody's page.
        screens: the platforms that have a home screen.
        pause: seconds for which changes are gathered, so that a burst shows one page.
        spacing: seconds between two people's screens where one change concerns many: platforms
            take only so many a minute.
    """

    def __init__(
        self,
        read: ReadPage,
        screens: Mapping[Platform, HomeScreen],
        *,
        pause: float,
        spacing: float = 0.6,
    ) -> None:
        self._read = read
        self._screens = screens
        self._pause = pause
        self._spacing = spacing
        self._open: OrderedDict[str, tuple[str, Caller]] = OrderedDict()
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def remember(self, page: OwnPage, caller: Caller) -> None:
        """Note that somebody has their page open."""
        self._open[page.member_id] = (page.team_id, caller)
        self._open.move_to_end(page.member_id)
        while len(self._open) > _MOST:
            self._open.popitem(last=False)

    def changed(self, member_id: str) -> None:
        """Have a member's home screen shown anew, unless that is about to happen."""
        if member_id in self._open:
            self._soon(member_id, lambda: self._show(member_id))

    def posted(self, occurrence: Occurrence) -> None:
        """Have the screens shown anew that a new question may stand on."""
        channel = occurrence.channel
        self._soon(channel.pack(), lambda: self._show_all(occurrence.team_id, channel))

    def after(self, handle: JobHandler, unit_of_work: UnitOfWorkFactory) -> JobHandler:
        """Return a job's handler that tells of a change once it has worked on an answer.

        Args:
            handle: works on the answer that its subject names.
            unit_of_work: opens transactions.
        """

        async def note(work: UnitOfWork, answer_id: str) -> None:
            answer = await work.answers.get(answer_id)
            if answer is not None:
                self.changed(answer.member_id)

        return self._noting(handle, unit_of_work, note)

    def after_appeal(self, handle: JobHandler, unit_of_work: UnitOfWorkFactory) -> JobHandler:
        """Do the same as `after` for a handler that works on an appeal."""

        async def note(work: UnitOfWork, appeal_id: str) -> None:
            appeal = await work.appeals.get(appeal_id)
            if appeal is not None:
                self.changed(appeal.member_id)

        return self._noting(handle, unit_of_work, note)

    def after_post(self, handle: JobHandler, unit_of_work: UnitOfWorkFactory) -> JobHandler:
        """Do the same as `after` for a handler that posts a question."""

        async def note(work: UnitOfWork, occurrence_id: str) -> None:
            occurrence = await work.occurrences.get(occurrence_id)
            if occurrence is not None:
                self.posted(occurrence)

        return self._noting(handle, unit_of_work, note)

    def _noting(
        self, handle: JobHandler, unit_of_work: UnitOfWorkFactory, note: Note
    ) -> JobHandler:
        async def handled(subject: str, attempt: int) -> Again | None:
            again = await handle(subject, attempt)
            if self._open and again is None:
                async with unit_of_work(read_only=True) as work:
                    await note(work, subject)
            return again

        return handled

    def _soon(self, key: str, show: Callable[[], Awaitable[None]]) -> None:
        if key in self._waiting:
            return

        async def wait_and_show() -> None:
            await asyncio.sleep(self._pause)
            # From here on a further change is one more reason to show it.
            self._waiting.pop(key, None)
            await show()

        task = asyncio.create_task(wait_and_show())
        task.add_done_callback(_note)
        self._waiting[key] = task

    async def _show_all(self, team_id: str, channel: ChannelRef) -> None:
        """Show the screens of a team, those that were opened last first."""
        concerned = [
            member_id
            for member_id, (team, caller) in reversed(self._open.items())
            if team == team_id and (not channel.is_direct or caller.channel == channel)
        ]
        for number, member_id in enumerate(concerned):
            if number:
                await asyncio.sleep(self._spacing)
            await self._show(member_id)

    async def _show(self, member_id: str) -> None:
        _, caller = self._open.get(member_id, ("", None))
        screen = None if caller is None else self._screens.get(caller.user.platform)
        if caller is None or screen is None:
            return
        try:
            page = await self._read(caller)
        except (StorageUnavailable, NoTeam) as error:
            _LOG.warning("a home screen stays as it is: %s", error)
            return
        await screen.show_home(caller.user, page.message)


def _note(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        _LOG.error("a home screen could not be shown anew", exc_info=error)
