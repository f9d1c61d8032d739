"""A practice session and its turns, as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef
from questions.grading import Grade, UngradedReason
from questions.role import Role

MIN_LENGTH: Final = 1
MAX_LENGTH: Final = 8
# What is kept of a job description or CV, in characters: it is sent along with every turn.
MAX_BACKGROUND: Final = 12_000


class Mode(StrEnum):
    """How an interview is held.

    `STUDY`: hints on demand, a grade after each answer, then the model answer. `REAL`: no hints,
    time boxes, grades only in the report.
    """

    STUDY = "study"
    REAL = "real"


class Level(StrEnum):
    """The level that is interviewed for."""

    JUNIOR = "junior"
    INTERMEDIATE = "intermediate"
    SENIOR = "senior"

    @property
    def difficulty(self) -> int:
        """The difficulty, 1 to 5, that questions begin with."""
        return _DIFFICULTIES[self]


_DIFFICULTIES: Final[dict[Level, int]] = {
    Level.JUNIOR: 2,
    Level.INTERMEDIATE: 3,
    Level.SENIOR: 4,
}


class Phase(StrEnum):
    """A part of the interview; they come in this order, and none comes twice."""

    OPENING = "opening"
    TECHNICAL = "technical"
    OWN_QUESTIONS = "own-questions"
    CLOSE = "close"


class SessionState(StrEnum):
    """How far a session got. `LOST`: the person can't be written to any more."""

    OPEN = "open"
    PAUSED = "paused"
    COMPLETED = "completed"
    QUIT = "quit"
    LOST = "lost"

    @property
    def is_ended(self) -> bool:
        """Whether nothing follows."""
        return self not in {SessionState.OPEN, SessionState.PAUSED}


@dataclass(frozen=True, kw_only=True)
class PracticeSession:
    """One mock interview.

    Attributes:
        user: the account that it is held with.
        place: the direct message, or the assistant's thread in it, that it is held in.
        origin: the channel that it was asked for in; ``None`` where that was the place itself.
        length: technical questions, 1 to 8.
        background: a job description or CV as text; data, never instructions. May be empty.
        document: a file with more background that is to be read, as `pack_attachment` writes it;
            empty where there is none.
        zone: the IANA time zone that times are told in.
        phase: of the newest turn.
        started_at: when the first turn stood.
        wake_at: when somebody's silence has to be looked at; ``None`` while nobody is waited for.
        reminded: whether the newest turn's silence was met with a reminder.
        round: how often it was resumed.
    """

    id: str
    team_id: str
    member_id: str
    user: UserRef
    place: ChannelRef | ThreadRef
    mode: Mode
    role: Role
    level: Level
    length: int
    created_at: datetime
    background: str = ""
    document: str = ""
    zone: str = "UTC"
    origin: ChannelRef | None = None
    state: SessionState = SessionState.OPEN
    phase: Phase = Phase.OPENING
    started_at: datetime | None = None
    ended_at: datetime | None = None
    wake_at: datetime | None = None
    reminded: bool = False
    round: int = 0

    @property
    def channel(self) -> ChannelRef:
        """The conversation that it is held in."""
        return self.place.channel if isinstance(self.place, ThreadRef) else self.place

    @property
    def lane(self) -> Platform:
        """Which processes may work on it."""
        return self.user.platform


class TurnKind(StrEnum):
    """What the interviewer does in a turn.

    `OPENING` asks for a project or experience, `QUESTION` a question of the bank, `FOLLOW_UP`
    more of the same, `INVITATION` for the person's own questions, `REPLY` answers one of those,
    `CLOSE` says goodbye.
    """

    OPENING = "opening"
    QUESTION = "question"
    FOLLOW_UP = "follow-up"
    INVITATION = "invitation"
    REPLY = "reply"
    CLOSE = "close"

    @property
    def phase(self) -> Phase:
        """The part of the interview that it belongs to."""
        return _PHASES[self]


_PHASES: Final[dict[TurnKind, Phase]] = {
    TurnKind.OPENING: Phase.OPENING,
    TurnKind.QUESTION: Phase.TECHNICAL,
    TurnKind.FOLLOW_UP: Phase.TECHNICAL,
    TurnKind.INVITATION: Phase.OWN_QUESTIONS,
    TurnKind.REPLY: Phase.OWN_QUESTIONS,
    TurnKind.CLOSE: Phase.CLOSE,
}


