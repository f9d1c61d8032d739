"""A line that may begin a question of a list, and how it is marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from questions.importers.label import find_label
from questions.importers.navigation import ANCHOR
from questions.importers.outline import Line, LineKind
from questions.importers.wording import asks, bare_line

_NUMBERED: Final = re.compile(
    r"^(?P<indent> *)(?:\*\*|__)?\(?(?:Q(?:uestion)?\s*)?\d{1,4}\s*[.):–-]\s*(?=\S)", re.IGNORECASE
)
_DOTTED: Final = re.compile(r"^(?P<indent> *)[-*+•]\s+(?:\[[ xX]\]\s+)?(?=\S)")
_BOLD: Final = re.compile(r"^\s*(\*\*|__)(?P<words>[^\n]+?)\1\s*[:：]?\s*(?:<br\s*/?>)?\s*$")
_LEAD: Final = re.compile(r"^\s*(\*\*|__)(?P<words>[^\n*_]+?[?？])\1\s+(?P<rest>\S.*)$")
# "**Trade-offs** - do you see them?" explains a word.
_TERM: Final = re.compile(r"^(\*\*|__)[^*_?]{2,60}\1\s*[-–—:]")
SUMMARY: Final = re.compile(r"(?im)^[ \t]*<summary>(?P<words>[^\n]*)</summary>[ \t]*$")
_CARD: Final = re.compile(r"^(.{4,300}?[?？])\s*(?::{2,3}|[-=]+>|→)\s*(\S.*)$")
_REQUESTED: Final = re.compile(r"^(\*\*|__)[^*_\n]{8,200}[.?]\1(?:\s+\S|\s*$)")
_SHOW: Final = re.compile(r"(?i)(?:show|view|see|click|expand|hint)\b")
TAG: Final = re.compile(
    r"</?(?:p|div|br|center|b|i|em|strong|span|sub|sup|ul|ol|li|hr|a|h[1-6]|details|summary|"
    r"blockquote)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Opener:
    """A line that may begin a question: how it is marked, and its words.

    Attributes:
        style: such as ``h3``, ``numbered0``, ``bold``, ``fold``, ``bullet0``.
        words: the question.
        rest: what of its answer stands on the same line.
        is_asking: whether the words ask something.
    """

    style: str
    words: str
    rest: str = ""
    is_asking: bool = True


def find_opener(line: Line) -> Opener | None:
    """Return what a line may begin; ``None`` where it can't begin a question."""
    if line.kind is LineKind.HEADING:
        return _heading_opener(line)
    if line.kind is not LineKind.TEXT or ANCHOR.match(line.raw):
        return None
    return _fold_opener(line.raw) or _bold_opener(line.raw) or _plain_opener(line.raw)


def _heading_opener(line: Line) -> Opener | None:
    words = bare_line(TAG.sub("", line.title))
    is_marked = find_label(line.title) is not None and not line.title.rstrip().endswith("?")
    if not words or is_marked:
        return None
    numbered = _NUMBERED.match(line.title) is not None
    return Opener(f"h{line.level}", words, is_asking=asks(words) or numbered)


def _fold_opener(raw: str) -> Opener | None:
    fold = SUMMARY.match(raw)
    words = bare_line(fold["words"]) if fold else ""
    return Opener("fold", words) if words and not is_cover(words) else None


def is_cover(words: str) -> bool:
    """Whether a fold's words only say that there is an answer below."""
    return find_label(words) is not None or _SHOW.match(words) is not None


def _bold_opener(raw: str) -> Opener | None:
    if bold := _BOLD.match(raw):
        words = bare_line(bold["words"])
        return Opener("bold", words) if asks(words) else None
    if lead := _LEAD.match(raw):
        return Opener("bold", bare_line(lead["words"]), lead["rest"])
    return None


def _plain_opener(raw: str) -> Opener | None:
    for mark, pattern in (("numbered", _NUMBERED), ("bullet", _DOTTED)):
        if found := pattern.match(raw):
            item = raw[found.end() :]
            words, rest = _split_answer(item)
            # A bullet that only begins as a request does is a step of an answer.
            is_asked = words.rstrip("*_ ").endswith(("?", "？")) or _REQUESTED.match(item)
            is_asking = asks(words) and (mark == "numbered" or bool(is_asked))
            if not is_asking or _TERM.match(item):
                return None
            return Opener(f"{mark}{len(found['indent']) // 2}", words, rest)
    words, rest = _split_answer(raw)
    is_question = words.endswith(("?", "？")) and asks(words) and len(words) < 300
    may_open = is_question and (not rest or _CARD.match(raw.strip()))
    return Opener("plain", words, rest) if may_open else None


def _split_answer(text: str) -> tuple[str, str]:
    """Part "**What is X?** It is …" and "What is X? - It is …" behind the question."""
    bold = re.match(r"^(\*\*|__)(.+?)\1\s*[:：–—-]*\s*(.*)$", text.strip())
    if bold and asks(bold[2]):
        return bare_line(bold[2]), bold[3]
    if "::" in text or ">" in text or "→" in text:
        # "What is X?::It is …" of flash cards, and "What is X? -> It is …".
        card = _CARD.match(text.strip())
        if card:
            return bare_line(card[1]), card[2]
    dash = re.match(
        r"^(.{8,300}?[?？])[\"'”]?\s*(?:[-–—:]|(?:A|Ans|Answer)\s*[:.)-])\s+(\S.*)$", text.strip()
    )
    if dash:
        return bare_line(dash[1]), dash[2]
    return bare_line(text), ""
