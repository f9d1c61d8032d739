"""``/prep progress`` and a platform's home screen: somebody's own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers.channels.sight import Sight
from handlers.command import Command
from handlers.feature import Feature
from handlers.home.message import home_message
from handlers.home.page import channels_on, read_home
from handlers.home.refresh import HomeRefresher, OwnPage
from handlers.invocation import Caller, CommandInvocation
from handlers.message import Message, Response
from handlers.ports import ChatPlatform, Clock, HomeScreen
from handlers.refs import Platform
from handlers.storage import UnitOfWorkFactory
from handlers.teams.known import make_known

COMMAND: Final = Command(
    name="progress", description="Show your questions of today, your points and your streak"
)


class Home:
    """Handles `COMMAND`, and shows the same page on home screens.

    Args:
        unit_of_work: opens transactions.
        clock: what tells the time.
        platforms: what speaks on each platform; those that are a `HomeScreen` show pages, those
            that are a `handlers.ports.ChannelViewer` tell who sees what.
        pause: seconds for which changes are gathered before a screen is shown anew.
        spacing: seconds between two people's screens where one change concerns many.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        platforms: Mapping[Platform, ChatPlatform],
        *,
        pause: float = 2.0,
        spacing: float = 0.6,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sight = Sight(platforms)
        screens = {name: p for name, p in platforms.items() if isinstance(p, HomeScreen)}
        self.refresher = HomeRefresher(self._read, screens, pause=pause, spacing=spacing)

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Response:
        """Show the caller's page."""
        return Response(message=(await self._read(invocation.caller)).message)

    async def open(self, caller: Caller) -> Message:
        """Return the caller's page; from now on it is refreshed when something changes."""
        page = await self._read(caller)
        self.refresher.remember(page, caller)
        return page.message

    async def _read(self, caller: Caller) -> OwnPage:
        await make_known(self._unit_of_work, caller)
        async with self._unit_of_work(read_only=True) as work:
            channels = await channels_on(work, caller, self._clock)
        # A platform is not asked while a transaction keeps others waiting.
        visible = await self._sight.visible(caller, channels)
        async with self._unit_of_work(read_only=True) as work:
            page = await read_home(work, caller, self._clock, visible)
        return OwnPage(member_id=page.member.id, team_id=page.team.id, message=home_message(page))
