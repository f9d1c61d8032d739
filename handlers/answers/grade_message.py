"""How a grade looks: the score first, then each criterion with the words that earned it."""

from __future__ import annotations

from handlers.message import (
    Block,
    Bullets,
    Context,
    Heading,
    Line,
    Message,
    Quote,
    Span,
    Text,
    bold,
    italic,
    line,
)
from handlers.records import Answer, AnswerSource
from questions.grading import Grade, GradedCriterion
from questions.question import MAX_SCORE, Question, Verdict

_WORDS = {Verdict.MET: "Met", Verdict.PARTIAL: "Partly", Verdict.MISSED: "Missed"}
_MAX_QUOTE = 160
_MAX_ANSWER = 600

ESTIMATE = (
    "This is an estimate made without a language model: it compares your sentences with the "
    "rubric and can be wrong."
)


def format_score(score: float) -> str:
    """Return a score as people see it, for example ``3.5/5``."""
    return f"{score:.1f}/{MAX_SCORE}"


def grade_message(
    grade: Grade, question: Question, answer: Answer, *, name: str, points: int
) -> Message:
    """Return a grade with its reasons."""
    mark = " (estimate)" if grade.is_estimate else ""
    head = f"{name}: {format_score(grade.score)}{mark}"
    texts = {c.id: c.text for c in question.rubric.criteria}
    blocks: list[Block] = [Heading(head)]
    if answer.source is not AnswerSource.MESSAGE:
        blocks.append(Quote(_shorten(answer.text, _MAX_ANSWER)))
    blocks.append(Bullets(tuple(_criterion(c, texts[c.id]) for c in grade.criteria)))
    blocks.append(Context(line(_footer(grade, points))))
    return Message(blocks=tuple(blocks))


def ungraded_message(answer: Answer, *, name: str) -> Message:
    """Return why an answer has no grade."""
    return Message(
        blocks=(
            Text(line(bold(f"{name}: not graded. "), answer.detail or "")),
            Context(line("Your answer is kept, and the leaderboard is as it was.")),
        ),
    )


def pending_message(*, name: str) -> Message:
    """Return the note that a grade takes longer than usual."""
    return Message(
        blocks=(
            Text(
                line(
                    f"{name}, your answer is safe. The grader is slow to reply just now; "
                    "I keep trying and will post your grade here."
                )
            ),
        ),
    )


def _criterion(graded: GradedCriterion, text: str) -> Line:
    parts: list[str | Span] = [bold(f"{_WORDS[graded.verdict]}: "), f"{text.rstrip('.')}."]
    if graded.quote:
        parts += ["\n", italic(f"“{_shorten(graded.quote, _MAX_QUOTE)}”")]
    if graded.comment:
        parts.append(f"\n{graded.comment}")
    return line(*parts)


def _footer(grade: Grade, points: int) -> str:
    earned = f"{points} points." if points != 1 else "1 point."
    return f"{earned} {ESTIMATE}" if grade.is_estimate else earned


def _shorten(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
