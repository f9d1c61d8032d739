"""Documents whose parts are marked: "Topic", "Question", "Answer", "Speaking blueprint"….

Repository files, saved web pages and labelled notes are the same thing to this reader; they
differ in how they mark a part: by a heading, a bold line, or a word and a colon.
"""

from __future__ import annotations

import re
from typing import Final

from questions.importers.card import Card, Footing, Reading, Sample
from questions.importers.evaluation import cut_score
from questions.importers.interviewer import TurnKind, read_turn
from questions.importers.label import STRONG, Label, Marked, find_label, find_marked, fold
from questions.importers.naming import (
    named_role,
    role_in,
    split_joined,
    topic_of_sections,
)
from questions.importers.navigation import NAVIGATION, is_navigation
from questions.importers.outline import Line, LineKind, outline
from questions.importers.part import SPOKEN, Part, split_asked, split_spoken, style_of
from questions.importers.source import Source
from questions.importers.wording import (
    asks,
    bare_line,
    bullets,
    open_quoted,
    plain_links,
    trim,
    unquote,
)

_METADATA: Final = frozenset({Label.ROLE, Label.TOPIC, Label.LEVEL, Label.KIND, Label.TITLE})
# Marks that can end an answer which was itself marked by a word and not by a heading.
_ENDING: Final = frozenset(
    {
        Label.QUESTION, Label.FOLLOW_UPS, Label.MISTAKES, Label.READING, Label.CRITERIA,
        Label.TESTS, Label.FURNITURE, Label.LEVEL, Label.TOPIC, Label.ROLE, Label.SKILLS,
    }
)  # fmt: skip
_LISTS: Final[dict[Label, str]] = {
    Label.TESTS: "tests",
    Label.CRITERIA: "criteria",
    Label.FOLLOW_UPS: "follow_ups",
    Label.MISTAKES: "mistakes",
    Label.READING: "reading",
    Label.NOTES: "notes",
}
_ONE_LINE: Final = frozenset({Label.ROLE, Label.TOPIC, Label.LEVEL, Label.KIND})


def read_labelled(source: Source) -> Reading | None:
    """Read a document with marked parts; ``None`` where no question is marked in it."""
    reader = _Reader(source)
    for line in outline(source.text):
        reader.take(line)
    return reader.end()


