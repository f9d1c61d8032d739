"""A message whose growing was cut short, as by a process that died: found again and completed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.platforms.slack.failure import read_code
from bot.platforms.slack.markup import escape
from bot.platforms.slack.payload import Payload, stamp_at, text_at
from bot.platforms.slack.stream import Stage, body_of
from handlers.message import say
from handlers.ports import DeliveryFailed, Posted
from handlers.refs import MessageRef

_PAGES: Final = 3


async def complete(
    stage: Stage, text: str, read_key: Callable[[Payload], str], key: str
) -> Posted | None:
    """Return where a text stands, completed where only its beginning did; ``None`` if nowhere.

    Args:
        stage: where it was streamed to.
        text: the whole of it.
        read_key: returns the idempotency key of a message that was finished, else nothing.
        key: the text's own.

    Raises:
        DeliveryFailed: Slack did not let us look, or complete it.
    """
    fragment: Payload | None = None
    found = stage.web.read_messages(stage.to.channel.id, stage.to.id, pages=_PAGES)
    async for message in found:
        known = read_key(message)
        if known == key:
            return _posted(stage, stamp_at(message, "ts"))
        if not known and _is_beginning(message, text):
            fragment = message
    if fragment is None:
        return None
    await _finish(stage, stamp_at(fragment, "ts"), text_at(fragment, "text"), text)
    return _posted(stage, stamp_at(fragment, "ts"))


def _is_beginning(message: Payload, text: str) -> bool:
    shown = text_at(message, "text").rstrip()
    is_ours = bool(text_at(message, "bot_id"))
    return is_ours and bool(shown) and escape(text).startswith(shown)


async def _finish(stage: Stage, ts: str, shown: str, text: str) -> None:
    channel, rest = stage.to.channel.id, escape(text)[len(shown) :]
    more = {"markdown_text": rest} if rest else {}
    try:
        await stage.web.call(
            "chat.stopStream", channel=channel, ts=ts, metadata=stage.metadata, **more
        )
    except DeliveryFailed as failure:
        if failure.retry_after is not None or not read_code(failure):
            raise
        # It grew by being changed, or Slack has ended the stream itself.
        await stage.web.call(
            "chat.update", channel=channel, ts=ts, metadata=stage.metadata, **body_of(say(text))
        )


def _posted(stage: Stage, ts: str) -> Posted:
    message = MessageRef(channel=stage.to.channel, id=ts, thread_id=stage.to.id)
    return Posted(message=message, thread=stage.to)
