"""Storage as the handlers see it: repositories inside one unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol

from handlers.answers.judge import Judged
from handlers.appeals.record import Appeal, AppealState
from handlers.metering.budget import Amount, DayUse, Payer, Reservation
from handlers.ports import Job, Posted
from handlers.records import (
    Answer,
    Delivery,
    Member,
    Occurrence,
    Schedule,
    ScoreEntry,
    Team,
)
from handlers.refs import ChannelRef, ThreadRef, UserRef, WorkspaceRef
from questions.grading import Grade
from questions.question import Question
from questions.role import Role
from questions.selection import Asked, QuestionCard

SHIPPED_TEAM = "shipped"
"""The team id that the shipped bank's questions are stored under; every team may ask them."""


class StorageUnavailable(Exception):
    """The database is locked, full or down; nothing of the unit of work was kept."""


class TeamRepository(Protocol):
    """Teams, the workspaces they meet in, and their members."""

    async def of_workspace(self, workspace: WorkspaceRef) -> Team | None:
        """Return the workspace's team."""

    async def of_user(self, user: UserRef) -> Team | None:
        """Return the team that this account joined last, for direct messages."""

    async def add(self, team: Team, workspace: WorkspaceRef) -> None:
        """Store a team and its first workspace; a workspace that has one keeps it."""

    async def zone(self, team_id: str) -> str:
        """Return the zone that the team's weeks begin in; ``UTC`` for an unknown team."""

    async def set_zone(self, team_id: str, zone: str) -> None:
        """Change the zone that the team's weeks begin in."""

    async def member(self, team_id: str, user: UserRef) -> Member | None:
        """Return the team's member with this account."""

    async def add_member(self, member: Member, user: UserRef) -> None:
        """Store a member and their account; an account that is there already stays."""

    async def rename_member(self, member_id: str, name: str) -> None:
        """Change the name that a member is shown by."""


class QuestionRepository(Protocol):
    """The bank: shipped questions, and a team's own."""

    async def get(
        self, team_id: str, question_id: str, version: int | None = None
    ) -> Question | None:
        """Return a question that the team may ask; the newest version unless one is named."""

    async def cards(self, team_id: str, role: Role | None = None) -> list[QuestionCard]:
        """Return the newest version of every question the team may ask, by id."""

    async def all(self, team_id: str) -> list[Question]:
        """Return the newest version of every question stored under ``team_id``, by id."""

    async def sync(self, team_id: str, questions: Sequence[Question]) -> int:
        """Store what is new or changed and retire what is gone; return how many changed."""


class ScheduleRepository(Protocol):
    """When channels get their questions."""

    async def active(self) -> list[Schedule]:
        """Return every schedule of every team that is not paused."""

    async def get(self, schedule_id: str) -> Schedule | None:
        """Return one schedule."""

    async def of_channel(self, channel: ChannelRef) -> Schedule | None:
        """Return the channel's schedule."""

    async def put(self, schedule: Schedule) -> None:
        """Store a schedule, in place of the channel's earlier one."""

    async def remove(self, schedule_id: str) -> None:
        """Forget a schedule; its occurrences stay."""


class OccurrenceRepository(Protocol):
    """Questions in channels."""

    async def claim(self, occurrence: Occurrence) -> bool:
        """Store a new occurrence; ``False`` if its key is taken, and then nothing is stored."""

    async def get(self, occurrence_id: str) -> Occurrence | None:
        """Return one occurrence."""

    async def by_key(self, key: str) -> Occurrence | None:
        """Return the occurrence with this idempotency key."""

    async def update(self, occurrence: Occurrence) -> None:
        """Store the occurrence's new state."""

    async def of_thread(self, thread: ThreadRef) -> Occurrence | None:
        """Return the occurrence whose replies go to this thread."""

    async def newest_posted(self, channel: ChannelRef) -> Occurrence | None:
        """Return the question that was posted last in the channel."""

    async def is_posting(self, channel: ChannelRef, since: datetime) -> bool:
        """Return whether a question was claimed since then and is not known to be posted yet."""

    async def on_date(self, channel: ChannelRef, local_date: date) -> list[Occurrence]:
        """Return the channel's occurrences on a date, oldest first."""

    async def last_date(self, schedule_id: str) -> date | None:
        """Return the latest local date that the schedule has claimed."""

    async def asked(self, channel: ChannelRef) -> list[Asked]:
        """Return what the channel was asked, oldest first."""

    async def open_threads(self, since: date) -> list[ThreadRef]:
        """Return the threads of questions posted on or after a local date."""


