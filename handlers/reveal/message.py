"""What a reveal says: everybody's grade, what they agreed to share, and how to say it best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.answers.grade_message import grade_line, shorten
from handlers.markdown import from_markdown
from handlers.message import (
    Block,
    Bullets,
    Heading,
    Message,
    Quote,
    Text,
    bold,
    italic,
    line,
)
from handlers.offers.record import Offer
from handlers.records import Answer, AnswerState
from questions.grading import Grade
from questions.question import Question, Verdict

# What a phone shows without a wall of text, in characters.
_MAX_ANSWER: Final = 600
_MAX_QUOTE: Final = 240


@dataclass(frozen=True, kw_only=True)
class Line:
    """An answer with its author's name and its grade, if it has one."""

    name: str
    answer: Answer
    grade: Grade | None


def reveal_message(
    question: Question, lines: Sequence[Line], teammates: Sequence[Offer] = ()
) -> Message:
    """Return what is told at a reveal; a member's best answer stands for them.

    Args:
        question: the question.
        lines: every answer to it.
        teammates: answers that the team took up as model answers.
    """
    graded = _best(lines)
    return Message(
        blocks=(
            Heading(f"Revealed: {question.title}"),
            *_grades(graded, lines),
            *_shared(graded),
            Heading("Model answer"),
            *from_markdown(question.model_answer),
            *_teammates(teammates),
            *_phrasing(question, graded),
        ),
        summary=f"The answers to “{question.title}” are revealed",
    )


def _best(lines: Sequence[Line]) -> list[tuple[Line, Grade]]:
    """Return each member's best graded answer, the highest score first."""
    best: dict[str, tuple[Line, Grade]] = {}
    for each in lines:
        if each.grade is None or each.answer.state is not AnswerState.GRADED:
            continue
        known = best.get(each.answer.member_id)
        if known is None or each.grade.score > known[1].score:
            best[each.answer.member_id] = (each, each.grade)
    return sorted(best.values(), key=lambda pair: (-pair[1].score, pair[0].name.casefold()))


def _grades(graded: Sequence[tuple[Line, Grade]], lines: Sequence[Line]) -> Iterator[Block]:
    told = {each.answer.member_id for each, _ in graded}
    without = {
        each.answer.member_id: each
        for each in lines
        if each.answer.member_id not in told and each.answer.state is not AnswerState.WITHDRAWN
    }
    items = [line(grade_line(each.name, grade)) for each, grade in graded]
    for each in without.values():
        waits = each.answer.state is AnswerState.PENDING
        items.append(line(f"{each.name}: {'still being graded' if waits else 'not graded'}"))
    if items:
        yield Bullets(tuple(items))
    else:
        yield Text(line("Nobody answered this one. The model answer is worth reading anyway."))


def _shared(graded: Sequence[tuple[Line, Grade]]) -> Iterator[Block]:
    for each, _ in graded:
        if each.answer.shared:
            yield Text(line(bold(f"{each.name}'s answer")))
            yield Quote(shorten(each.answer.text, _MAX_ANSWER))


def _teammates(offers: Sequence[Offer]) -> Iterator[Block]:
    for offer in offers:
        whose = f"{offer.by}'s answer"
        yield Text(line(bold(whose[0].upper() + whose[1:]), ", taken up as a model answer"))
        yield Quote(shorten(offer.text, _MAX_ANSWER))


def _phrasing(question: Question, graded: Sequence[tuple[Line, Grade]]) -> Iterator[Block]:
    """Yield the best phrasing: a shared answer's strongest words, and the question's own."""
    shared = [(each, grade) for each, grade in graded if each.answer.shared]
    for each, grade in shared[:1]:
        met = [c for c in grade.criteria if c.verdict is Verdict.MET and c.quote]
        if met:
            words = shorten(max(met, key=lambda c: c.weight).quote, _MAX_QUOTE)
            yield Text(line(bold("Best said: "), italic(f"“{words}”"), f", {each.name}"))
    yield Text(
        line(
            bold("How to say it: "),
            f"open with {_quoted(question.blueprint.hook)}, "
            f"and close with {_quoted(question.blueprint.punchline)}",
        )
    )


def _quoted(text: str) -> str:
    """Return a text in quotation marks, on one line."""
    return f"“{shorten(text, _MAX_QUOTE)}”"
