"""The outbound half: posts each message once, and reacts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.platforms.slack.body import plain_body, render_bodies
from bot.platforms.slack.config import SlackConfig
from bot.platforms.slack.failure import explain, read_code
from bot.platforms.slack.fetch import fetch_file
from bot.platforms.slack.files import share_files
from bot.platforms.slack.fragment import complete
from bot.platforms.slack.home import publish_home
from bot.platforms.slack.membership import Memberships
from bot.platforms.slack.pane import end_status, show_status
from bot.platforms.slack.payload import JsonObject, Payload, dig, stamp_at, text_at
from bot.platforms.slack.session import Connections
from bot.platforms.slack.stream import Stage, once, stream
from bot.platforms.slack.token import TokenSource
from bot.platforms.slack.web import SlackWeb
from bot.startup import OutOfReach, StartupError
from handlers.invocation import Attachment
from handlers.message import Message
from handlers.ports import DeliveryFailed, OutgoingFile, Posted, Reaction
from handlers.refs import ChannelRef, MessageRef, Place, Platform, ThreadRef, UserRef

EVENT_TYPE: Final = "prepbot_post"
# A try whose answer was lost is at most a restart or an outage old: 2000 messages.
_LOOKUP_PAGES: Final = 10
_BAD_TOKEN: Final = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
    | {"not_allowed_token_type", "missing_scope"}
)
_BAD_APP_TOKEN: Final = (
    "Slack refused SLACK_APP_TOKEN: make an app-level token (xapp-…) with the scope "  # noqa: S105
    "connections:write on the app's Basic Information page."
)
_BAD_BOT_TOKEN: Final = (
    "Slack refused SLACK_BOT_TOKEN: copy the Bot User OAuth Token (xoxb-…) from the app's "  # noqa: S105
    "OAuth & Permissions page."
)
_BLOCKS_REFUSED: Final = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch"}
)
_EMOJI: Final = {
    Reaction.RECEIVED: "eyes",
    Reaction.GRADED: "white_check_mark",
    Reaction.UNGRADED: "warning",
}


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who the bot is in its workspace.

    Attributes:
        scopes: what its token may do; empty where Slack did not say.
    """

    workspace_id: str
    user_id: str
    bot_id: str
    scopes: frozenset[str] = frozenset()


