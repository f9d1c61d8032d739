"""The Slack app's life: connect or open the doors, listen, sweep, end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from bot.platforms.known import Known, Missed
from bot.platforms.slack.background import Background
from bot.platforms.slack.client import SlackPlatform, socket_error
from bot.platforms.slack.entry import Entry, Left
from bot.platforms.slack.failure import TROUBLE
from bot.platforms.slack.http import SlackHttp
from bot.platforms.slack.sweep import PAUSES, Reader, Sweep
from bot.platforms.slack.wire import Wire
from bot.platforms.slack.workspaces import OneWorkspace, Origin, Workspaces
from handlers.dispatch import Dispatcher

_START_SECONDS: Final = 30.0
_FINISH_SECONDS: Final = 5.0
# Slack delivers an unacknowledged event again for a few minutes; what it gave up on is read then.
_CATCH_UP_SECONDS: Final = 420.0


class SlackApp:
    """Listens over Socket Mode or HTTP.

    Args:
        workspaces: where the bot is; a platform alone is the one workspace of its token.
        dispatcher: where everything that comes in goes.
        http: takes Slack's requests; Socket Mode if ``None``.
        left: told of workspaces that removed the bot.
        missed: names the threads and direct messages to re-read at the start, and after every
            connection, for what was written, changed or deleted while there was none; without it
            nothing is re-read.
        known: tells what is known of a channel, to be compared with what stands there.
        ping_seconds: how often the connection is checked, and how long a failed try rests.
        sweep_pauses: seconds to wait before each round of re-reading.
        catch_up_seconds: how long after something could not be taken everything is re-read.
    """

    def __init__(
        self,
        workspaces: Workspaces | SlackPlatform,
        dispatcher: Dispatcher,
        *,
        http: SlackHttp | None = None,
        left: Left | None = None,
        missed: Missed | None = None,
        known: Known | None = None,
        ping_seconds: float = 10.0,
        sweep_pauses: Sequence[float] = PAUSES,
        catch_up_seconds: float = _CATCH_UP_SECONDS,
    ) -> None:
        if isinstance(workspaces, SlackPlatform):
            workspaces = OneWorkspace(workspaces)
        self._workspaces: Workspaces = workspaces
        self._http = http
        self._missed = missed
        self._known = known or Known()
        self._ping_seconds = ping_seconds
        self._sweep_pauses = sweep_pauses
        self._background = Background()
        self._catch_up_seconds = catch_up_seconds
        self._entry = Entry(
            workspaces,
            dispatcher,
            background=self._background,
            left=left,
            refused=self._catch_up_later,
        )
        self._sweeping: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._owes_replies = False
        self._wire: Wire | None = None

    @property
    def is_connected(self) -> bool:
        """Whether Slack can tell us what happens just now."""
        if self._http is not None:
            return self._http.is_open
        session = self._wire.current_session if self._wire is not None else None
        return session is not None and not session.closed

    async def start(self) -> None:
        """Connect, or open the doors, and begin to listen.

        Raises:
            StartupError: a token is wrong; says what to do.
            OutOfReach: Slack did not answer; nothing listens yet.
        """
        await self._workspaces.open()
        if self._http is None:
            await self._connect()
        else:
            self._http.open(self._entry.take)
            self._sweep_soon()

    async def stop(self) -> None:
        """Finish what is in hand, for some seconds at most, and disconnect."""
        if self._http is not None:
            await self._http.close()
        if self._wire is not None:
            await self._wire.stop()
            self._wire = None
        for task in (self._sweeping, self._catching_up):
            if task is not None:
                task.cancel()
        await self._background.finish(seconds=_FINISH_SECONDS)

    async def _connect(self) -> None:
        config = self._workspaces.config
        wire = Wire(
            config,
            self._entry.take,
            on_connected=self._sweep_soon,
            ping_seconds=self._ping_seconds,
        )
        try:
            # The SDK tries even a wrong token for ever, so the first address is asked for here.
            wire.wss_uri = await wire.issue_new_wss_url()
            async with asyncio.timeout(_START_SECONDS):
                await wire.connect()
        except TROUBLE as error:
            await wire.stop()
            raise socket_error(error, config.api_url) from error
        self._wire = wire

    def _sweep_soon(self) -> None:
        if self._missed is None:
            return
        if self._sweeping is not None:
            self._sweeping.cancel()
        self._sweeping = self._background.spawn(self._sweep(self._missed))

    def _catch_up_later(self) -> None:
        """Re-read everything after an outage of ours that was longer than Slack's patience."""
        self._owes_replies = True
        if self._missed is None or (self._catching_up and not self._catching_up.done()):
            return
        self._catching_up = self._background.spawn(self._catch_up(self._missed))

    async def _catch_up(self, missed: Missed) -> None:
        while self._owes_replies:
            self._owes_replies = False
            await asyncio.sleep(self._catch_up_seconds)
            await self._sweep(missed)

    async def _sweep(self, missed: Missed) -> None:
        await Sweep(missed, self._find_reader, self._known, pauses=self._sweep_pauses).run()

    async def _find_reader(self, workspace_id: str) -> Reader | None:
        workspace = await self._workspaces.find(Origin(workspace_id=workspace_id))
        if workspace is None:
            return None
        return Reader(
            web=workspace.platform.web,
            own_user_id=workspace.own_user_id,
            door=self._entry.door(workspace),
        )
