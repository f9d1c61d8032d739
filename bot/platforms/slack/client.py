"""The outbound half: posts each message once, and reacts."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Final

from bot.platforms.slack.config import SlackConfig
from bot.platforms.slack.failure import TROUBLE, explain, read_code
from bot.platforms.slack.payload import Payload, dig, text_at
from bot.platforms.slack.render import JsonObject, render_blocks, render_text
from bot.platforms.slack.web import SlackWeb
from bot.startup import StartupError
from handlers.message import Message
from handlers.ports import Posted, Reaction
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef

EVENT_TYPE: Final = "prepbot_post"
# A try whose answer was lost is at most a restart or an outage old: 2000 messages.
_LOOKUP_PAGES: Final = 10
_BAD_TOKEN: Final = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
    | {"not_allowed_token_type", "missing_scope"}
)
_log = logging.getLogger(__name__)
_EMOJI: Final = {
    Reaction.RECEIVED: "eyes",
    Reaction.GRADED: "white_check_mark",
    Reaction.UNGRADED: "warning",
}


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who the bot is in its workspace."""

    workspace_id: str
    user_id: str
    bot_id: str


class SlackPlatform:
    """Says things on Slack; implements `handlers.ports.ChatPlatform`."""

    def __init__(self, config: SlackConfig) -> None:
        self.config = config
        self.web = SlackWeb(config)

    @property
    def platform(self) -> Platform:
        """Slack."""
        return Platform.SLACK

    async def identify(self) -> Identity:
        """Return who the bot token speaks as.

        Raises:
            StartupError: the token is wrong or Slack can't be reached; says what to do.
        """
        try:
            answer = (await self.web.sdk.auth_test()).data
        except TROUBLE as error:
            raise startup_error(
                error,
                "Slack refused SLACK_BOT_TOKEN: copy the Bot User OAuth Token (xoxb-…) "
                "from the app's OAuth & Permissions page.",
                self.config.api_url,
            ) from error
        return Identity(
            workspace_id=text_at(answer, "team_id"),
            user_id=text_at(answer, "user_id"),
            bot_id=text_at(answer, "bot_id"),
        )

    async def post(
        self,
        to: ChannelRef | ThreadRef,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,
    ) -> Posted:
        """Post ``message`` once for ``key``; see `handlers.ports.ChatPlatform.post`.

        Slack's threads have no titles: ``thread_title`` only asks for the thread's address.

        Raises:
            TargetGone: the channel is lost to us; trying again is no use.
            DeliveryFailed: anything else that stopped it; trying again may help.
        """
        channel, thread_ts = (to.channel, to.id) if isinstance(to, ThreadRef) else (to, None)
        posted = await self._find(channel.id, thread_ts, key) if maybe_sent else None
        if posted is None:
            body = render_body(message, thread_ts)
            metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
            answer = await self.web.call(
                "chat.postMessage", channel=channel.id, metadata=metadata, **body
            )
            # Slack opens a direct message for a person's id and answers with its channel.
            channel = replace(channel, id=text_at(answer, "channel") or channel.id)
            posted = text_at(answer, "ts")
        thread = None
        if thread_title is not None:
            thread = ThreadRef(channel=channel, id=thread_ts or posted)
        return Posted(
            message=MessageRef(channel=channel, id=posted, thread_id=thread_ts), thread=thread
        )

    async def react(self, to: MessageRef, reaction: Reaction) -> None:
        """Put a sign on a message in place of an earlier one. Never raises."""
        if not await self._set_sign("reactions.add", to, _EMOJI[reaction]):
            return
        for other in _EMOJI.keys() - {reaction}:
            await self._set_sign("reactions.remove", to, _EMOJI[other])

    async def _set_sign(self, method: str, to: MessageRef, emoji: str) -> bool:
        try:
            await self.web.sdk.api_call(
                method, json={"channel": to.channel.id, "timestamp": to.id, "name": emoji}
            )
        except TROUBLE as error:
            _log.debug("slack.no_reaction method=%s code=%s", method, read_code(error))
            return read_code(error) == "already_reacted"
        return True

    async def _find(self, channel_id: str, thread_ts: str | None, key: str) -> str | None:
        messages = self.web.read_messages(channel_id, thread_ts, pages=_LOOKUP_PAGES)
        async for message in messages:
            if _read_key(message) == key:
                return text_at(message, "ts")
        return None


def render_body(message: Message, thread_ts: str | None = None) -> JsonObject:
    """Return the arguments of a post that say ``message`` and unfurl, link or mention nothing."""
    body: JsonObject = {
        "text": render_text(message),
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }
    if blocks := render_blocks(message):
        body["blocks"] = blocks
    if thread_ts:
        body["thread_ts"] = thread_ts
    return body


def startup_error(error: Exception, token_hint: str, api_url: str) -> StartupError:
    """Return the sentence for a failed first call: the token's own, or that Slack is away."""
    if read_code(error) in _BAD_TOKEN:
        return StartupError(token_hint)
    return StartupError(
        f"I can't reach Slack at {api_url} ({explain(error).reason}): "
        "check the network and start me again."
    )


def _read_key(message: Payload) -> str:
    metadata = dig(message, "metadata")
    if text_at(metadata, "event_type") != EVENT_TYPE:
        return ""
    return text_at(metadata, "event_payload", "key")
