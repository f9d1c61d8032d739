"""What to tell somebody about their grade: what was strong, what to mend first, how to say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from questions.grading import FactualError, Grade, GradedCriterion, Rewording
from questions.question import Criterion, Question, Verdict

MOST: Final = 2
# How much of a criterion's `met` is shown, and how little still says something, in characters.
_LONGEST: Final = 160
_SHORTEST: Final = 40
_STOPS: Final = ".;!?"


@dataclass(frozen=True, kw_only=True)
class Strength:
    """A criterion that the reply earned something for.

    Attributes:
        text: what the criterion asks for.
        quote: the words that earned it.
    """

    criterion_id: str
    text: str
    verdict: Verdict
    quote: str


@dataclass(frozen=True, kw_only=True)
class Improvement:
    """A criterion that would have earned more.

    Attributes:
        text: what the criterion asks for.
        lost: the weight that was not earned.
        met: in short, what an answer that meets it says.
    """

    criterion_id: str
    text: str
    verdict: Verdict
    lost: float
    met: str


@dataclass(frozen=True, kw_only=True)
class Stronger:
    """A stronger phrasing of one of the person's own sentences.

    Attributes:
        original: their words.
        text: how to say it.
        criterion_id: the criterion whose `met` the text is made of, where no grader wrote it.
    """

    original: str
    text: str
    criterion_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """A grade, made useful.

    Attributes:
        strengths: at most `MOST`, the best first.
        improvements: at most `MOST`, the most valuable first; none of them is a strength too.
        errors: what the reply gets wrong, with what is right.
        stronger: a stronger phrasing, where there are words to strengthen.
        related: titles of the other questions whose model answers the grader drew on.
    """

    strengths: tuple[Strength, ...]
    improvements: tuple[Improvement, ...]
    errors: tuple[FactualError, ...]
    stronger: Stronger | None
    related: tuple[str, ...]


def give_feedback(
    grade: Grade, question: Question, titles: Mapping[str, str] | None = None
) -> Feedback:
    """Choose what to say about a grade; the same grade always gets the same words.

    What is met counts as a strength, the heaviest first. What is half met is one too where
    nothing is met, or where it is not among the most valuable improvements.

    Args:
        grade: the grade.
        question: the question that it is for.
        titles: the titles of the questions in `Grade.related`; those that are missing are not
            named.
    """
    criteria = {criterion.id: criterion for criterion in question.rubric.criteria}
    judged = [graded for graded in grade.criteria if graded.id in criteria]
    met = _heaviest(c for c in judged if c.verdict is Verdict.MET)
    partial = _heaviest(c for c in judged if c.verdict is Verdict.PARTIAL)
    strong = met[:MOST] or partial[:1]
    open_ = [c for c in judged if c.verdict is not Verdict.MET and c not in strong and _lost(c) > 0]
    mend = sorted(open_, key=_lost, reverse=True)[:MOST]
    strong += [c for c in partial if c not in strong and c not in mend][: MOST - len(strong)]
    return Feedback(
        strengths=tuple(_strength(c, criteria[c.id]) for c in strong),
        improvements=tuple(_improvement(c, criteria[c.id]) for c in mend),
        errors=grade.errors,
        stronger=_stronger(grade.rewording, partial, criteria),
        related=_named(grade, titles or {}),
    )


def in_short(text: str, most: int = _LONGEST) -> str:
    """Return the beginning of a text that says something by itself, in at most ``most`` characters.

    It ends with a sentence or a clause where one ends early enough, otherwise with "…".
    """
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    ends = [
        at
        for at, char in enumerate(flat[:most])
        if char in _STOPS and flat[at + 1] == " " and at >= _SHORTEST
    ]
    if ends:
        return flat[: ends[-1]].rstrip() + "."
    cut = flat[: most - 1]
    comma, space = cut.rfind(", "), cut.rfind(" ")
    at = comma if comma >= most // 2 else space
    return (cut[:at] if at >= _SHORTEST else cut).rstrip(" ,;:") + "…"


def _heaviest(criteria: Iterable[GradedCriterion]) -> list[GradedCriterion]:
    """Sort by what was earned; of equals the rubric's first comes first."""
    return sorted(criteria, key=lambda c: (-c.weight, -c.share))


def _lost(graded: GradedCriterion) -> float:
    return graded.weight * (1 - graded.share)


def _strength(graded: GradedCriterion, criterion: Criterion) -> Strength:
    return Strength(
        criterion_id=graded.id, text=criterion.text, verdict=graded.verdict, quote=graded.quote
    )


def _improvement(graded: GradedCriterion, criterion: Criterion) -> Improvement:
    return Improvement(
        criterion_id=graded.id,
        text=criterion.text,
        verdict=graded.verdict,
        lost=_lost(graded),
        met=in_short(criterion.met),
    )


def _stronger(
    rewording: Rewording | None,
    partial: Iterable[GradedCriterion],
    criteria: Mapping[str, Criterion],
) -> Stronger | None:
    if rewording is not None:
        return Stronger(original=rewording.original, text=rewording.stronger)
    begun = next((c for c in partial if c.quote), None)
    if begun is None:
        return None
    met = _lower_first(in_short(criteria[begun.id].met))
    quote = " ".join(begun.quote.split())
    return Stronger(
        original=quote,
        text=f"Keep “{in_short(quote)}” and make it concrete: {met}",
        criterion_id=begun.id,
    )


def _lower_first(text: str) -> str:
    """Return a sentence as it reads after a colon; names and abbreviations stay as they are."""
    if len(text) > 1 and (text[1].islower() or text.startswith("A ")):
        return text[0].lower() + text[1:]
    return text


def _named(grade: Grade, titles: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(titles[id_] for id_ in grade.related if id_ in titles)
