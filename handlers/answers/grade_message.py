"""How a grade looks: the score first, then each criterion with the words that earned it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.feedback.button import feedback_on
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Content,
    Context,
    Detail,
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
from handlers.offers.rule import is_good_enough
from handlers.records import Answer, AnswerSource
from handlers.refs import Platform
from handlers.wording import counted
from questions.band import band_of
from questions.feedback import Feedback, Improvement, Stronger, give_feedback
from questions.grading import FactualError, Grade, GradedCriterion
from questions.question import MAX_SCORE, Question, Verdict

VERDICTS: Final = {Verdict.MET: "Met", Verdict.PARTIAL: "Partly", Verdict.MISSED: "Missed"}
# What a phone shows without a wall of text, in characters.
_MAX_QUOTE: Final = 160
_MAX_COMMENT: Final = 200
_MAX_ANSWER: Final = 600
_MAX_ERRORS: Final = 3

ESTIMATE: Final = (
    "This is an estimate made without a language model: it compares your sentences with the "
    "rubric and can be wrong."
)
LOW_CONFIDENCE: Final = (
    "Low confidence: my samples disagreed by more than a band, so take this grade as a rough one."
)


def format_score(score: float) -> str:
    """Return a score as people see it, for example ``3.5/5``."""
    return f"{score:.1f}/{MAX_SCORE}"


def grade_line(name: str, grade: Grade) -> str:
    """Return whose grade it is, its score and its band, for example ``Ada: 3.5/5, Solid``."""
    mark = " (estimate)" if grade.is_estimate else ""
    return f"{name}: {format_score(grade.score)}, {band_of(grade.score).name}{mark}"


def format_points(points: int) -> str:
    """Return points as people see them, for example ``1 point``."""
    return counted(points, "point")


def shorten(text: str, limit: int) -> str:
    """Return a text on one line, cut visibly where it is longer than ``limit`` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def grade_message(
    grade: Grade,
    question: Question,
    answer: Answer,
    *,
    name: str,
    points: int,
    titles: Mapping[str, str] | None = None,
    number: int = 1,
) -> Message:
    """Return a grade: score, band and what that means at the top, the reasons in a detail.

    Args:
        grade: the grade.
        question: the question, in the version that was answered.
        answer: the answer.
        name: what its author is called.
        points: what the leaderboard counts for it.
        titles: titles of the questions whose model answers the grader drew on, by id.
        number: which of the answer's grades it is, from 1.
    """
    feedback = give_feedback(grade, question, titles)
    texts = {c.id: c.text for c in question.rubric.criteria}
    blocks: list[Block] = [
        Heading(grade_line(name, grade)),
        Text(line(band_of(grade.score).meaning)),
    ]
    if grade.low_confidence:
        blocks.append(Text(line(italic(LOW_CONFIDENCE))))
    if answer.source is not AnswerSource.MESSAGE:
        blocks.append(Quote(shorten(answer.text, _MAX_ANSWER)))
    criteria = Bullets(tuple(_criterion(c, texts[c.id]) for c in grade.criteria))
    blocks.append(Detail((criteria, *_advice(feedback))))
    blocks.append(Context(line(_footer(grade, feedback, points))))
    # A terminal has no buttons, and nobody there who could decide on an appeal.
    if answer.show_in.platform is not Platform.CONSOLE:
        buttons = [Button("Appeal", Action(ActionKind.APPEAL, answer.id))]
        if is_good_enough(grade.score):
            buttons.append(Button("Offer as a model answer", Action(ActionKind.OFFER, answer.id)))
        blocks.append(Buttons(tuple(buttons)))
        blocks.append(feedback_on(answer.id, number))
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
    parts: list[str | Span] = [bold(f"{VERDICTS[graded.verdict]}: "), _sentence(text)]
    if graded.quote:
        parts += ["\n", italic(f"“{shorten(graded.quote, _MAX_QUOTE)}”")]
    if graded.comment:
        parts.append(f"\n{shorten(graded.comment, _MAX_COMMENT)}")
    return line(*parts)


def _advice(feedback: Feedback) -> Iterator[Content]:
    """Yield what follows from the verdicts; what there is nothing to say about is left out."""
    if feedback.errors:
        yield Text(line(bold("To correct"), " (each costs something):"))
        yield Bullets(tuple(_error(error) for error in feedback.errors[:_MAX_ERRORS]))
    if feedback.strengths:
        # Their quotes stand right above; here the two of them are named.
        named = " ".join(_sentence(strength.text) for strength in feedback.strengths)
        yield Text(line(bold("Strong: "), named))
    stronger = feedback.stronger
    if feedback.improvements:
        yield Text(line(bold("Worth most next time:")))
        yield Bullets(tuple(_improvement(i, stronger) for i in feedback.improvements))
    if stronger is not None:
        yield Text(_rephrased(stronger))


def _error(error: FactualError) -> Line:
    quote = italic(f"“{shorten(error.quote, _MAX_QUOTE)}”")
    return line(quote, f"\n{shorten(error.correction, _MAX_COMMENT)}")


def _improvement(improvement: Improvement, stronger: Stronger | None) -> Line:
    text = bold(_sentence(improvement.text))
    if stronger is not None and stronger.criterion_id == improvement.criterion_id:
        return line(text, " See below how.")
    return line(text, f" {improvement.met}")


def _rephrased(stronger: Stronger) -> Line:
    label = bold("Say it stronger: ")
    if stronger.criterion_id is not None:
        return line(label, stronger.text)
    original = italic(f"“{shorten(stronger.original, _MAX_QUOTE)}”")
    return line(label, original, f"\n→ {shorten(stronger.text, 2 * _MAX_QUOTE)}")


def _footer(grade: Grade, feedback: Feedback, points: int) -> str:
    parts = [f"{format_points(points)}."]
    if grade.is_estimate:
        parts.append(ESTIMATE)
    # Estimates look at the question's own model answer alone.
    elif feedback.related:
        titles = " and ".join(f"“{title}”" for title in feedback.related)
        parts.insert(0, f"I looked at this question's model answer and at those to {titles}.")
    return " ".join(parts)


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}."