class SlackPlatform:
    """Says things in one workspace; implements `handlers.ports.ChatPlatform`.

    Args:
        config: where Slack is.
        tokens: the workspace's token; the one in ``config`` if ``None``.
        connections: what its calls share with others'; each has one of its own if ``None``.
    """

    def __init__(
        self,
        config: SlackConfig,
        tokens: TokenSource | None = None,
        connections: Connections | None = None,
    ) -> None:
        self.config = config
        self.web = SlackWeb(config, tokens, connections)
        self.memberships = Memberships(self.web)

    @property
    def platform(self) -> Platform:
        """Slack."""
        return Platform.SLACK

    async def identify(self) -> Identity:
        """Return who the bot token speaks as.

        Raises:
            StartupError: the token is wrong; says what to do.
            OutOfReach: Slack did not answer.
        """
        try:
            answer = await self.web.ask("auth.test", json={})
        except DeliveryFailed as failure:
            raise _startup_error(failure, _BAD_BOT_TOKEN, self.config.api_url) from failure
        scopes = answer.headers.get("x-oauth-scopes", "")
        return Identity(
            workspace_id=text_at(answer.data, "team_id"),
            user_id=text_at(answer.data, "user_id"),
            bot_id=text_at(answer.data, "bot_id"),
            scopes=frozenset(scope.strip() for scope in scopes.split(",")) - {""},
        )

    async def post(
        self,
        to: Place,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,
    ) -> Posted:
        """Post ``message`` once for ``key``; see `handlers.ports.ChatPlatform.post`.

        Slack's threads have no titles: ``thread_title`` only asks for the thread's address. What
        one message can't hold goes on in its thread, each part under a key of its own.

        Raises:
            TargetGone: the channel is lost to us; trying again is no use.
            DeliveryFailed: anything else that stopped it; trying again may help.
        """
        channel, thread_ts = (to.channel, to.id) if isinstance(to, ThreadRef) else (to, None)
        first, *rest = render_bodies(message)
        try:
            channel_id, posted = await self._send(
                channel.id, thread_ts, key, first, maybe_sent=maybe_sent
            )
        except DeliveryFailed as failure:
            if read_code(failure) not in _BLOCKS_REFUSED:
                raise
            # What is said matters more than how it looks; the look-up before was in vain.
            plain, rest = plain_body(message), []
            channel_id, posted = await self._send(
                channel.id, thread_ts, key, plain, maybe_sent=False
            )
        channel = replace(channel, id=channel_id)
        for number, body in enumerate(rest, 2):
            await self._send(
                channel_id, thread_ts or posted, f"{key}:{number}", body, maybe_sent=maybe_sent
            )
        thread = None
        if thread_title is not None:
            thread = ThreadRef(channel=channel, id=thread_ts or posted)
        return Posted(
            message=MessageRef(channel=channel, id=posted, thread_id=thread_ts), thread=thread
        )

    async def share(
        self,
        to: Place,
        files: Sequence[OutgoingFile],
        *,
        text: str,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        """Post files as one message once for ``key``; see `handlers.ports.FileSharer`."""
        channel, thread_ts = (to.channel, to.id) if isinstance(to, ThreadRef) else (to, None)
        shared = await share_files(
            self.web, channel.id, thread_ts, files, text=text, key=key, maybe_sent=maybe_sent
        )
        return Posted(message=MessageRef(channel=channel, id=shared, thread_id=thread_ts))

    async def fetch(self, file: Attachment, owner: UserRef, *, limit: int) -> bytes:  # noqa: ARG002
        """Return what somebody sent; see `handlers.voice.ports.FileFetcher`."""
        return await fetch_file(self.web.tokens, file.url, api_url=self.config.api_url, limit=limit)

    async def react(self, to: MessageRef, reaction: Reaction) -> None:
        """Put a sign on a message in place of an earlier one. Never raises."""
        if reaction is Reaction.RECEIVED:
            await show_status(self.web, to)
        else:
            await end_status(self.web, to)
        if not await self._set_sign("reactions.add", to, _EMOJI[reaction]):
            return
        for other in _EMOJI.keys() - {reaction}:
            await self._set_sign("reactions.remove", to, _EMOJI[other])

    async def show_home(self, user: UserRef, page: Message) -> None:
        """Show ``page`` on somebody's Home tab in place of the earlier one. Never raises."""
        await publish_home(self.web, user.id, page)

    async def sees(self, user: UserRef, channels: Collection[ChannelRef]) -> frozenset[ChannelRef]:
        """Return those of the channels that somebody sees. Never raises."""
        return await self.memberships.sees(user, channels)

    async def stream(
        self,
        to: ThreadRef,
        reader: UserRef,
        parts: AsyncIterator[str],
        *,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        """Show the parts one after the other as one message; see `handlers.ports.TurnStream`.

        Raises:
            TargetGone: the thread is lost to us; trying again is no use.
            DeliveryFailed: anything else that stopped it; what was shown so far may stand.
        """
        stage = Stage(web=self.web, to=to, reader=reader, metadata=_metadata(key))
        if not maybe_sent:
            return await stream(stage, parts)
        text = "".join([part async for part in parts])
        return await complete(stage, text, _read_key, key) or await stream(stage, once(text))

    async def direct(self, user: UserRef) -> ChannelRef:
        """Return the direct-message conversation with somebody.

        Raises:
            TargetGone: they can't be written to.
            DeliveryFailed: anything else that stopped it; trying again may help.
        """
        opened = await self.web.call("conversations.open", users=user.id)
        # A person's own id stands for the conversation with them, too.
        return ChannelRef(
            platform=Platform.SLACK,
            workspace_id=user.realm,
            id=text_at(opened, "channel", "id") or user.id,
        )

    async def link(self, to: MessageRef) -> str:
        """Return the address at which people find a message, or nothing. Never raises."""
        try:
            answer = await self.web.read(
                "chat.getPermalink", channel=to.channel.id, message_ts=to.id
            )
        except DeliveryFailed:
            return ""
        return text_at(answer, "permalink")

    async def _send(
        self,
        channel_id: str,
        thread_ts: str | None,
        key: str,
        body: JsonObject,
        *,
        maybe_sent: bool,
    ) -> tuple[str, str]:
        """Post a body unless it stands already; return its channel and id."""
        if maybe_sent and (posted := await self._find(channel_id, thread_ts, key)):
            return channel_id, posted
        if thread_ts is not None:
            body = body | {"thread_ts": thread_ts}
        answer = await self.web.call(
            "chat.postMessage", channel=channel_id, metadata=_metadata(key), **body
        )
        posted = stamp_at(answer, "ts") or stamp_at(answer, "message", "ts")
        if not posted:
            # It stands; the next try finds it by its key.
            raise DeliveryFailed("Slack did not say where my message stands")
        # Slack opens a direct message for a person's id and answers with its channel.
        return text_at(answer, "channel") or channel_id, posted

    async def _set_sign(self, method: str, to: MessageRef, emoji: str) -> bool:
        try:
            await self.web.call(method, channel=to.channel.id, timestamp=to.id, name=emoji)
        except DeliveryFailed as failure:
            return read_code(failure) == "already_reacted"
        return True

    async def _find(self, channel_id: str, thread_ts: str | None, key: str) -> str | None:
        messages = self.web.read_messages(channel_id, thread_ts, pages=_LOOKUP_PAGES)
        async for message in messages:
            if _read_key(message) == key:
                return stamp_at(message, "ts")
        return None


def socket_error(error: Exception, api_url: str) -> StartupError:
    """Return the sentence for one of the SDK's errors when Socket Mode was begun."""
    failure = explain(error)
    failure.__cause__ = error
    return _startup_error(failure, _BAD_APP_TOKEN, api_url)


def _startup_error(failure: DeliveryFailed, token_hint: str, api_url: str) -> StartupError:
    """Return the sentence for a failed first call: the token's own, or that Slack is away."""
    if read_code(failure) in _BAD_TOKEN:
        return StartupError(token_hint)
    return OutOfReach(f"I can't reach Slack at {api_url} ({failure.reason}): check the network.")


def _metadata(key: str) -> JsonObject:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _read_key(message: Payload) -> str:
    metadata = dig(message, "metadata")
    if text_at(metadata, "event_type") != EVENT_TYPE:
        return ""
    return text_at(metadata, "event_payload", "key")
