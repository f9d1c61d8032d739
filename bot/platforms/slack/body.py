"""The arguments of a post: they say a message, and unfurl, link or mention nothing."""

from __future__ import annotations

from bot.platforms.slack.payload import JsonObject
from bot.platforms.slack.render import render_blocks, render_parts, render_plain, render_text
from handlers.message import Message


def render_body(message: Message, thread_ts: str | None = None) -> JsonObject:
    """Return the arguments of one post; what it can't hold is folded."""
    body = _body(render_text(message), render_blocks(message))
    return body | {"thread_ts": thread_ts} if thread_ts else body


def render_bodies(message: Message) -> list[JsonObject]:
    """Return what `render_body` does, in as many posts as it takes."""
    first, *rest = render_parts(message)
    of = len(rest) + 1
    return [
        _body(render_text(message), first),
        *(_body(f"… ({number} of {of})", blocks) for number, blocks in enumerate(rest, 2)),
    ]


def plain_body(message: Message) -> JsonObject:
    """Return the arguments of a post without blocks, for a Slack that refused them."""
    return _body(render_plain(message), [])


def _body(text: str, blocks: list[JsonObject]) -> JsonObject:
    body: JsonObject = {
        "text": text,
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }
    return body | {"blocks": blocks} if blocks else body