class TurnState(StrEnum):
    """How far a turn got.

    `DUE`: to be said. `ASKED`: it stands, and an answer is waited for. `ANSWERED`: the answer is
    stored and waits to be heard. Finished: `HEARD` (nothing to grade, or just said), `GRADED`,
    `UNGRADED` (with a reason), `SKIPPED` (by the person), `TIMED_OUT`, `LEFT` (the session ended
    before an answer).
    """

    DUE = "due"
    ASKED = "asked"
    ANSWERED = "answered"
    HEARD = "heard"
    GRADED = "graded"
    UNGRADED = "ungraded"
    SKIPPED = "skipped"
    TIMED_OUT = "timed-out"
    LEFT = "left"

    @property
    def is_finished(self) -> bool:
        """Whether what comes next may come."""
        return self not in {TurnState.DUE, TurnState.ASKED, TurnState.ANSWERED}


class TurnSource(StrEnum):
    """Who worded a turn: a model, the bank, or the code."""

    MODEL = "model"
    BANK = "bank"
    CODE = "code"


@dataclass(frozen=True, kw_only=True)
class PracticeTurn:
    """What the interviewer said, and what became of it.

    Attributes:
        number: from 1, in the session.
        question_id: the question of the bank that a `QUESTION` or `FOLLOW_UP` is about; else
            ``None``.
        follow_up: 0 for the question itself, then 1 or 2.
        text: the words of the interviewer, plain, without the bank's prompt, which is shown as it
            stands there; empty until worded.
        source: who worded it.
        probes: for a follow-up, the person's own words that it asks about; for a reply, the words
            of the job description that it rests on. Verbatim; may be empty.
        message: where it stands.
        asked_at: when it stood.
        deadline_at: when its time is up; ``None`` where there is no time box.
        seconds_left: what was left of the time box when the session was paused.
        answer: what the person wrote, or said and had transcribed; empty without an answer.
        answer_key: the answer's idempotency key.
        answer_message: the message that holds it.
        answer_round: how many answers were taken; one that is deleted makes way for another.
        answered_at: when it came.
        begun: whether it is being judged: an edit no longer changes it.
        grade: judges all that was said to the question until then: this answer and the earlier
            ones to the same question, joined as `said_to` does.
        reason: why it has no grade.
        detail: the same for the person, in one sentence.
        hints: how many were given.
        clarified: whether a question back was met with words of ours.
        recording: where a spoken answer can be fetched, as its platform wrote it; may be empty.
        spoken_seconds: how long a spoken answer took; ``None`` for a written one.
    """

    session_id: str
    team_id: str
    member_id: str
    number: int
    kind: TurnKind
    state: TurnState = TurnState.DUE
    question_id: str | None = None
    question_version: int | None = None
    follow_up: int = 0
    text: str = ""
    source: TurnSource | None = None
    probes: str = ""
    message: MessageRef | None = None
    asked_at: datetime | None = None
    deadline_at: datetime | None = None
    seconds_left: float | None = None
    answer: str = ""
    answer_key: str | None = None
    answer_message: MessageRef | None = None
    answer_round: int = 0
    answered_at: datetime | None = None
    begun: bool = False
    grade: Grade | None = None
    reason: UngradedReason | None = None
    detail: str | None = None
    hints: int = 0
    clarified: bool = False
    recording: str = ""
    spoken_seconds: float | None = None

    @property
    def id(self) -> str:
        """The turn's id: the session's and its number."""
        return turn_id(self.session_id, self.number)

    @property
    def phase(self) -> Phase:
        """The part of the interview that it belongs to."""
        return self.kind.phase


def turn_id(session_id: str, number: int) -> str:
    """Return the id of a session's turn; it fits into a button's payload."""
    return f"{session_id}-{number}"


def said_to(turns: Sequence[PracticeTurn], question_id: str, until: int) -> str:
    """Return all that was said to a question, its follow-ups included, as it is judged.

    Args:
        turns: the session's turns.
        question_id: the question.
        until: the number of the last turn that counts.
    """
    parts = [
        turn.answer
        for turn in sorted(turns, key=lambda turn: turn.number)
        if turn.question_id == question_id and turn.number <= until and turn.answer.strip()
    ]
    return "\n\n".join(parts)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that somebody was asked in practice, and what came of it.

    Attributes:
        score: the newest grade, 0 to 5; ``None`` where there is none.
    """

    question_id: str
    asked_at: datetime
    score: float | None = None
