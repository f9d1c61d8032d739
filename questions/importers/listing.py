"""Lists of questions in Markdown: under headings, numbered, in bold, folded away, or bare.

A list keeps to one way of marking its questions; the reader takes the way that most of the lines
that ask something share, so that questions inside an answer stay there.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from questions.importers.card import Card, Footing, Reading
from questions.importers.label import Label, find_label, find_marked
from questions.importers.naming import read_level, role_in, topic_of_sections
from questions.importers.navigation import NAVIGATION, is_navigation
from questions.importers.opener import SUMMARY, TAG, Opener, find_opener, is_cover
from questions.importers.outline import Line, LineKind, outline
from questions.importers.source import Source
from questions.importers.wording import asks, bare_line, plain_links, trim

CONTENTS: Final = "table of contents"
INTRODUCTION: Final = "introduction"
# "> [!question] What is X?" of note-taking programs.
_CALLOUT: Final = re.compile(r"(?mi)^>\s*\[!(?:question|faq|help)\][+-]?[ \t]*(?=\S)")
_FOLD: Final = re.compile(r"(?i)<details\b")
_UNFOLD: Final = re.compile(r"(?i)</details\b")
_FOLD_END: Final = re.compile(r"(?i)^\s*</details\s*>\s*$")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_ANSWER_LEAD: Final = re.compile(
    r"^\s*(?:>\s*)?[*_]{0,3}"
    r"(?:A|Ans|(?:(?:Good|Model|Ideal|Sample|Expert|Short) )?Answer|Solution)\s*\d{0,3}[*_]{0,2}"
    r"\s*[:：.)–-][*_]{0,2}\s*",
    re.IGNORECASE,
)


@dataclass
class _Open:
    card: Card
    lines: list[str] = field(default_factory=list)
    is_heading: bool = False
    # How many folds are open; that of a folded question begins above it.
    folds: int = 0

    def add(self, raw: str) -> None:
        """Add a line of the answer."""
        self.lines.append(raw)
        if "details" in raw or "DETAILS" in raw:
            self.folds += len(_FOLD.findall(raw)) - len(_UNFOLD.findall(raw))


def read_listing(source: Source) -> Reading | None:
    """Read a list of questions; ``None`` where no line asks anything."""
    lines = outline(_unfold(source.text))
    openers = {line.number: opener for line in lines if (opener := find_opener(line)) is not None}
    style = _choose(openers, lines)
    reading = _Lister(source, openers, style).read(lines) if style else None
    return None if reading is not None and _is_in_passing(reading, style, source) else reading


def _is_in_passing(reading: Reading, style: str, source: Source) -> bool:
    """Whether the only question is one that a text about something else asks."""
    if len(reading.cards) > 1 or not style.startswith(("bullet", "plain", "numbered")):
        return False
    card = reading.cards[0]
    return not card.answer and len(card.prompt) * 5 < len(source.text)


def _unfold(text: str) -> str:
    """Give every fold's tags a line of their own; a summary becomes one line."""
    text = _CALLOUT.sub("", _COMMENT.sub("", text))
    if "<summary" not in text.lower():
        return text
    text = re.sub(
        r"(?is)[ \t]*<summary[^>]*>(.*?)</summary>",
        lambda m: f"\n<summary>{' '.join(TAG.sub(' ', m[1]).split())}</summary>\n",
        text,
    )
    return re.sub(r"(?i)[ \t]*(</?details[^>]*>)[ \t]*", r"\n\1\n", text)


def _choose(openers: dict[int, Opener], lines: list[Line]) -> str:
    """Return the way in which the list marks its questions, or nothing."""
    counts = Counter(opener.style for opener in openers.values() if opener.is_asking)
    if not counts:
        return ""
    order = ("fold", "h", "bold", "numbered0", "plain", "bullet0")

    def weight(style: str) -> tuple[float, int]:
        rank = next((i for i, name in enumerate(order) if style.startswith(name)), len(order))
        answered = _answered(style, openers, lines)
        return counts[style] * (0.4 + 0.6 * answered), -rank

    return max(counts, key=weight)


def _answered(style: str, openers: dict[int, Opener], lines: list[Line]) -> float:
    """Return the share of a style's questions that have anything below them."""
    total = answered = 0
    for index, line in enumerate(lines):
        opener = openers.get(line.number)
        if opener is None or opener.style != style or not opener.is_asking:
            continue
        total += 1
        below = next((o for o in lines[index + 1 :] if o.kind is not LineKind.BLANK), None)
        # A question that asks for a design is answered under headings of its own.
        is_deeper = below is not None and below.level > line.level > 0
        follows = below is not None and (below.kind is not LineKind.HEADING or is_deeper)
        other = openers.get(below.number) if below is not None else None
        has_own = follows and (other is None or other.style != style)
        answered += bool(opener.rest) or has_own
    return answered / total if total else 0.0


