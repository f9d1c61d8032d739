"""Cutting a line into parts that fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.platforms.slack.markup import escaped_length
from handlers.message import Line, Span

_MARK_LENGTH: Final = 2


def size(content: Line) -> int:
    """Return how many characters a line takes at most, once escaped and marked up."""
    return sum(escaped_length(span.text) + _MARK_LENGTH for span in content)


def split(content: Line, limit: int) -> Iterator[Line]:
    """Yield parts that fit into ``limit``, cut at spaces; blank ones are left out."""
    part: list[Span] = []
    room = limit
    for span in content:
        text = span.text
        while escaped_length(text) + _MARK_LENGTH > room:
            head, text = _cut(text, max(room - _MARK_LENGTH, 0))
            yield from _unless_blank([*part, replace(span, text=head)])
            part, room = [], limit
        if text:
            part.append(replace(span, text=text))
            room -= escaped_length(text) + _MARK_LENGTH
    yield from _unless_blank(part)


def _cut(text: str, room: int) -> tuple[str, str]:
    end = 0
    for char in text:
        room -= escaped_length(char)
        if room < 0:
            break
        end += 1
    space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end)) + 1
    end = space if space > end // 2 else end
    return text[:end], text[end:]


def _unless_blank(part: list[Span]) -> Iterator[Line]:
    if any(span.text.strip() for span in part):
        yield tuple(span for span in part if span.text)
