"""Slack's Web API: one call, one answer or one `DeliveryFailed`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms.slack.config import SlackConfig
from bot.platforms.slack.failure import TROUBLE, explain, read_code
from bot.platforms.slack.payload import Payload, objects_at, text_at
from handlers.ports import DeliveryFailed

TIMEOUT_SECONDS: Final = 20
PAGE: Final = 200
_OK: Final = 200
_log = logging.getLogger(__name__)


class SlackWeb:
    """Calls methods with the bot's token. Nothing is ever sent twice by itself."""

    def __init__(self, config: SlackConfig) -> None:
        # The SDK's own retry handlers re-send after a connection broke, though Slack may have
        # taken the first try: a post would stand twice.
        self.sdk = AsyncWebClient(
            token=config.bot_token,
            base_url=config.api_url,
            timeout=TIMEOUT_SECONDS,
            logger=sdk_logger(f"{__name__}.sdk"),
            retry_handlers=[],
        )

    async def call(self, method: str, /, **arguments: object) -> Payload:
        """Call a method that takes JSON.

        Raises:
            DeliveryFailed: Slack refused it or did not answer; `TargetGone` where for good.
        """
        try:
            return _object((await self.sdk.api_call(method, json=arguments)).data)
        except TROUBLE as error:
            raise _report(method, error) from error

    async def read(self, method: str, /, **arguments: object) -> Payload:
        """Call a method that only reads; these take no JSON.

        Raises:
            DeliveryFailed: as `call` does.
        """
        try:
            answer = await self.sdk.api_call(method, http_verb="GET", params=arguments)
            return _object(answer.data)
        except TROUBLE as error:
            raise _report(method, error) from error

    async def read_messages(
        self, channel_id: str, thread_ts: str | None, *, pages: int
    ) -> AsyncIterator[Payload]:
        """Yield a thread's messages (oldest first) or a channel's (newest first).

        Args:
            channel_id: the channel.
            thread_ts: the thread, or ``None`` for the channel itself.
            pages: how many pages of `PAGE` messages to read at most.

        Raises:
            DeliveryFailed: as `call` does.
        """
        method = "conversations.history" if thread_ts is None else "conversations.replies"
        arguments: dict[str, object] = {
            "channel": channel_id,
            "limit": PAGE,
            "include_all_metadata": True,
        }
        if thread_ts is not None:
            arguments["ts"] = thread_ts
        for _ in range(pages):
            page = await self.read(method, **arguments)
            for message in objects_at(page, "messages"):
                yield message
            arguments["cursor"] = text_at(page, "response_metadata", "next_cursor")
            if not arguments["cursor"]:
                return

    async def respond(self, response_url: str, body: Mapping[str, object]) -> None:
        """Answer through the address that came with a command or a click.

        Raises:
            DeliveryFailed: it is used up, too old, or Slack did not answer.
        """
        try:
            client = AsyncWebhookClient(
                response_url,
                timeout=TIMEOUT_SECONDS,
                proxy=self.sdk.proxy,
                logger=self.sdk.logger,
                retry_handlers=[],
            )
            answer = await client.send_dict(dict(body))
        except TROUBLE as error:
            raise _report("response_url", error) from error
        if answer.status_code != _OK:
            _log.warning("slack.refused method=response_url status=%s", answer.status_code)
            raise DeliveryFailed("Slack refused the answer")


def sdk_logger(name: str, *, level: int = logging.INFO) -> logging.Logger:
    """Return a logger for the SDK, which would write people's answers to the log at DEBUG."""
    logger = logging.getLogger(name)
    logger.setLevel(max(logger.getEffectiveLevel(), level))
    return logger


def _object(data: object) -> Payload:
    return data if isinstance(data, dict) else {}


def _report(method: str, error: Exception) -> DeliveryFailed:
    _log.warning(
        "slack.refused method=%s code=%s", method, read_code(error) or type(error).__name__
    )
    return explain(error)
