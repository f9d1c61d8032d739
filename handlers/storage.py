"""Storage as the handlers see it: repositories inside one unit of work."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from handlers.answers.storage import AnswerRepository, DeliveryRepository, ScoreRepository
from handlers.appeals.storage import AppealRepository
from handlers.command import Group
from handlers.daily.storage import OccurrenceRepository, ScheduleRepository
from handlers.drafts.record import DraftRepository
from handlers.feedback.record import FeedbackRepository
from handlers.hints.storage import HintRepository
from handlers.home.record import HomeRepository
from handlers.linking.storage import LinkRepository
from handlers.metering.storage import JudgementRepository, SpendingRepository
from handlers.offers.storage import OfferRepository
from handlers.ports import Job
from handlers.practice.storage import PracticeRepository
from handlers.records import (
    ChannelSettings,
    Member,
    Notice,
    Team,
)
from handlers.refs import ChannelRef, UserRef, WorkspaceRef
from handlers.report.storage import ReportRepository
from handlers.reviews.storage import OutcomeRepository, ReminderRepository
from handlers.workspaces.record import Installation, InstallRequest
from questions.question import Question
from questions.role import Role
from questions.selection import QuestionCard

_T = TypeVar("_T")

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

    async def all(self) -> list[Team]:
        """Return every team by name, without those that became part of another."""

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

    async def name_manager(self, named: Member, *, by: Member, now: datetime) -> bool:
        """Let a member manage; ``False`` where they may already."""

    async def unname_manager(self, named: Member) -> bool:
        """Let a member manage no longer; ``False`` where nobody had named them."""

    async def managers(self, team_id: str) -> list[Member]:
        """Return the members who were named to manage, by name."""

    async def is_manager(self, user: UserRef, team_id: str) -> bool:
        """Return whether an account is that of a member who was named to manage."""


class ManagerGroupRepository(Protocol):
    """The platform's roles whose people may manage."""

    async def name(self, team_id: str, group: Group, *, by: Member, now: datetime) -> bool:
        """Let everybody with a role manage; ``False`` where they may already."""

    async def unname(self, team_id: str, group: Group) -> bool:
        """Let them manage no longer; ``False`` where nobody had named the role."""

    async def of_team(self, team_id: str) -> list[Group]:
        """Return the roles whose people may manage, by name."""


class ChannelSettingsRepository(Protocol):
    """How channels play."""

    async def get(self, channel: ChannelRef) -> ChannelSettings | None:
        """Return a channel's settings; ``None`` where nobody changed them."""

    async def put(self, settings: ChannelSettings) -> None:
        """Store a channel's settings, in place of its earlier ones."""


class NoticeRepository(Protocol):
    """What people are told in direct messages."""

    async def add(self, notice: Notice) -> bool:
        """Store a notice; ``False`` if its key is known, and then nothing is stored."""

    async def get(self, notice_id: str) -> Notice | None:
        """Return one notice."""


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

    async def owners(self) -> list[str]:
        """Return the ids of teams that have or had questions of their own."""

    async def ids(self, team_id: str) -> frozenset[str]:
        """Return every id that a team's questions have or had, those of the bank included."""

    async def add(self, team_id: str, question: Question) -> bool:
        """Store a version of a team's own question; ``False`` where it is there already."""

    async def retire(self, team_id: str, question_id: str) -> None:
        """Ask a team's own question no longer; its versions stay for their grades."""

    async def versions(self, team_id: str, question_id: str) -> list[tuple[Question, bool]]:
        """Return every version of a team's own question, newest first, and whether retired."""

    async def sync(self, team_id: str, questions: Sequence[Question]) -> int:
        """Store what is new or changed and retire what is gone; return how many changed."""


class InstallationRepository(Protocol):
    """Workspaces that the bot was installed in by itself, and installations under way."""

    async def get(self, workspace: WorkspaceRef) -> Installation | None:
        """Return a workspace's installation, even if the bot was removed since."""

    async def present(self) -> list[Installation]:
        """Return every installation that the bot was not removed from."""

    async def put(self, installation: Installation) -> None:
        """Store an installation, in place of the workspace's earlier one."""

    async def leave(self, workspace: WorkspaceRef, at: datetime) -> None:
        """Forget a workspace's secret and note when the bot was removed."""

    async def served_by(self, org: WorkspaceRef) -> list[WorkspaceRef]:
        """Return the workspaces that an organisation's installation serves."""

    async def claim_renewal(self, workspace: WorkspaceRef, now: datetime, until: datetime) -> bool:
        """Keep others from renewing a secret until then; ``False`` while somebody else does."""

    async def renew(self, installation: Installation, *, since: str) -> bool:
        """Store a renewed secret; ``False``, changing nothing, unless it was still ``since``."""

    async def begin(self, request: InstallRequest, now: datetime) -> None:
        """Store that somebody began an installation; requests that have expired are forgotten."""

    async def finish(self, state: str, browser: str, now: datetime) -> bool:
        """Take a request away; return whether it was there, unexpired, from that browser."""


class UnitOfWork(Protocol):
    """One transaction over everything that is stored, jobs included."""

    @property
    def teams(self) -> TeamRepository:
        """Teams and members."""

    @property
    def manager_groups(self) -> ManagerGroupRepository:
        """The platform's roles whose people may manage."""

    @property
    def channels(self) -> ChannelSettingsRepository:
        """How channels play."""

    @property
    def notices(self) -> NoticeRepository:
        """What people are told in direct messages."""

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

    @property
    def feedback(self) -> FeedbackRepository:
        """Presses on feedback buttons."""

    @property
    def hints(self) -> HintRepository:
        """Hints that were taken, and questions that were skipped."""

    @property
    def home(self) -> HomeRepository:
        """Reads for somebody's own page."""

    @property
    def installations(self) -> InstallationRepository:
        """Workspaces that the bot was installed in."""

    @property
    def drafts(self) -> DraftRepository:
        """Imported drafts."""

    @property
    def outcomes(self) -> OutcomeRepository:
        """The ledger of grades, and ratings."""

    @property
    def offers(self) -> OfferRepository:
        """Answers offered as model answers."""

    @property
    def links(self) -> LinkRepository:
        """Accounts and teams that are one."""

    @property
    def reminders(self) -> ReminderRepository:
        """When people want to practise."""

    @property
    def reports(self) -> ReportRepository:
        """Reports of practice sessions."""

    @property
    def practice(self) -> PracticeRepository:
        """Practice sessions and their turns."""

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

    async def run(
        self, piece: Callable[[UnitOfWork], Coroutine[Any, Any, _T]], *, read_only: bool = False
    ) -> _T:
        """Run ``piece`` in a unit of work, and return its result once that is committed.

        Pieces that wait at once may be committed together, which makes a burst cheap. What one of
        them raises undoes that one alone.

        Args:
            piece: awaits nothing but its unit of work; it may run in another thread.
            read_only: it writes nothing, and so waits for no writer.

        Raises:
            StorageUnavailable: nothing of the piece is known to be kept.
        """
