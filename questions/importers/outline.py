"""A text as lines that know whether they are headings, code, rules or prose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from questions.importers.wording import is_bullet, is_rule

_ATX: Final = re.compile(r"^ {0,3}(#{1,6})(?:\s+|(?=[^#\s]))(.*?)\s*#*\s*$")
_FENCE: Final = re.compile(r"^\s*(```+|~~~+)")
_UNDERLINE: Final = re.compile(r"^ {0,3}(=+|-{3,})\s*$")
# reStructuredText: what is indented below it is code.
_DIRECTIVE: Final = re.compile(r"^(\s*)\.\. (?:code-block|code|sourcecode|highlight)::")


class LineKind(StrEnum):
    """What a line is."""

    HEADING = "heading"
    TEXT = "text"
    CODE = "code"
    RULE = "rule"
    BLANK = "blank"


@dataclass(frozen=True)
class Line:
    """A line of a text.

    Attributes:
        number: counted from 1.
        raw: as it stands.
        kind: what it is.
        level: of a heading, 1 to 6.
        title: a heading's words.
    """

    number: int
    raw: str
    kind: LineKind
    level: int = 0
    title: str = ""


def outline(text: str) -> list[Line]:
    """Return the lines of ``text``; a heading's underline becomes a blank line."""
    lines: list[Line] = []
    fence, indent = "", -1
    for number, raw in enumerate(text.split("\n"), start=1):
        opening = _FENCE.match(raw)
        if fence:
            lines.append(Line(number, raw, LineKind.CODE))
            closes = opening is not None and opening[1].startswith(fence)
            if closes and raw.strip() == (opening[1] if opening else ""):
                fence = ""
        elif indent >= 0 and (not raw.strip() or _indent(raw) > indent):
            kind = LineKind.CODE if raw.strip() else LineKind.BLANK
            lines.append(Line(number, raw, kind))
        elif directive := _DIRECTIVE.match(raw):
            indent = len(directive[1])
            lines.append(Line(number, raw, LineKind.CODE))
        else:
            indent = -1
            fence = opening[1] if opening else ""
            lines.append(Line(number, raw, LineKind.CODE) if opening else _line(number, raw, lines))
    return lines


def _line(number: int, raw: str, lines: list[Line]) -> Line:
    """Return a line outside code; one that underlines the line above makes that a heading."""
    if not raw.strip():
        return Line(number, raw, LineKind.BLANK)
    if heading := _ATX.match(raw):
        return Line(number, raw, LineKind.HEADING, len(heading[1]), heading[2])
    if (under := _UNDERLINE.match(raw)) and _may_be_underlined(lines):
        above = lines[-1]
        level = 1 if under[1][0] == "=" else 2
        lines[-1] = Line(above.number, above.raw, LineKind.HEADING, level, above.raw.strip())
        return Line(number, raw, LineKind.RULE)
    return Line(number, raw, LineKind.RULE if is_rule(raw) else LineKind.TEXT)


def _indent(raw: str) -> int:
    return len(raw) - len(raw.lstrip())


def _may_be_underlined(lines: list[Line]) -> bool:
    if not lines or lines[-1].kind is not LineKind.TEXT:
        return False
    above = lines[-1].raw.strip()
    alone = len(lines) < 2 or lines[-2].kind is not LineKind.TEXT
    is_words = not is_bullet(above) and not above.startswith(("|", ">", "<"))
    # A rule right below a paragraph makes a heading of it, which nobody meant.
    return alone and is_words and len(above) <= 100 and above[-1] not in ".:,;!)"
