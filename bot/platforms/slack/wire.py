"""The Socket Mode connection: the SDK's, made to survive an outage and to close cleanly.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import time
from typing import Final

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.config import SlackConfig
from bot.platforms.slack.session import TIMEOUT_SECONDS
from bot.platforms.slack.web import sdk_logger

_TRIES_PER_ADDRESS: Final = 3
_FINISH_SECONDS: Final = 5.0


class Wire(SocketModeClient):
    """Hands envelopes on; the answer is the acknowledgement.

    Args:
        config: where Slack is, and the app token.
        take: takes what is in the envelopes; any status but 200 leaves one unacknowledged.
        on_connected: called after every connection, the first included.
        ping_seconds: how often the connection is checked, and how long a failed try rests.
    """

    def __init__(
        self,
        config: SlackConfig,
        take: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
        *,
        on_connected: Callable[[], None],
        ping_seconds: float,
    ) -> None:
        logger = sdk_logger(f"{__name__}.sdk")
        super().__init__(
            app_token=config.app_token,
            logger=logger,
            web_client=AsyncWebClient(
                token=config.app_token,
                base_url=config.api_url,
                timeout=TIMEOUT_SECONDS,
                logger=logger,
            ),
            ping_interval=ping_seconds,
        )
        self._take_payload = take
        self._on_connected = on_connected
        self._in_hand: set[asyncio.Task[object]] = set()
        self._is_stopping = False
        self.socket_mode_request_listeners.append(self._take)

    async def connect(self) -> None:
        """Connect, with a new address after some failed tries.

        The SDK tries one address for ever, though Slack lets it expire within a minute: an
        outage just after it was issued would last until a restart.
        """
        patience = _TRIES_PER_ADDRESS * self.ping_interval
        while not self.closed:
            try:
                async with asyncio.timeout(patience):
                    await super().connect()  # type: ignore[no-untyped-call]
            except TimeoutError:
                self.wss_uri = None
            else:
                break
        if not self.closed:
            self._on_connected()

    async def stop(self) -> None:
        """Finish the envelopes in hand, take no more, and let go of the connection."""
        self._is_stopping = True
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=_FINISH_SECONDS)
        await self.close()  # type: ignore[no-untyped-call]
        tasks = [self.message_processor, self.current_session_monitor, self.message_receiver]
        await asyncio.gather(*(t for t in tasks if t is not None), return_exceptions=True)

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if self._is_stopping:
            return  # unacknowledged, so Slack hands it to another connection
        if task := asyncio.current_task():
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)
        payload = AsyncBoltRequest(
            mode="socket_mode", body=request.payload, headers=build_headers(request)
        )
        response = await self._take_payload(payload)
        await send_async_response(client, request, response, time())