class _Lister:
    """Goes through the lines once, with the chosen way of marking questions."""

    def __init__(self, source: Source, openers: dict[int, Opener], style: str) -> None:
        self._source = source
        self._openers = openers
        self._style = style
        self._level = int(style[1:]) if re.fullmatch(r"h\d", style) else 7
        self._reading = Reading()
        self._open: _Open | None = None
        self._sections: dict[int, str] = {}
        self._role = ""
        self._in_contents = False
        self._outside: list[str] = []

    def read(self, lines: list[Line]) -> Reading | None:
        for line in lines:
            if line.kind is LineKind.HEADING and is_navigation(line.title):
                self._reading.leave(self._source.name, NAVIGATION, line.raw)
            elif line.kind is LineKind.HEADING and self._is_section(line):
                self._section(line)
            elif self._is_navigation(line):
                self._reading.leave(self._source.name, NAVIGATION, line.raw)
            elif self._begins(line):
                self._begin(line)
            elif self._style == "fold" and _FOLD_END.match(line.raw):
                self._end_fold(line)
            elif self._open is not None:
                self._open.add(line.raw)
            elif line.raw.strip():
                self._outside.append(line.raw)
        self._close()
        self._leave_outside()
        return self._reading if self._reading.cards else None

    def _is_section(self, line: Line) -> bool:
        opener = self._openers.get(line.number)
        if opener is not None and opener.style == self._style and opener.is_asking:
            return False
        if self._style == "fold" and self._begins(line):
            return False
        if self._level == 7:
            return self._open is None or not (asks(line.title) or line.level > self._deepest())
        return line.level <= self._level

    def _end_fold(self, line: Line) -> None:
        """Close the question that was folded; a fold inside one that is open belongs to it."""
        if self._open is not None:
            self._open.add(line.raw)
            if not self._open.is_heading and self._open.folds <= 0:
                self._close()

    def _deepest(self) -> int:
        return max(self._sections, default=6)

    def _section(self, line: Line) -> None:
        self._close()
        self._leave_outside()
        words = bare_line(line.title)
        self._in_contents = find_label(line.title) is Label.FURNITURE
        for level in [level for level in self._sections if level >= line.level]:
            del self._sections[level]
        if self._in_contents:
            self._reading.leave(self._source.name, CONTENTS, line.raw)
            return
        self._sections[line.level] = words
        self._reading.leave(self._source.name, "a section's heading", words)
        self._role = role_in(words) or self._role

    def _is_navigation(self, line: Line) -> bool:
        if line.kind is not LineKind.TEXT:
            return False
        raw = line.raw
        if self._in_contents and (self._openers.get(line.number) is None or "](#" in raw):
            return True
        return is_navigation(raw)

    def _begins(self, line: Line) -> bool:
        opener = self._openers.get(line.number)
        if opener is None or not opener.is_asking:
            return False
        # Between folds, a question may stand in a heading and have its answer folded alone.
        is_outside = self._open is None or (self._open.is_heading and self._open.folds <= 0)
        is_beside = self._style == "fold" and line.kind is LineKind.HEADING and is_outside
        return opener.style == self._style or is_beside

    def _begin(self, line: Line) -> None:
        self._close()
        self._leave_outside()
        self._in_contents = False
        opener = self._openers[line.number]
        card = Card(
            origin=self._source.name,
            line=line.number,
            role=self._role,
            topic=self._topic(),
            prompt=opener.words,
            prompt_footing=Footing.SHAPED,
        )
        for words in self._sections.values():
            if read_level(words) is not None:
                card.level = words
        is_heading = line.kind is LineKind.HEADING
        folds = 1 if opener.style == "fold" else 0
        self._open = _Open(card, [opener.rest] if opener.rest else [], is_heading, folds)

    def _topic(self) -> str:
        return topic_of_sections(self._sections)

    def _close(self) -> None:
        if self._open is None:
            return
        card, text = self._open.card, "\n".join(self._open.lines)
        self._open = None
        answer = _tidy_answer(text)
        for line in answer.split("\n"):
            marked = find_marked(line)
            if marked is not None and marked.label is Label.LEVEL and read_level(marked.rest):
                card.level = marked.rest
        card.answer = plain_links(answer)
        self._reading.cards.append(card)

    def _leave_outside(self) -> None:
        text = TAG.sub("", "\n".join(self._outside))
        reason = CONTENTS if self._in_contents else INTRODUCTION
        self._outside = []
        self._reading.leave(self._source.name, reason, text)


def _tidy_answer(text: str) -> str:
    """Drop folds' tags, the word "Answer" in front, and the indent of a list's item."""
    text = SUMMARY.sub(lambda found: "" if is_cover(found["words"]) else found["words"], text)
    text = re.sub(r"(?i)<br\s*/?>", "\n", text)
    fences = text.split("```")
    fences[::2] = [TAG.sub("", part) for part in fences[::2]]
    text = trim("```".join(fences))
    lines = text.split("\n")
    indents = [len(line) - len(line.lstrip()) for line in lines if line.strip()]
    rest = indents[1:] or indents
    common = min(rest, default=0)
    lines = [line[common:] if line[:common].strip() == "" else line.lstrip() for line in lines]
    if lines[0].strip() in {"?", "??"}:
        # Between the two sides of a flash card.
        lines = lines[1:]
    text = _ANSWER_LEAD.sub("", "\n".join(lines), count=1)
    quoted = text.split("\n")
    if quoted and all(line.startswith(">") or not line.strip() for line in quoted):
        text = "\n".join(re.sub(r"^>\s?", "", line) for line in quoted)
    return trim(text)
