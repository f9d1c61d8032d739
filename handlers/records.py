"""What is stored, as frozen values. Every one belongs to a team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from handlers.ports import Posted
from handlers.refs import ChannelRef, MessageRef, ThreadRef
from questions.grading import UngradedReason
from questions.role import Role


@dataclass(frozen=True, kw_only=True)
class Team:
    """The people who prepare together.

    Attributes:
        zone: the IANA time zone that their weeks and months begin in.
    """

    id: str
    name: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person of a team."""

    id: str
    team_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a channel gets its daily question.

    Attributes:
        at: local wall time.
        zone: IANA time zone of ``at``.
        weekdays: 0 (Monday) to 6 (Sunday).
        roles: asked in turn.
        effective_from: nothing due before this instant is posted.
        paused: why it is paused, for a person to read; ``None`` while it runs.
    """

    id: str
    team_id: str
    channel: ChannelRef
    at: time
    zone: str
    weekdays: frozenset[int]
    roles: tuple[Role, ...]
    effective_from: datetime
    paused: str | None = None


class OccurrenceState(StrEnum):
    """How far an occurrence got."""

    CLAIMED = "claimed"
    POSTED = "posted"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """One question in one channel on one local date.

    Attributes:
        key: the idempotency key; a second claim of it is refused.
        schedule_id: the schedule it comes from; ``None`` when somebody asked for it.
        role: the role that is wanted; ``None`` where the schedule's turn decides.
        message: the posted question.
        thread: where replies to it go; ``None`` in a direct message.
        reason: why it was skipped or failed.
    """

    id: str
    team_id: str
    channel: ChannelRef
    local_date: date
    key: str
    state: OccurrenceState
    created_at: datetime
    schedule_id: str | None = None
    role: Role | None = None
    question_id: str | None = None
    question_version: int | None = None
    message: MessageRef | None = None
    thread: ThreadRef | None = None
    reason: str | None = None


class AnswerState(StrEnum):
    """How far an answer got."""

    PENDING = "pending"
    GRADED = "graded"
    UNGRADED = "ungraded"


class AnswerSource(StrEnum):
    """How an answer was given."""

    MESSAGE = "message"
    FORM = "form"
    COMMAND = "command"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a member wrote to a question.

    Attributes:
        key: the idempotency key: a redelivered answer carries it again.
        show_in: where its grade is shown.
        message: the message that holds it, where there is one.
        reason: why it is ungraded.
        detail: the same for the person, in one sentence.
    """

    id: str
    team_id: str
    member_id: str
    occurrence_id: str
    question_id: str
    question_version: int
    source: AnswerSource
    key: str
    text: str
    show_in: ChannelRef | ThreadRef
    created_at: datetime
    message: MessageRef | None = None
    state: AnswerState = AnswerState.PENDING
    reason: UngradedReason | None = None
    detail: str | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A message on its way to a platform.

    Attributes:
        key: the idempotency key: one key is one visible message.
        posted: where it stands; ``None`` while it may or may not have got through.
    """

    key: str
    team_id: str
    posted: Posted | None = None


@dataclass(frozen=True, kw_only=True)
class ScoreEntry:
    """Points that an answer earned.

    Attributes:
        score: the grade, 0 to 5.
        points: what the leaderboard counts.
        earned_on: the team's local date.
    """

    answer_id: str
    team_id: str
    member_id: str
    member_name: str
    question_id: str
    score: float
    points: int
    earned_at: datetime
    earned_on: date
