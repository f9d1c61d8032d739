"""A message that is shown while it comes into being.

https://docs.slack.dev/reference/methods/chat.startStream
https://docs.slack.dev/reference/methods/chat.appendStream
https://docs.slack.dev/reference/methods/chat.stopStream

Where Slack does not stream, the message is posted with its beginning and changed as it grows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Protocol

from bot.platforms.slack import limits
from bot.platforms.slack.failure import read_code
from bot.platforms.slack.markup import escape
from bot.platforms.slack.payload import JsonObject, stamp_at
from bot.platforms.slack.render import render_blocks, render_text
from bot.platforms.slack.web import SlackWeb
from handlers.message import Message, say
from handlers.ports import DeliveryFailed, Posted, TargetGone
from handlers.refs import MessageRef, ThreadRef, UserRef

# Slack allows about a call a second: text is gathered before it is sent on, in characters.
_GATHERED: Final = 256
# Escaped, a character becomes five at most.
_MOST: Final = limits.STREAM_TEXT // 5


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where something is streamed to.

    Attributes:
        metadata: what the finished message is found again by.
    """

    web: SlackWeb
    to: ThreadRef
    reader: UserRef
    metadata: JsonObject


class _Growing(Protocol):
    """A message that stands and can grow."""

    ts: str

    async def grow(self, text: str) -> None:
        """Show more."""

    async def finish(self, text: str) -> None:
        """Show the rest; nothing follows."""


async def stream(stage: Stage, parts: AsyncIterator[str]) -> Posted:
    """Show the parts as one message; see `handlers.ports.TurnStream`.

    Raises:
        TargetGone: the thread is lost to us.
        DeliveryFailed: anything else that stopped it; what was shown so far may stand.
    """
    growing: _Growing | None = None
    gathered = ""
    try:
        async for part in parts:
            gathered += part
            while len(gathered) >= _GATHERED:
                piece, gathered = gathered[:_MOST], gathered[_MOST:]
                if growing is None:
                    growing = await _begin(stage, piece)
                else:
                    await growing.grow(piece)
    finally:
        # What came before a failure stays, as a finished message.
        if growing is None and gathered.strip():
            growing, gathered = await _begin(stage, gathered), ""
        if growing is not None:
            await growing.finish(gathered)
    if growing is None:
        raise DeliveryFailed("there was nothing to say")
    return Posted(
        message=MessageRef(channel=stage.to.channel, id=growing.ts, thread_id=stage.to.id),
        thread=stage.to,
    )


async def once(text: str) -> AsyncIterator[str]:
    """Yield a text as a whole."""
    yield text


async def _begin(stage: Stage, text: str) -> _Growing:
    try:
        answer = await stage.web.call(
            "chat.startStream",
            channel=stage.to.channel.id,
            thread_ts=stage.to.id,
            recipient_user_id=stage.reader.id,
            recipient_team_id=stage.reader.realm,
            markdown_text=escape(text),
        )
    except TargetGone:
        raise
    except DeliveryFailed as failure:
        # A refusal left nothing behind; after a lost answer a second message might stand.
        if failure.retry_after is not None or not read_code(failure):
            raise
        return await _Edited.begin(stage, text)
    return _Streamed(stage, stamp_at(answer, "ts"))


class _Streamed:
    """Grows by Slack's own streaming."""

    def __init__(self, stage: Stage, ts: str) -> None:
        self._stage = stage
        self.ts = ts

    async def grow(self, text: str) -> None:
        """Append to the stream."""
        await self._call("chat.appendStream", markdown_text=escape(text))

    async def finish(self, text: str) -> None:
        """End the stream."""
        rest = {"markdown_text": escape(text)} if text else {}
        await self._call("chat.stopStream", metadata=self._stage.metadata, **rest)

    async def _call(self, method: str, **arguments: object) -> None:
        channel = self._stage.to.channel.id
        await self._stage.web.call(method, channel=channel, ts=self.ts, **arguments)


class _Edited:
    """Grows by being changed."""

    def __init__(self, stage: Stage, ts: str, text: str) -> None:
        self._stage = stage
        self._text = text
        self.ts = ts

    @staticmethod
    async def begin(stage: Stage, text: str) -> _Edited:
        """Post the beginning."""
        answer = await stage.web.call(
            "chat.postMessage",
            channel=stage.to.channel.id,
            thread_ts=stage.to.id,
            **body_of(say(text)),
        )
        return _Edited(stage, stamp_at(answer, "ts"), text)

    async def grow(self, text: str) -> None:
        """Show the longer text."""
        self._text += text
        channel = self._stage.to.channel.id
        await self._stage.web.call(
            "chat.update",
            channel=channel,
            ts=self.ts,
            **body_of(say(self._text)),
        )

    async def finish(self, text: str) -> None:
        """Show the whole; only now can it be found by its key."""
        await self._stage.web.call(
            "chat.update",
            channel=self._stage.to.channel.id,
            ts=self.ts,
            metadata=self._stage.metadata,
            **body_of(say(self._text + text)),
        )


def body_of(message: Message) -> JsonObject:
    """Return a message's text and blocks, as Slack's methods take them."""
    return {"text": render_text(message), "blocks": render_blocks(message)}
