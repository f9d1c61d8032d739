"""Skill guides: scenarios to practise on, and answer strategies with sample answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from questions.importers.card import Card, Footing, Reading
from questions.importers.label import Label, find_label, find_marked
from questions.importers.naming import role_in
from questions.importers.navigation import NAVIGATION
from questions.importers.outline import LineKind, outline
from questions.importers.source import Source
from questions.importers.wording import (
    asks,
    bare_line,
    is_bullet,
    open_quoted,
    plain_links,
    sentences,
    trim,
)

_SAMPLE: Final = re.compile(
    r"(?is)(?:^|(?<=[.!?:;])\s|\n)\s*[*_]{0,2}(?:sample|example|model)\s+(?:answer|response)"
    r"[*_]{0,2}\s*[:：–—-]\s*[*_]{0,2}"
)
_ABILITY: Final = re.compile(
    r"(?i)\b(?:assess(?:es|ing)?|test(?:s|ing)?|evaluat(?:es|ing)|looking for|prob(?:es|ing)|"
    r"gaug(?:es|ing)|wants to (?:see|know|hear))\s+(?:whether you can|(?:for )?your)?\s*"
    r"(?:(?P<ability>ability to)|(?P<knowledge>(?:understanding|knowledge|grasp|command) of)|"
    r"(?P<other>experience (?:with|in)|skills? in))?\s*(?P<what>[^.;]{8,200})"
)
# "Strategy:" below a question; elsewhere it is a part of an answer.
_SHORT: Final = re.compile(
    r"(?i)^[*_]{0,2}(?:strategy|approach)[*_]{0,2}\s*[:：][*_]{0,2}\s*(?P<rest>.*)$"
)
_TITLE: Final = re.compile(r"^(?=.{3,60}(?:\n|\Z))[A-Z]\w*(?: [\w&/'’-]+){0,6}(?:\n|\Z)")
_GUIDE: Final = re.compile(r"(?i)^\W*(?:skill|interview|career|study)\s+guide\W*$")
_STARTERS: Final = frozenset({Label.SCENARIO, Label.STRATEGY, Label.QUESTION, Label.FURNITURE})


@dataclass
class _Block:
    label: Label | None
    line: int
    paragraphs: list[str] = field(default_factory=list)
    is_answered: bool = False
    # What stands beside the mark in a heading.
    title: str = ""


def read_guide(source: Source) -> Reading | None:
    """Read a skill guide; ``None`` where the text is none.

    Each scenario is a card, its text the prompt; each answer strategy is one, too, its sample
    answer the answer, and what the strategy says of the question is what it tests.
    """
    blocks = _blocks(source.text)
    labels = [block.label for block in blocks]
    strategies, scenarios = labels.count(Label.STRATEGY), labels.count(Label.SCENARIO)
    if not strategies and (Label.QUESTION in labels or not scenarios):
        return None
    if not strategies and scenarios < 2 and not _SAMPLE.search(source.text):
        return None
    return _Guide(source, blocks).read()


class _Guide:
    """One guide: what is said of the skill goes to every card."""

    def __init__(self, source: Source, blocks: list[_Block]) -> None:
        self._source = source
        self._blocks = blocks
        self._reading = Reading()
        self._role = ""
        self._about: list[str] = []
        self._is_paired = _is_paired(blocks)

    def read(self) -> Reading:
        asked = ""
        for index, block in enumerate(self._blocks):
            if block.label is None:
                self._preamble(block)
            elif block.label is Label.SCENARIO:
                self._scenario(block, is_asked_next=self._is_strategy(index + 1))
            elif block.label is Label.STRATEGY:
                self._strategy(block, asked or self._asked_before(index))
                asked = ""
            elif block.label is Label.QUESTION:
                self._keep(asked, block)
                asked = "\n".join(block.paragraphs)
            else:
                self._reading.leave(self._source.name, NAVIGATION, "\n".join(block.paragraphs))
        self._keep(asked, self._blocks[-1])
        for card in self._reading.cards:
            card.role = self._role
            card.notes += self._about
        return self._reading

    def _keep(self, asked: str, block: _Block) -> None:
        """Keep a question that no strategy follows."""
        if asked.strip():
            self._card(block, open_quoted(asked), Footing.STATED)

    def _is_strategy(self, index: int) -> bool:
        return index < len(self._blocks) and self._blocks[index].label is Label.STRATEGY

    def _preamble(self, block: _Block) -> None:
        for paragraph in (line for text in block.paragraphs for line in _headed(text)):
            role = "" if self._role else role_in(bare_line(paragraph).partition(":")[2])
            role = role or ("" if self._role else role_in(bare_line(paragraph)))
            if role:
                self._role = role
                self._reading.leave(self._source.name, NAVIGATION, paragraph)
            elif _GUIDE.match(paragraph):
                self._reading.leave(self._source.name, NAVIGATION, paragraph)
            else:
                self._about.append(plain_links(paragraph))

    def _scenario(self, block: _Block, *, is_asked_next: bool) -> None:
        prompt, answer, rest = "", [], list(block.paragraphs)
        title = block.title
        if rest and not title and _TITLE.match(rest[0]) and (len(rest) > 1 or "\n" in rest[0]):
            # "Scenario 1: Leaking data", with the scenario on the lines below.
            title, _, below = rest[0].partition("\n")
            rest[:1] = [below] if below else []
        rest = rest or ([title] if title else [])
        if is_asked_next and len(rest) > 1 and rest[-1].rstrip("\"'”’ ").endswith("?"):
            rest.pop()
        if rest:
            prompt = rest.pop(0)
        while rest:
            paragraph = rest.pop(0)
            steps = find_marked(paragraph.split("\n")[0])
            if _is_alone(paragraph):
                continue
            if is_bullet(paragraph) or (steps and steps.label is Label.ANSWER):
                answer.append(paragraph)
            elif paragraph.rstrip().endswith("?") and not answer:
                prompt = f"{prompt}\n\n{paragraph}"
            else:
                self._about.append(plain_links(paragraph))
        if prompt:
            card = self._card(block, plain_links(prompt), Footing.STATED)
            card.answer = plain_links("\n\n".join(answer))
            card.title = title if prompt != title else ""

    def _asked_before(self, index: int) -> str:
        """Return the question that stands right above a strategy, without a mark."""
        above = self._blocks[index - 1].paragraphs if index else []
        is_prompt = len(above) == 1 and self._blocks[index - 1].label is Label.SCENARIO
        if above and not is_prompt and above[-1].rstrip("\"'”’ ").endswith("?") and asks(above[-1]):
            asked = above.pop()
            if asked in self._about:
                self._about.remove(asked)
            for left in list(self._reading.left_out):
                if left.text.strip() == asked:
                    self._reading.left_out.remove(left)
            return asked
        return ""

    def _strategy(self, block: _Block, asked: str) -> None:
        text = "\n\n".join(block.paragraphs)
        found = _SAMPLE.search(text)
        strategy = text[: found.start()] if found else text
        sample, beyond = _cut_at_quote(text[found.end() :]) if found else ("", "")
        above = (
            self._reading.cards[-1]
            if self._is_paired and self._reading.cards and not asked
            else None
        )
        prompt = open_quoted(asked) or propose_prompt(strategy)
        card = above or self._card(block, prompt, Footing.STATED if asked else Footing.PROPOSED)
        said = plain_links(open_quoted(sample))
        card.answer = f"{card.answer}\n\n{said}".strip()
        card.tests = [s for part in strategy.split("\n") for s in sentences(part)]
        self._reading.leave(self._source.name, NAVIGATION, beyond)
        if not asked and above is None:
            card.remarks.append(
                "the page gives a strategy and no question: this one is made from the strategy"
            )

    def _card(self, block: _Block, prompt: str, footing: Footing) -> Card:
        card = Card(
            origin=self._source.name, line=block.line, prompt=prompt, prompt_footing=footing
        )
        self._reading.cards.append(card)
        return card


def _is_paired(blocks: list[_Block]) -> bool:
    """Whether each strategy says how to answer the scenario above it."""
    pairs = pairwise(blocks)
    above = [one.label for one, other in pairs if other.label is Label.STRATEGY]
    scenarios = sum(block.label is Label.SCENARIO for block in blocks)
    return all(label is Label.SCENARIO for label in above) and len(above) == scenarios


def propose_prompt(strategy: str) -> str:
    """Make a question of what a strategy says that it tests."""
    found = _ABILITY.search(strategy)
    if found is None:
        first = (sentences(strategy) or [""])[0].rstrip(".")
        return f"How would you answer an interviewer on this: {first}?" if first else ""
    what = " ".join(found["what"].split())
    if found["ability"]:
        return f"How would you {what}?"
    return f"Talk me through {what}: how does it show in practice, and what do you do about it?"


def _cut_at_quote(text: str) -> tuple[str, str]:
    """Return a quoted sample answer, and what stands behind its closing quotation mark."""
    bare = text.strip()
    if bare[:1] not in "'\"“‘„«":
        return bare, ""
    closings = [m.end() for m in re.finditer(r"['\"”’“»](?=\s*(?:\n|$))", bare) if m.start() > 0]
    return (bare[: closings[0]], bare[closings[0] :]) if closings else (bare, "")


def _blocks(text: str) -> list[_Block]:
    """Cut a text at its marks; paragraphs are lines where no blank lines part them."""
    blocks = [_Block(None, 1)]
    parted = bool(re.search(r"\n[ \t]*\n", trim(text)))
    open_ = False
    for line in outline(text):
        words = line.title if line.kind is LineKind.HEADING else line.raw.strip()
        if line.kind in {LineKind.BLANK, LineKind.RULE}:
            open_ = False
            continue
        label, rest = _mark(words)
        blocks[-1].is_answered = blocks[-1].is_answered or label is Label.ANSWER
        is_asked = blocks[-1].label is Label.QUESTION and not blocks[-1].is_answered
        if is_asked and (short := _SHORT.match(words)):
            label, rest = Label.STRATEGY, short["rest"]
        if label in _STARTERS:
            is_title = line.kind is LineKind.HEADING and not asks(rest)
            blocks.append(
                _Block(label, line.number, title=rest)
                if is_title
                else _Block(label, line.number, [rest] if rest else [])
            )
            open_ = bool(rest) and not is_title
            continue
        block = blocks[-1]
        # "How to execute" on a line of its own, and the first item of a list, begin something.
        is_fresh = label is Label.ANSWER and not rest
        last = block.paragraphs[-1] if block.paragraphs else ""
        is_first = is_bullet(words) and not is_bullet(last.rpartition("\n")[2])
        is_part = is_fresh or is_first or (last and _is_alone(last))
        goes_on = open_ and parted and line.kind is not LineKind.HEADING and not is_part
        listed = bool(block.paragraphs) and is_bullet(words) and is_bullet(block.paragraphs[-1])
        if goes_on or listed:
            block.paragraphs[-1] += f"\n{words}"
        else:
            block.paragraphs.append(words)
        open_ = line.kind is not LineKind.HEADING
    return blocks


def _is_alone(paragraph: str) -> bool:
    """Whether a paragraph is a mark such as "How to execute"."""
    marked = find_marked(paragraph) if "\n" not in paragraph else None
    return marked is not None and marked.label is Label.ANSWER and not marked.rest


def _headed(paragraph: str) -> list[str]:
    """Part the short lines in front of a paragraph from it: a role, "Skill Guide"."""
    lines = paragraph.split("\n")
    heads = 0
    while heads < len(lines) - 1 and (_GUIDE.match(lines[heads]) or role_in(lines[heads])):
        heads += 1
    return [*lines[:heads], "\n".join(lines[heads:])]


_FOOTER: Final = re.compile(r"(?i)^\d+ careers? found$|^try a different search term\.?$|^©")


def _mark(words: str) -> tuple[Label | None, str]:
    if _FOOTER.match(words):
        return Label.FURNITURE, words
    marked = find_marked(words)
    if marked is not None and marked.label is Label.FURNITURE:
        return Label.FURNITURE, words
    if marked is not None:
        return marked.label, marked.rest
    return find_label(words) if len(words) < 60 else None, ""