class AnswerRepository(Protocol):
    """What members wrote, and what became of it."""

    async def add(self, answer: Answer) -> bool:
        """Store a new answer; ``False`` if its key is known, and then nothing is stored."""

    async def get(self, answer_id: str) -> Answer | None:
        """Return one answer."""

    async def by_key(self, key: str) -> Answer | None:
        """Return the answer with this idempotency key."""

    async def has_answered(self, member_id: str, occurrence_id: str) -> bool:
        """Return whether a member has an answer to an occurrence that is not ungraded."""

    async def update(self, answer: Answer) -> None:
        """Store the answer's new state."""

    async def add_grade(self, answer: Answer, grade: Grade) -> None:
        """Append a grade; earlier ones are kept."""

    async def grade(self, answer_id: str) -> Grade | None:
        """Return the newest grade of an answer."""

    async def member_name(self, answer: Answer) -> str:
        """Return the name its author is shown by."""

    async def pending(self) -> int:
        """Return how many answers wait for a grade."""


class DeliveryRepository(Protocol):
    """Messages on their way."""

    async def get(self, key: str) -> Delivery | None:
        """Return a delivery."""

    async def begin(self, delivery: Delivery) -> None:
        """Store that a message is about to be sent; one that is there already stays."""

    async def finish(self, key: str, posted: Posted) -> None:
        """Store where the message stands."""


class ScoreRepository(Protocol):
    """Points."""

    async def put(self, entry: ScoreEntry) -> None:
        """Store an answer's points, in place of earlier ones for the same answer."""

    async def entries(self, team_id: str, since: date | None) -> list[ScoreEntry]:
        """Return the team's points earned on or after a local date, oldest first."""


class JudgementRepository(Protocol):
    """Judgements that are used again where the same reply comes once more in a team.

    A judgement holds the words that its grader quoted and said; the rest of the reply is not
    kept, and a key is a digest of it.
    """

    async def get(self, team_id: str, key: str) -> Judged | None:
        """Return what is kept under a key; ``None`` too where an older release's is unreadable."""

    async def put(self, team_id: str, key: str, judged: Judged, now: datetime) -> None:
        """Keep a judgement, in place of an earlier one."""


class SpendingRepository(Protocol):
    """What grading has used, by team, member and the team's local day."""

    async def lock(self, team_id: str) -> None:
        """Keep others from changing the team's accounts until this unit of work ends."""

    async def used(self, team_id: str, member_id: str, day: date) -> DayUse:
        """Return what a member and their team have spent and reserved on a day."""

    async def reserve(self, reservation: Reservation) -> None:
        """Hold an amount, in place of what is held under the same key."""

    async def release(self, payer: Payer) -> None:
        """Hold nothing under the payer's key any more."""

    async def release_expired(self, team_id: str, now: datetime) -> None:
        """Hold nothing any more that was held until ``now`` or earlier."""

    async def add(self, team_id: str, member_id: str, day: date, amount: Amount) -> None:
        """Count an amount as spent."""


class AppealRepository(Protocol):
    """Objections to grades, and what came of them."""

    async def add(self, appeal: Appeal) -> bool:
        """Store a new appeal.

        Returns:
            ``False`` where its id is known or its answer has an undecided appeal; nothing is
            stored then.
        """

    async def get(self, appeal_id: str) -> Appeal | None:
        """Return one appeal."""

    async def undecided_of(self, answer_id: str) -> Appeal | None:
        """Return the appeal against an answer's grade that nobody has decided yet."""

    async def undecided(self, team_id: str) -> list[Appeal]:
        """Return a team's appeals that nobody has decided yet, oldest first."""

    async def advance(self, appeal: Appeal, *, since: AppealState) -> bool:
        """Store an appeal's new state; ``False``, changing nothing, unless it was in ``since``."""


class UnitOfWork(Protocol):
    """One transaction over everything that is stored, jobs included."""

    @property
    def teams(self) -> TeamRepository:
        """Teams and members."""

    @property
    def questions(self) -> QuestionRepository:
        """The bank."""

    @property
    def schedules(self) -> ScheduleRepository:
        """Schedules."""

    @property
    def occurrences(self) -> OccurrenceRepository:
        """Questions in channels."""

    @property
    def answers(self) -> AnswerRepository:
        """Answers and grades."""

    @property
    def deliveries(self) -> DeliveryRepository:
        """Messages on their way."""

    @property
    def scores(self) -> ScoreRepository:
        """Points."""

    @property
    def judgements(self) -> JudgementRepository:
        """Judgements that are used again."""

    @property
    def spending(self) -> SpendingRepository:
        """What grading has used."""

    @property
    def appeals(self) -> AppealRepository:
        """Objections to grades."""

    async def enqueue(self, job: Job) -> None:
        """Enqueue a job in this transaction; a known id is left as it is."""


class UnitOfWorkFactory(Protocol):
    """Opens units of work."""

    def __call__(self, *, read_only: bool = False) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open one: it commits when its block ends well and rolls back when it raises.

        Args:
            read_only: nothing will be written, so no writer is kept waiting.

        Raises:
            StorageUnavailable: on entry, on any call or at the commit.
        """
