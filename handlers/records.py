"""What is stored, as frozen values. Every one belongs to a team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from handlers.ports import Posted
from handlers.refs import ChannelRef, MessageRef, Place, ThreadRef, UserRef
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


class GradeMode(StrEnum):
    """Who sees the grades of a channel's questions.

    `OPEN`: everybody, in the thread. `PRIVATE`: each author alone. `BLIND`: nobody before the
    reveal, so that nobody can copy; answers come through a form or a direct message.
    """

    OPEN = "open"
    PRIVATE = "private"
    BLIND = "blind"


@dataclass(frozen=True, kw_only=True)
class ChannelSettings:
    """How a channel plays.

    Attributes:
        grades: who sees the grades of the questions that are posted from now on.
        reveal_at: the local wall time at which blind questions are revealed.
        edit_minutes: how long after an answer an edit of it is still graded; 0 is never.
    """

    team_id: str
    channel: ChannelRef
    grades: GradeMode = GradeMode.OPEN
    reveal_at: time = time(17, 0)
    edit_minutes: int = 10


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
        owner: who set it last, to be told when it can't go on.
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
    owner: UserRef | None = None


class OccurrenceState(StrEnum):
    """How far an occurrence got."""

    CLAIMED = "claimed"
    POSTED = "posted"
    SKIPPED = "skipped"
    FAILED = "failed"

    @property
    def is_visible(self) -> bool:
        """Whether people may see the question.

        A press of its button can be faster than the platform's answer to our post.
        """
        return self in {OccurrenceState.CLAIMED, OccurrenceState.POSTED}


class RevealState(StrEnum):
    """How far the reveal of a blind question got; none is begun before its time."""

    CLAIMED = "claimed"
    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """One question in one channel on one local date.

    Attributes:
        key: the idempotency key; a second claim of it is refused.
        schedule_id: the schedule it comes from; ``None`` when somebody asked for it.
        role: the role that is wanted; ``None`` where the schedule's turn decides.
        message: the posted question.
        thread: where replies to it go, and before it is posted where it is to be; ``None`` where
            that is the channel itself.
        reason: why it was skipped or failed.
        grades: who sees its grades; settled when it is posted.
        reveal_at: when a blind question is revealed; ``None`` for any other.
        zone: the IANA time zone that its times are told in.
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
    grades: GradeMode = GradeMode.OPEN
    reveal_at: datetime | None = None
    reveal: RevealState | None = None
    zone: str = "UTC"


class AnswerState(StrEnum):
    """How far an answer got. `WITHDRAWN`: its message was deleted before it had a grade."""

    PENDING = "pending"
    GRADED = "graded"
    UNGRADED = "ungraded"
    WITHDRAWN = "withdrawn"


class AnswerSource(StrEnum):
    """How an answer was given."""

    MESSAGE = "message"
    SHORTCUT = "shortcut"
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
        author: the account it was given with; ``None`` for one of an older release.
        begun: whether the grader has its text: an edit no longer changes what is judged.
        round: 1, or 2 once an edit had it graded again.
        first_text: what the first round judged, once there is a second.
        waiting_text: an edit that came while the first round was under way.
        edited_at: when its newest edit was made.
        shared: whether its author agreed to have its text shown at the reveal.
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
    show_in: Place
    created_at: datetime
    message: MessageRef | None = None
    state: AnswerState = AnswerState.PENDING
    reason: UngradedReason | None = None
    detail: str | None = None
    author: UserRef | None = None
    begun: bool = False
    round: int = 1
    first_text: str | None = None
    waiting_text: str | None = None
    edited_at: datetime | None = None
    shared: bool = False


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


class NoticeKind(StrEnum):
    """What somebody is told in a direct message."""

    BLIND = "blind"
    EDIT_NOT_GRADED = "edit-not-graded"
    LINKED = "linked"
    NO_THREAD = "no-thread"
    OFFER = "offer"
    SCHEDULE_PAUSED = "schedule-paused"
    SCHEDULE_WAITS = "schedule-waits"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something to tell one person, in a direct message, once.

    Attributes:
        key: the idempotency key: a second notice with it is not stored.
        subject: the id of the row it is about.
    """

    id: str
    team_id: str
    key: str
    kind: NoticeKind
    user: UserRef
    subject: str
