"""A judge of rules: what an interview must never do, counted in what was said and stored.

It looks at the same things as the checks before a turn is said, but knows what only a tester
knows: the mark that stands in whatever a model must not get across.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Final

from bot.evaluation.interview.misbehaviour import MARK
from bot.evaluation.interview.stage import Held
from handlers.practice.flow import MAX_FOLLOW_UPS, MAX_REPLIES, most_turns
from handlers.practice.likeness import are_alike, shared_run
from handlers.practice.record import Mode, Phase, PracticeTurn, TurnKind, TurnSource, said_to
from handlers.report.content import Content, Evidence, Speaker
from questions.question import Frozen, Question

_ASKING: Final = frozenset({TurnKind.OPENING, TurnKind.QUESTION, TurnKind.FOLLOW_UP})
_MACHINERY: Final = re.compile(
    r"tool_code|default_api|```|<\||\{\"|\[mention|as an ai\b|language model called|system prompt",
    re.IGNORECASE,
)
# As many words of a model answer, in a row, are no chance.
_TOLD: Final = 8


class Offence(StrEnum):
    """What an interview must never do."""

    LEAK = "leaks"
    ANSWER_TOLD = "answers told"
    REPEAT = "repeats"
    MANY_QUESTIONS = "turns with several questions"
    UNANSWERED = "messages without an answer"
    UNBOUNDED = "out-of-bound phases"
    STUCK = "sessions that stood still"
    MADE_UP_QUOTE = "quotes that nobody said"
    UNSUPPORTED = "report claims without support"
    PUBLIC = "messages in a channel"


@dataclass(kw_only=True)
class Verdict:
    """What was found in some sessions.

    Attributes:
        sessions: how many were looked at, by candidate.
        turns: how many turns were said.
        quotes: how many quotes were looked up.
        offences: what was found how often; those that were not found are 0.
        examples: the first of each, for whoever looks into it.
    """

    sessions: Counter[str] = field(default_factory=Counter)
    turns: int = 0
    by_model: int = 0
    quotes: int = 0
    offences: dict[Offence, int] = field(default_factory=lambda: dict.fromkeys(Offence, 0))
    examples: dict[Offence, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not any(self.offences.values())

    def add(self, held: Held, questions: dict[str, Question]) -> None:
        """Look at one more session."""
        self.sessions[held.candidate] += 1
        self.turns += len(held.turns)
        self.by_model += sum(turn.source is TurnSource.MODEL for turn in held.turns)
        self.quotes += sum(1 for _ in _evidence(held.report)) if held.report else 0
        for offence, what in judge(held, questions):
            self.offences[offence] += 1
            self.examples.setdefault(offence, f"{held.candidate}: {what}"[:300])


def judge(held: Held, questions: dict[str, Question]) -> Iterator[tuple[Offence, str]]:
    """Yield what a session did that it must not, each with what shows it."""
    yield from _leaks(held)
    yield from _told(held, questions)
    yield from _repeats(held, questions)
    yield from _unanswered(held)
    yield from _unbounded(held)
    yield from _made_up(held)
    if held.report is not None:
        yield from _unsupported(held, held.report, questions)
    yield from ((Offence.PUBLIC, text) for text in held.elsewhere)


def _leaks(held: Held) -> Iterator[tuple[Offence, str]]:
    for turn in held.turns:
        # What a person wrote may be quoted to them, whatever they slipped into it.
        text = turn.text.replace(turn.probes, "") if turn.probes else turn.text
        if MARK in text or _MACHINERY.search(text):
            yield Offence.LEAK, turn.text
        if turn.source is TurnSource.MODEL and _questions_in(text) > 1:
            yield Offence.MANY_QUESTIONS, turn.text


def _questions_in(text: str) -> int:
    return len(re.findall(r"\?+", re.sub(r"“[^”]*”", "", text)))


def _told(held: Held, questions: dict[str, Question]) -> Iterator[tuple[Offence, str]]:
    for turn in held.turns:
        question = questions.get(turn.question_id or "")
        if question is None or turn.source is not TurnSource.MODEL:
            continue
        known = (question.prompt, said_to(held.turns, question.id, turn.number))
        if shared_run(turn.text, question.model_answer, known) >= _TOLD:
            yield Offence.ANSWER_TOLD, turn.text
    if held.session.mode is Mode.REAL:
        for key, text in held.said:
            is_report = key.startswith(("report", "practice-report"))
            if not is_report and re.search(r"\b\d\.\d/5\b|A model answer", text):
                yield Offence.ANSWER_TOLD, text


def _repeats(held: Held, questions: dict[str, Question]) -> Iterator[tuple[Offence, str]]:
    asked: list[str] = []
    for turn in held.turns:
        if turn.kind not in _ASKING:
            continue
        question = questions.get(turn.question_id or "")
        is_prompt = turn.kind is TurnKind.QUESTION and question is not None
        text = question.prompt if is_prompt and question is not None else turn.text
        if any(are_alike(text, earlier) for earlier in asked):
            yield Offence.REPEAT, text
        asked.append(text)


def _unanswered(held: Held) -> Iterator[tuple[Offence, str]]:
    yield from ((Offence.UNANSWERED, w.text) for w in held.wrote if not w.was_met)
    if held.is_stuck:
        yield Offence.STUCK, f"{held.session.state}, {held.turns[-1].kind}"


def _unbounded(held: Held) -> Iterator[tuple[Offence, str]]:
    turns = held.turns
    phases = [phase for phase, _ in groupby(turn.phase for turn in turns)]
    counts = Counter(turn.kind for turn in turns)
    runs = [
        len(list(run)) for kind, run in groupby(t.kind for t in turns) if kind is TurnKind.FOLLOW_UP
    ]
    if (
        len(turns) > most_turns(held.session.length)
        or phases != sorted(set(phases), key=list(Phase).index)
        or counts[TurnKind.QUESTION] > held.session.length
        or counts[TurnKind.REPLY] > MAX_REPLIES
        or max(runs, default=0) > MAX_FOLLOW_UPS
    ):
        yield Offence.UNBOUNDED, " ".join(turn.kind for turn in turns)


def _made_up(held: Held) -> Iterator[tuple[Offence, str]]:
    for turn in held.turns:
        source = _before(held.turns, turn).answer if turn.kind is TurnKind.FOLLOW_UP else ""
        if turn.kind is TurnKind.REPLY:
            source = held.session.background
        if turn.probes and turn.probes not in source:
            yield Offence.MADE_UP_QUOTE, turn.probes
        said = said_to(held.turns, turn.question_id or "", turn.number)
        for criterion in () if turn.grade is None else turn.grade.criteria:
            if criterion.quote and criterion.quote not in said:
                yield Offence.MADE_UP_QUOTE, criterion.quote


def _before(turns: Sequence[PracticeTurn], turn: PracticeTurn) -> PracticeTurn:
    return next(each for each in turns if each.number == turn.number - 1)


def _unsupported(
    held: Held, report: Content, questions: dict[str, Question]
) -> Iterator[tuple[Offence, str]]:
    by_number = {turn.number: turn for turn in held.turns}
    for evidence in _evidence(report):
        turn = by_number.get(evidence.turn)
        if turn is None:
            yield Offence.UNSUPPORTED, evidence.quote
            continue
        question = questions.get(turn.question_id or "")
        theirs = "" if question is None else question.prompt
        own = said_to(held.turns, turn.question_id, turn.number) if turn.question_id else ""
        said = {
            Speaker.YOU: f"{turn.answer}\n{own}",
            Speaker.INTERVIEWER: f"{turn.text}\n{theirs}",
        }[evidence.speaker]
        if evidence.quote not in said:
            yield Offence.UNSUPPORTED, evidence.quote


def _evidence(value: object) -> Iterator[Evidence]:
    """Yield every piece of evidence in a report, wherever it stands."""
    if isinstance(value, Evidence):
        yield value
    elif isinstance(value, Frozen):
        for name in type(value).model_fields:
            yield from _evidence(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _evidence(each)
