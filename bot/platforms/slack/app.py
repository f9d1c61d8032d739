"""The Slack app's life: connect, listen over Socket Mode, sweep, disconnect."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.platforms.slack.background import Background
from bot.platforms.slack.client import Identity, SlackPlatform, startup_error
from bot.platforms.slack.door import Door
from bot.platforms.slack.failure import TROUBLE
from bot.platforms.slack.sweep import PAUSES, Missed, Sweep
from bot.platforms.slack.web import sdk_logger
from bot.platforms.slack.wire import Wire
from handlers.dispatch import Dispatcher

_START_SECONDS: Final = 30.0
_FINISH_SECONDS: Final = 5.0
_BAD_APP_TOKEN: Final = (
    "Slack refused SLACK_APP_TOKEN: make an app-level token (xapp-…) with the scope "  # noqa: S105
    "connections:write on the app's Basic Information page."
)


class SlackApp:
    """Listens over Socket Mode.

    Args:
        platform: speaks, and says how to reach Slack.
        dispatcher: where everything that comes in goes.
        missed: names the threads and direct messages to re-read after every connection, for
            replies that came while there was none; without it nothing is re-read.
        ping_seconds: how often the connection is checked, and how long a failed try rests.
        sweep_pauses: seconds to wait before each round of re-reading.
    """

    def __init__(
        self,
        platform: SlackPlatform,
        dispatcher: Dispatcher,
        *,
        missed: Missed | None = None,
        ping_seconds: float = 10.0,
        sweep_pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._platform = platform
        self._dispatcher = dispatcher
        self._missed = missed
        self._ping_seconds = ping_seconds
        self._sweep_pauses = sweep_pauses
        self._background = Background()
        self._sweep: Sweep | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._wire: Wire | None = None

    @property
    def is_connected(self) -> bool:
        """Whether Slack is telling us what happens just now."""
        session = self._wire.current_session if self._wire is not None else None
        return session is not None and not session.closed

    async def start(self) -> None:
        """Connect and begin to listen.

        Raises:
            StartupError: a token is wrong or Slack can't be reached; says what to do.
        """
        identity = await self._platform.identify()
        door = Door(
            self._platform,
            self._dispatcher,
            own_user_id=identity.user_id,
            background=self._background,
        )
        if self._missed is not None:
            self._sweep = Sweep(
                self._platform.web,
                self._missed,
                door.take_reply,
                own_user_id=identity.user_id,
                pauses=self._sweep_pauses,
            )
        await self._connect(_build_bolt(self._platform, identity, door))

    async def stop(self) -> None:
        """Finish what is in hand, for some seconds at most, and disconnect."""
        if self._wire is not None:
            await self._wire.stop()
            self._wire = None
        if self._sweeping is not None:
            self._sweeping.cancel()
        await self._background.finish(seconds=_FINISH_SECONDS)

    async def _connect(self, bolt: AsyncApp) -> None:
        config = self._platform.config
        wire = Wire(config, bolt, on_connected=self._on_connected, ping_seconds=self._ping_seconds)
        try:
            # The SDK tries even a wrong token for ever, so the first address is asked for here.
            wire.wss_uri = await wire.issue_new_wss_url()
            async with asyncio.timeout(_START_SECONDS):
                await wire.connect()
        except TROUBLE as error:
            await wire.stop()
            raise startup_error(error, _BAD_APP_TOKEN, config.api_url) from error
        self._wire = wire

    def _on_connected(self) -> None:
        if self._sweep is None:
            return
        if self._sweeping is not None:
            self._sweeping.cancel()
        self._sweeping = self._background.spawn(self._sweep.run())


def _build_bolt(platform: SlackPlatform, identity: Identity, door: Door) -> AsyncApp:
    authorised = AuthorizeResult(
        enterprise_id=None,
        team_id=identity.workspace_id,
        bot_id=identity.bot_id,
        bot_user_id=identity.user_id,
        bot_token=platform.config.bot_token,
    )

    async def authorise() -> AuthorizeResult:
        # Bolt's own check asks Slack, and acknowledges what came in where that fails.
        return authorised

    # Bolt warns of settings in the environment that it was also given as parameters.
    logger = sdk_logger(f"{__name__}.bolt", level=logging.ERROR)
    bolt = AsyncApp(name="prepbot", logger=logger, client=platform.web.sdk, authorize=authorise)
    bolt.middleware(door)
    return bolt
