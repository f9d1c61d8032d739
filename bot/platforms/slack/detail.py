"""What may be folded away, as sections: Slack shows a long one's beginning and "See more".

https://docs.slack.dev/reference/block-kit/blocks/section-block (`expand`)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.platforms.slack import limits
from bot.platforms.slack.markup import mrkdwn
from bot.platforms.slack.payload import JsonObject
from bot.platforms.slack.split import split
from handlers.message import (
    Bullets,
    CodeBlock,
    Content,
    Context,
    Fields,
    Heading,
    Line,
    Quote,
    Span,
    Text,
    bold,
    flatten,
)

# Somebody's own asterisks, backticks, emoji codes or quotation marks at a line's start would
# become formatting, from which mrkdwn has no escape.
_WOULD_FORMAT: Final = re.compile(r"[*_~`]|^\s*>|:[\w+'-]+:", re.MULTILINE)
_GAP: Final = Span("\n\n")


def render_detail(blocks: Sequence[Content]) -> list[JsonObject]:
    """Return the blocks' text in folding sections, as many as it takes.

    A section in which somebody's words would become formatting is literal as a whole.
    """
    return [_section(part) for part in split(tuple(_joined(blocks)), limits.SECTION_TEXT)]


def _section(content: Line) -> JsonObject:
    text: JsonObject
    if any(_WOULD_FORMAT.search(span.text) for span in content):
        text = {"type": "plain_text", "text": flatten(content), "emoji": False}
    else:
        text = {"type": "mrkdwn", "text": "".join(map(mrkdwn, content)), "verbatim": True}
    return {"type": "section", "text": text, "expand": False}


def _joined(blocks: Sequence[Content]) -> Iterator[Span]:
    for number, block in enumerate(blocks):
        if number:
            yield _GAP
        yield from _spans(block)


def _spans(block: Content) -> Iterator[Span]:
    match block:
        case Heading(text):
            yield bold(text)
        case Text(content) | Context(content):
            yield from content
        case Quote(text):
            yield Span(f"“{text}”")
        case CodeBlock(text):
            yield Span(text)
        case Bullets(items, numbered):
            for number, item in enumerate(items, 1):
                lead = f"{number}. " if numbered else "• "
                yield Span(lead if number == 1 else f"\n{lead}")
                yield from item
        case Fields(pairs):
            for number, (label, value) in enumerate(pairs):
                if number:
                    yield Span("\n")
                yield bold(f"{label}: ")
                yield Span(value)
