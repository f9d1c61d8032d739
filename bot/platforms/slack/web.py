"""Slack's Web API: one call, one answer or one `DeliveryFailed`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from json import loads
from typing import Final, NamedTuple

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms.slack.config import SlackConfig
from bot.platforms.slack.failure import TROUBLE, explain, read_code
from bot.platforms.slack.payload import Payload, dig, objects_at, text_at
from bot.platforms.slack.session import TIMEOUT_SECONDS, Connections
from bot.platforms.slack.token import StaticToken, TokenSource
from handlers.ports import DeliveryFailed

PAGE: Final = 200
_TAKEN: Final = range(200, 300)
_EXPIRED: Final = "token_expired"
# Signs are set and taken away without looking first.
_HARMLESS: Final = frozenset({"already_reacted", "no_reaction"})
_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    """What Slack answered: the body, and the headers by name."""

    data: Payload
    headers: Mapping[str, str]


class SlackWeb:
    """Calls methods with the bot's token. Nothing that Slack may have taken is sent twice.

    Args:
        config: where Slack is.
        tokens: the workspace's token; the one in ``config`` if ``None``.
        connections: what it shares with others; each call has one of its own if ``None``.
    """

    def __init__(
        self,
        config: SlackConfig,
        tokens: TokenSource | None = None,
        connections: Connections | None = None,
    ) -> None:
        self._connections = connections
        self.tokens = tokens or StaticToken(config.bot_token)
        # The SDK's own retry handlers re-send after a connection broke, though Slack may have
        # taken the first try: a post would stand twice.
        self.sdk = AsyncWebClient(
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
        return (await self.ask(method, json=arguments)).data

    async def read(self, method: str, /, **arguments: object) -> Payload:
        """Call a method that only reads; these take no JSON.

        Raises:
            DeliveryFailed: as `call` does.
        """
        return (await self.ask(method, params=arguments)).data

    async def ask(
        self,
        method: str,
        *,
        json: dict[str, object] | None = None,
        params: dict[str, object] | None = None,
    ) -> Answer:
        """Call a method with JSON, or with ``params`` as a GET, and return the whole answer.

        Raises:
            DeliveryFailed: as `call` does.
        """
        token = await self.tokens.token()
        try:
            return await self._send(method, json, params, token)
        except TROUBLE as error:
            # Slack did nothing with an expired token, so this one may be sent again.
            if read_code(error) != _EXPIRED or not await self.tokens.replace(token):
                raise _report(method, error) from error
        token = await self.tokens.token()
        try:
            return await self._send(method, json, params, token)
        except TROUBLE as error:
            raise _report(method, error) from error

    async def _send(
        self,
        method: str,
        json: dict[str, object] | None,
        params: dict[str, object] | None,
        token: str,
    ) -> Answer:
        verb = "GET" if json is None else "POST"
        self.sdk.session = self._session()
        answer = await self.sdk.api_call(
            method,
            http_verb=verb,
            json=json,
            params=params,
            headers={"Authorization": f"Bearer {token}"},
        )
        return Answer(_object(answer.data), answer.headers)

    async def read_messages(
        self, channel_id: str, thread_ts: str | None, *, pages: int, only: str = ""
    ) -> AsyncIterator[Payload]:
        """Yield a thread's messages (oldest first) or a channel's (newest first).

        Args:
            channel_id: the channel.
            thread_ts: the thread, or ``None`` for the channel itself.
            pages: how many pages of `PAGE` messages to read at most.
            only: the id of the one message that is looked for; a thread's first comes with it.

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
        if only:
            arguments |= {"oldest": only, "latest": only, "inclusive": True}
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
                session=self._session(),
                logger=self.sdk.logger,
                retry_handlers=[],
            )
            answer = await client.send_dict(dict(body))
        except TROUBLE as error:
            raise _report("response_url", error) from error
        if answer.status_code not in _TAKEN or _is_refusal(answer.body):
            _log.warning("slack.refused method=response_url status=%s", answer.status_code)
            raise DeliveryFailed("Slack refused the answer")

    def _session(self) -> aiohttp.ClientSession | None:
        return None if self._connections is None else self._connections.session()


def sdk_logger(name: str, *, level: int = logging.INFO) -> logging.Logger:
    """Return a logger for the SDK, which would write people's answers to the log at DEBUG."""
    logger = logging.getLogger(name)
    logger.setLevel(max(logger.getEffectiveLevel(), level))
    return logger


def _is_refusal(body: str) -> bool:
    """Return whether an answer says no, though its status does not."""
    try:
        said = loads(body)
    except ValueError:
        return False
    return dig(said, "ok") is False


def _object(data: object) -> Payload:
    return data if isinstance(data, dict) else {}


def _report(method: str, error: Exception) -> DeliveryFailed:
    code, failure = read_code(error), explain(error)
    level = logging.DEBUG if code in _HARMLESS else logging.WARNING
    _log.log(
        level,
        "slack.refused method=%s code=%s reason=%s",
        method,
        code or type(error).__name__,
        failure.reason,
    )
    return failure
