"""Cutting a reply into the stretches that evidence is looked for in.

People type with and without punctuation, in bullets, and with code between the lines; every
stretch is kept as a span of the reply, so that it can be quoted exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_WORDS: Final = 40
_PIECE_WORDS: Final = 24

_FENCE: Final = re.compile(r"^[ \t]*(```|~~~).*?(?:^[ \t]*\1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_MARK: Final = re.compile(r"[ \t]*(?:(?:[-*+•–—>#]+|\(?\d{1,2}[.)]|\(?[a-zA-Z]\))[ \t]+)*")
# A full stop inside a number, after one letter or after these shortenings ends nothing.
_END: Final = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)(?<!\bcf)(?<!\bapprox)(?<!\b[a-zA-Z])"
    r"[.!?…]+[\"'”’)\]*_]*(?=\s)|;(?=\s)|[。！？]"
)
_BREAK: Final = re.compile(r",\s+|\s+[-–—]+\s+|\s+(?=(?:and|but|so|then|because|which|also)\s)")


@dataclass(frozen=True)
class Span:
    """A stretch of a text.

    Attributes:
        start: where it starts in the text, in characters.
        end: where it ends.
        text: the stretch itself.
        is_code: whether it stood in a code fence.
    """

    start: int
    end: int
    text: str
    is_code: bool = False


def split_sentences(text: str) -> list[Span]:
    """Split ``text`` into sentences, bullets, lines of code fences and pieces of long run-ons."""
    spans: list[Span] = []
    at = 0
    for fence in _FENCE.finditer(text):
        spans += _prose(text, at, fence.start())
        spans += _code(text, fence.start(), fence.end())
        at = fence.end()
    return [*spans, *_prose(text, at, len(text))]


def _prose(text: str, start: int, end: int) -> list[Span]:
    found: list[Span] = []
    for line_start, line_end in _lines(text, start, end):
        mark = _MARK.match(text, line_start, line_end)
        at = mark.end() if mark else line_start
        for stop in _END.finditer(text, at, line_end):
            found += _pieces(text, at, stop.end())
            at = stop.end()
        found += _pieces(text, at, line_end)
    return found


def _code(text: str, start: int, end: int) -> list[Span]:
    lines = [span for bounds in _lines(text, start, end) if (span := _span(text, *bounds))]
    inner = (s for s in lines if not s.text.startswith(("```", "~~~")))
    return [Span(s.start, s.end, s.text, is_code=True) for s in inner]


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for newline in re.finditer(r"[\n\r\v\f\u2028\u2029]+", text[start:end]):
        yield at, start + newline.start()
        at = start + newline.end()
    yield at, end


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the stretch whole, or in pieces where it runs on beyond `MAX_WORDS`."""
    if len(text[start:end].split()) <= MAX_WORDS:
        ends = [end]
    else:
        ends = [*_break_up(text, start, end), end]
    at = start
    for stop in ends:
        if span := _span(text, at, stop):
            yield span
        at = stop


def _break_up(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where to cut a run-on: at a comma or joining word, else after enough words."""
    breaks = [m.end() for m in _BREAK.finditer(text, start, end)]
    words = [m.end() for m in re.finditer(r"\S+\s*", text[start:end])]
    at = start
    while True:
        ahead = [start + w for w in words if start + w > at]
        if len(ahead) <= MAX_WORDS:
            return
        low, high = ahead[_PIECE_WORDS // 3], ahead[_PIECE_WORDS]
        at = max((b for b in breaks if low <= b <= high), default=high)
        yield at


def _span(text: str, start: int, end: int) -> Span | None:
    stretch = text[start:end]
    stripped = stretch.strip()
    if not any(ch.isalnum() for ch in stripped):
        return None
    start += len(stretch) - len(stretch.lstrip())
    return Span(start, start + len(stripped), stripped)