class _Reader:
    """Goes through the lines once, and knows which part of which question it is in."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._reading = Reading()
        self._part = Part(1)
        self._section_level = 0
        self._role = ""
        self._is_marked = False
        # The level of headings that are questions, where words mark only the rest.
        self._asking_level = 0
        # Headings that hold the questions, by level.
        self._sections: dict[int, str] = {}
        # What is said of a question before it is asked; the rest is said behind its answer.
        self._leading: set[Label] = set()

    def take(self, line: Line) -> None:
        """Take the next line."""
        if line.kind is LineKind.HEADING:
            self._heading(line)
        elif line.kind is LineKind.TEXT and is_navigation(line.raw):
            self._reading.leave(self._source.name, NAVIGATION, line.raw)
        elif line.kind is LineKind.TEXT:
            marked = self._marked_in(line)
            if marked is not None and self._accepts(marked, line, 0):
                self._begin(marked, line, 0)
            else:
                self._append(line)
        else:
            self._append(line)

    def _marked_in(self, line: Line) -> Marked | None:
        """Return how a line is marked; before the question, "| Role | AI Engineer |" is, too."""
        cells = [cell.strip() for cell in line.raw.strip().strip("|").split("|")]
        if line.raw.lstrip().startswith("|") and len(cells) == 2 and not self._part.is_asked:
            label = find_label(cells[0])
            return Marked(label, cells[1]) if label in _METADATA and cells[1] else None
        return find_marked(line.raw)

    def end(self) -> Reading | None:
        """Return what was read, where anything was marked."""
        self._flush()
        self._drop_talk()
        return self._reading if self._is_marked and self._reading.cards else None

    def _drop_talk(self) -> None:
        """Leave out the small talk where the answers have scores: it is an interview."""
        reading = self._reading
        if not any(card.samples for card in reading.cards):
            return
        cards, reading.cards = reading.cards, []
        for card in cards:
            if card.samples or read_turn(card.prompt).kind is TurnKind.QUESTION:
                reading.cards.append(card)
            else:
                reading.leave(self._source.name, "small talk", f"{card.prompt}\n{card.answer}")

    def _heading(self, line: Line) -> None:
        label = find_label(line.title)
        marked = Marked(label, "") if label is not None else find_marked(line.title)
        if marked is not None and self._accepts(marked, line, line.level):
            self._begin(marked, line, line.level)
            return
        part = self._part
        if (part.is_answered and self._ends_answer(line)) or line.level < part.question_level:
            self._flush(line.number)
        if set(self._part.texts) <= _METADATA:
            self._section_level = self._section_level or line.level
            self._part.preamble.append(line)
            self._enter(line)
        else:
            self._append(line)

    def _enter(self, line: Line) -> None:
        """Note a heading that stands above questions."""
        for level in [level for level in self._sections if level >= line.level]:
            del self._sections[level]
        words = bare_line(line.title)
        if words and asks(words):
            self._asking_level = line.level
        elif words:
            self._sections[line.level] = words

    def _ends_answer(self, line: Line) -> bool:
        """Whether a heading without a mark belongs to what comes after the answer."""
        level = self._part.answer_level
        if self._asking_level and line.level <= self._asking_level:
            return True
        if level:
            return line.level < level
        return bool(self._section_level) and line.level <= self._section_level

    def _accepts(self, marked: Marked, line: Line, level: int) -> bool:
        """Whether a mark counts where it stands: an answer has headings of its own."""
        part, label = self._part, marked.label
        if label in {Label.SCENARIO, Label.STRATEGY}:
            return False
        if label in SPOKEN:
            return self._accepts_spoken(label, line)
        if part.field in SPOKEN and label is not Label.QUESTION:
            after = _METADATA | {Label.FURNITURE, Label.TESTS, Label.FOLLOW_UPS}
            late = {Label.ANSWER, Label.OVERVIEW} - set(part.texts)
            return label in after or (part.field is Label.PUNCHLINE and label in late)
        if part.field is Label.ANSWER:
            return self._accepts_inside(label, line, level)
        return self._accepts_outside(marked, level)

    def _accepts_spoken(self, label: Label, line: Line) -> bool:
        texts = self._part.texts
        if label is Label.HOOK:
            return Label.BLUEPRINT in texts or "hook" in fold(line.raw)[:40].split()
        return Label.HOOK in texts or (label is Label.PUNCHLINE and Label.CORE in texts)

    def _accepts_inside(self, label: Label, line: Line, level: int) -> bool:
        answer_level = self._part.answer_level
        if label is Label.OVERVIEW and label not in self._part.texts and not level:
            # A page that shows its parts in another order; a part of an answer has a neighbour.
            return style_of(line.raw) == self._part.answer_style and self._part.is_page
        if label in STRONG:
            is_plain = label is Label.BLUEPRINT or len(fold(line.raw).split()) >= 3
            return is_plain or self._is_level(level)
        if label is Label.ANSWER and self._part.is_told:
            return False
        if level:
            return level <= (answer_level or self._section_level or 6)
        # "**Question 1: why?**" is a part of the answer to a "**Question**".
        part = self._part
        style = part.question_style if label is Label.QUESTION else part.answer_style
        return not answer_level and label in _ENDING and style_of(line.raw) == style

    def _accepts_outside(self, marked: Marked, level: int) -> bool:
        part, label = self._part, marked.label
        if label is Label.SAMPLE:
            return not part.is_answered
        if label is Label.ANSWER:
            return part.is_asked or bool(level) or not marked.rest
        if label is Label.FURNITURE:
            return bool(part.texts) or not marked.rest
        if label is Label.TITLE and part.texts:
            return not part.is_asked
        return True

    def _is_level(self, level: int) -> bool:
        return bool(level) and level <= (self._part.answer_level or 6)

    def _begin(self, marked: Marked, line: Line, level: int) -> None:
        label, part = marked.label, self._part
        if label is Label.SAMPLE:
            label = Label.ANSWER
        if not part.is_asked and not part.is_answered:
            self._leading |= {label} & _METADATA
        again = label is Label.QUESTION and (part.is_asked or part.is_answered)
        # Where a level is said behind each answer, this one belongs to the answer above.
        is_trailing = label is Label.LEVEL and label not in self._leading | set(part.texts)
        renewed = label in _METADATA and part.is_answered and not is_trailing
        if again or renewed:
            self._flush(line.number)
            part = self._part
        if label is Label.QUESTION:
            part.question_style = style_of(line.raw)
            part.question_level = level
        if label is Label.ANSWER:
            if part.is_answered:
                part.texts[Label.ANSWER].append("")
            part.is_answered = True
            part.is_told = part.is_told or bool(marked.rest.strip())
            part.answer_level = level
            part.answer_style = style_of(line.raw)
        self._is_marked = self._is_marked or label in {Label.QUESTION, Label.ANSWER}
        if label is Label.FURNITURE and not part.is_asked and not part.is_answered:
            # A menu above the page: what stands below it is not part of it.
            self._reading.leave(self._source.name, NAVIGATION, line.raw)
            return
        part.field = label
        if not part.sections or label is Label.QUESTION:
            part.sections = dict(self._sections)
        part.texts[label].append(line.raw if label is Label.FURNITURE else marked.rest)

    def _append(self, line: Line) -> None:
        part = self._part
        if part.field is None:
            if line.kind not in {LineKind.BLANK, LineKind.RULE}:
                part.preamble.append(line)
        elif part.field in _ONE_LINE and any(part.texts[part.field]):
            # "Topic: X" is said in one line; what follows is not marked.
            part.field = None
            self._append(line)
        else:
            part.is_told = part.is_told or (part.field is Label.ANSWER and bool(line.raw.strip()))
            part.texts[part.field].append(line.raw)

    def _flush(self, line: int = 0) -> None:
        part, self._part = self._part, Part(line)
        origin = self._source.name
        title = self._preamble(part)
        texts = {label: trim("\n".join(lines)) for label, lines in part.texts.items()}
        self._reading.leave(origin, NAVIGATION, texts.get(Label.FURNITURE, ""))
        prompt = texts.get(Label.QUESTION, "")
        footing = Footing.STATED
        if prompt and not texts.get(Label.ANSWER):
            prompt, answer = split_asked(
                part.texts[Label.QUESTION], is_headed=part.question_level > 0
            )
            texts[Label.ANSWER] = answer
        if not prompt and (asks(title) or asks(texts.get(Label.TITLE, ""))):
            prompt, footing = title or texts[Label.TITLE], Footing.SHAPED
        if not prompt and not texts.get(Label.ANSWER):
            rest = "\n\n".join(text for key, text in texts.items() if key is not Label.FURNITURE)
            self._reading.leave(origin, "no question in it", f"{title}\n{rest}".strip())
            return
        self._reading.cards.append(self._card(part, texts, prompt, title, footing))

    def _card(
        self, part: Part, texts: dict[Label, str], prompt: str, title: str, footing: Footing
    ) -> Card:
        spoken, beyond = split_spoken(texts)
        self._reading.leave(self._source.name, NAVIGATION, beyond)
        card = Card(
            origin=self._source.name,
            line=part.line,
            role=texts.get(Label.ROLE, "") or self._role,
            topic=texts.get(Label.TOPIC, "") or topic_of_sections(part.sections),
            level=texts.get(Label.LEVEL, ""),
            kind=texts.get(Label.KIND, ""),
            title="" if bare_line(title) == bare_line(prompt) else texts.get(Label.TITLE, title),
            prompt=plain_links(unquote(prompt)),
            answer=plain_links(open_quoted(texts.get(Label.ANSWER, ""))),
            overview=plain_links(texts.get(Label.OVERVIEW, "")),
            hook=spoken[Label.HOOK],
            core=spoken[Label.CORE],
            punchline=spoken[Label.PUNCHLINE],
            skills=[s for s in re.split(r"[,;|\n]+\s*|\s#", texts.get(Label.SKILLS, "")) if s],
            prompt_footing=footing,
        )
        card.answer, verdict = cut_score(card.answer)
        if verdict is not None:
            # Whoever was scored has written it; it is no model answer.
            card.samples.append(
                Sample(
                    text=card.answer,
                    score=verdict.score,
                    scale=verdict.scale,
                    remark=verdict.remark,
                )
            )
            card.answer = ""
        for label, name in _LISTS.items():
            getattr(card, name).extend(map(plain_links, bullets(texts.get(label, ""))))
        if texts.get(Label.BLUEPRINT):
            card.notes.append(texts[Label.BLUEPRINT])
        return card

    def _preamble(self, part: Part) -> str:
        """Find title, role, category and level in what stands before the first mark."""
        title = ""
        for line in part.preamble:
            words = bare_line(line.title or line.raw)
            if not words:
                continue
            topic, level, rest = split_joined(words)
            if role := role_in(words):
                self._role = role
                if line.kind is LineKind.HEADING or named_role(words):
                    self._reading.leave(self._source.name, "a heading", words)
                    continue
            if level:
                part.texts[Label.TOPIC] = part.texts.get(Label.TOPIC) or [topic]
                part.texts[Label.LEVEL] = part.texts.get(Label.LEVEL) or [level]
                self._reading.leave(self._source.name, NAVIGATION, rest)
            elif line.kind is LineKind.HEADING or asks(words):
                self._reading.leave(self._source.name, NAVIGATION, title)
                title = words
            else:
                self._reading.leave(self._source.name, NAVIGATION, words)
        return title
