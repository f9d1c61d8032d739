"""``/prep progress`` and a platform's home screen: somebody's own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers.command import Command
from handlers.feature import Feature
from handlers.home.message import home_message
from handlers.home.page import read_home
from handlers.home.refresh import HomeRefresher
from handlers.invocation import Caller, CommandInvocation
from handlers.message import Message, Response
from handlers.ports import Clock, HomeScreen
from handlers.refs import Platform
from handlers.storage import UnitOfWorkFactory

COMMAND: Final = Command(
    name="progress", description="Show your questions of today, your points and your streak"
)


class Home:
    """Handles `COMMAND`, and shows the same page on home screens.

    Args:
        unit_of_work: opens transactions.
        clock: what tells the time.
        screens: the platforms that have a home screen.
        pause: seconds for which changes are gathered before a screen is shown anew.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        screens: Mapping[Platform, HomeScreen],
        *,
        pause: float = 2.0,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self.refresher = HomeRefresher(self._read, screens, pause=pause)

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Response:
        """Show the caller's page."""
        return Response(message=(await self._read(invocation.caller))[1])

    async def open(self, caller: Caller) -> Message:
        """Return the caller's page; from now on it is refreshed when something changes."""
        member_id, page = await self._read(caller)
        self.refresher.remember(member_id, caller)
        return page

    async def _read(self, caller: Caller) -> tuple[str, Message]:
        async with self._unit_of_work() as work:
            page = await read_home(work, caller, self._clock)
        return page.member.id, home_message(page)
