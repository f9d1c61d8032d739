"""Text into Discord's markdown: what people wrote stays what they wrote, and mentions nobody."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.platforms.discord.limits import length
from handlers.message import Line, Span, Style

ELLIPSIS: Final = "…"
NOTHING: Final = "\u200b"
_URL: Final = re.compile(r"(https?://[^\s<>`|\\\"]+)")
_SPECIAL: Final = re.compile(r"([\\*_~`|\[\]<])")
_LINE_START: Final = re.compile(r"^(\s*)([-+>#]|\d+(?=[.)]))", re.MULTILINE)
_EVERYBODY: Final = re.compile(r"@(?=everyone|here)", re.IGNORECASE)


def clean(text: str) -> str:
    """Return ``text`` without what Discord can't carry: control characters, lone surrogates."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(ch for ch in whole if ch in "\n\t" or unicodedata.category(ch) != "Cc")


def escape(text: str) -> str:
    """Escape markdown and mentions; addresses on the web stay as they are."""
    parts = _URL.split(clean(text))
    # The odd parts are the addresses: a backslash in one would break it.
    return "".join(part if i % 2 else _escape_plain(part) for i, part in enumerate(parts))


def unmention(text: str) -> str:
    """Keep ``text`` from calling everybody, without changing how it looks."""
    return _EVERYBODY.sub("@" + NOTHING, text)


def one_line(text: str) -> str:
    """Return ``text`` with every stretch of white space as one space."""
    return " ".join(clean(text).split())


def shorten(text: str, most: int) -> str:
    """Return ``text``, cut with a visible “…” where it is longer than ``most`` UTF-16 units."""
    if length(text) <= most:
        return text
    kept, room = [], most - 1
    for char in text:
        room -= length(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept).rstrip() + ELLIPSIS


def render_line(content: Line) -> str:
    """Return a line's spans as markdown."""
    rendered = [(span.style, _span(span)) for span in content]
    pieces: list[str] = []
    styled_before = False
    for style, piece in rendered:
        if not piece:
            continue
        styled = style is not Style.PLAIN
        if styled and styled_before:
            # ***bold** and *italic* side by side would be read as one run of stars.
            pieces.append(NOTHING)
        pieces.append(piece)
        styled_before = styled
    return "".join(pieces)


def _escape_plain(text: str) -> str:
    text = _SPECIAL.sub(r"\\\1", text)
    text = _LINE_START.sub(_escape_line_start, text)
    return unmention(text)


def _escape_line_start(match: re.Match[str]) -> str:
    indent, mark = match.groups()
    # A number before a dot makes a list; the backslash belongs before the dot.
    return f"{indent}{mark}\\" if mark.isdigit() else f"{indent}\\{mark}"


_MARKS: Final = {Style.BOLD: "**", Style.ITALIC: "*"}


def _span(span: Span) -> str:
    if span.style is Style.CODE:
        # A back-tick can't be escaped within code; its look-alike can be read.
        inner = unmention(one_line(span.text).replace("`", "ˋ"))
        return f"`{inner}`" if inner else ""
    text = escape(span.text)
    mark = _MARKS.get(span.style)
    if mark is None or not text.strip():
        return text
    # Stars with white space inside are no markup: it stays outside.
    core = text.strip()
    before, _, after = text.partition(core)
    return f"{before}{mark}{core}{mark}{after}"
