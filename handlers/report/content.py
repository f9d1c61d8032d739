"""What a report says, as frozen values; every claim in it carries the words that it rests on."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from questions.grading import UngradedReason
from questions.question import Frozen, Verdict


class Speaker(StrEnum):
    """Whose words a quote is made of."""

    YOU = "you"
    INTERVIEWER = "interviewer"


class Evidence(Frozen):
    """Words that were said, exactly as they stand.

    Attributes:
        turn: the number of the turn that they stand in.
    """

    quote: Annotated[str, Field(min_length=1)]
    turn: int
    speaker: Speaker = Speaker.YOU


class Claim(Frozen):
    """Something said about a person, with the words that show it."""

    text: str
    evidence: Evidence


class Point(Frozen):
    """One criterion of a question's grade.

    Attributes:
        verdict: how far it was met.
        claim: what the criterion asks for; the person's words that earned it, or, where there
            are none, the interviewer's that asked for it.
        comment: the grader's remark.
    """

    verdict: Verdict
    claim: Claim
    comment: str = ""


class Standing(StrEnum):
    """What became of a question."""

    GRADED = "graded"
    UNGRADED = "ungraded"
    SKIPPED = "skipped"
    TIMED_OUT = "timed-out"
    UNANSWERED = "unanswered"


class QuestionResult(Frozen):
    """How one question went.

    Attributes:
        number: from 1, in the order in which they were asked.
        score: 0 to 5; 0 for one that was skipped or not answered in time, ``None`` where there
            is no grade.
        follow_ups: how often the interviewer asked further.
        hints: how many hints were taken.
        points: the justification, the heaviest criterion first.
        corrections: what the answer got wrong, each with what is right.
        reason: why there is no grade, for a person.
    """

    number: int
    question_id: str
    title: str
    difficulty: int
    standing: Standing
    score: float | None
    follow_ups: int = 0
    hints: int = 0
    points: tuple[Point, ...] = ()
    corrections: tuple[Claim, ...] = ()
    is_estimate: bool = False
    low_confidence: bool = False
    reason: str = ""
    ungraded: UngradedReason | None = None


class Recommendation(StrEnum):
    """What an interviewer would recommend, on a scale of four; `SCALE` says what decides it."""

    STRONG_YES = "strong yes"
    YES = "yes"
    NOT_YET = "not yet"
    NO = "no"
    NONE = "none"


SCALE: Final = (
    "strong yes: 4.5 or more on average, and no question below 3.5 · "
    "yes: 3.5 or more, and no question below 1.5 · not yet: 2.5 or more, or a question below 1.5 · "
    "no: less than 2.5 · none: fewer than two questions with a score"
)


class Skill(Frozen):
    """A skill that an answer showed, with the words that show it."""

    name: str
    evidence: Evidence


class NotAsked(Frozen):
    """A topic of the role that no question touched; it says nothing about the person.

    Attributes:
        question_id: a question about it.
    """

    topic: str
    question_id: str


class Measure(Frozen):
    """A figure about how somebody answers, with the figure that is aimed at."""

    name: str
    value: str
    aim: str


class Communication(Frozen):
    """How somebody answered, whatever they said.

    Attributes:
        measures: over all answers.
        remarks: what stands out, each with words that show it.
    """

    measures: tuple[Measure, ...] = ()
    remarks: tuple[Claim, ...] = ()


class NextPractice(Frozen):
    """Something to practise next: a question of the bank, and why this one."""

    question_id: str
    title: str
    why: str


class Earlier(Frozen):
    """A session in the picture of somebody's progress."""

    on: date
    average: float
    questions: int
    role: str
    is_this: bool = False


class Line(Frozen):
    """Something that was said in the interview."""

    turn: int
    speaker: Speaker
    text: str


class Content(Frozen):
    """A whole report.

    Attributes:
        name: whom it is about.
        role: the role, as people write it.
        level: the level that was interviewed for.
        mode: how the interview was held.
        on: the local date of the session.
        minutes: how long it took.
        average: the mean of the scores; ``None`` where there is none.
        recommendation: by `SCALE`.
        suitability: the whole in a few sentences, worded by code.
        summary: the same worded by a model and checked sentence by sentence; may be empty.
        more_topics: how many topics of the role were not asked besides those in ``not_asked``.
        background_given: whether there was a job description or a CV.
        transcript: what was said, in order.
    """

    name: str
    role: str
    level: str
    mode: str
    on: date
    minutes: int
    average: float | None
    recommendation: Recommendation
    suitability: tuple[str, ...]
    summary: tuple[str, ...] = ()
    questions: tuple[QuestionResult, ...] = ()
    strengths: tuple[Claim, ...] = ()
    not_shown: tuple[Claim, ...] = ()
    not_asked: tuple[NotAsked, ...] = ()
    more_topics: int = 0
    skills: tuple[Skill, ...] = ()
    communication: Communication = Communication()
    practise: tuple[NextPractice, ...] = ()
    progress: tuple[Earlier, ...] = ()
    background_given: bool = False
    transcript: tuple[Line, ...] = ()

    @property
    def is_estimate(self) -> bool:
        """Whether any of its scores is an estimate made without a language model."""
        return any(question.is_estimate for question in self.questions)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Everything in it that is said about the person."""
        judged = [point.claim for question in self.questions for point in question.points]
        wrong = [claim for question in self.questions for claim in question.corrections]
        shown = [Claim(text=skill.name, evidence=skill.evidence) for skill in self.skills]
        remarks = self.communication.remarks
        return (*judged, *wrong, *self.strengths, *self.not_shown, *shown, *remarks)
