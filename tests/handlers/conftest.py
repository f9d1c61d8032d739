"""Everything but the outside, wired as in the real bot, on a database of its own."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from bot.bootstrap import Application, assemble
from bot.core import Database, no_jobs
from bot.storage.engine import create_engine, database_url
from bot.storage.migrate import upgrade
from bot.storage.unit_of_work import SqlUnitOfWorkFactory
from handlers.actions import Action
from handlers.answers.judge import AnswerGrader
from handlers.appeals.second import SecondReader
from handlers.dispatch import Reception
from handlers.invocation import (
    ActionInvocation,
    Caller,
    CommandInvocation,
    FormSubmission,
    IncomingDeletion,
    IncomingEdit,
    IncomingReply,
)
from handlers.message import Button, Buttons, Message, Outcome, Response
from handlers.metering.budget import UNLIMITED, Budget
from handlers.ports import Again
from handlers.practice.ports import DocumentReader, Interviewer
from handlers.records import Answer, Occurrence, Schedule, ScoreEntry
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef, WorkspaceRef
from handlers.report.ports import ReportPress
from handlers.storage import SHIPPED_TEAM
from handlers.voice.ports import SpeechToText
from questions.grading import Grade
from questions.question import Question
from questions.role import Role
from tests.bot.fake_clock import FakeClock
from tests.factory import CHANNEL, a_question
from tests.handlers.fakes import (
    FakeGrader,
    FakePlatform,
    FakePress,
    FakeRetriever,
    FakeTeamIndex,
    StumblingStorage,
    WatchedJobs,
)

WORKSPACE = WorkspaceRef(platform=Platform.SLACK, id="T1")
OTHER_CHANNEL = replace(CHANNEL, id="C2")
REPLY = "I would look at the queue's age first, and then compare the index with the source."
BANK = (
    a_question("ai-1"),
    a_question("ai-2"),
    a_question("ai-3"),
    a_question("ml-1", role=Role.ML_ENGINEER),
    a_question("ml-2", role=Role.ML_ENGINEER),
)


def a_caller(
    name: str = "Ada",
    *,
    called: str | None = None,
    channel: ChannelRef = CHANNEL,
    thread: ThreadRef | None = None,
    workspace_id: str = "T1",
    may_manage: bool = False,
    leads: bool = False,
) -> Caller:
    """A person; ``called`` is what the platform shows them as, where it is not ``name``."""
    return Caller(
        user=UserRef(platform=channel.platform, realm=workspace_id, id=name.lower()),
        display_name=called or name,
        workspace=replace(WORKSPACE, id=workspace_id),
        channel=replace(channel, workspace_id=workspace_id),
        may_manage=may_manage,
        leads=leads,
        thread=thread,
    )


def in_direct_message(name: str = "Ada", *, workspace: WorkspaceRef | None = WORKSPACE) -> Caller:
    caller = a_caller(name, channel=replace(CHANNEL, id=f"D-{name.lower()}"))
    return replace(caller, is_direct=True, workspace=workspace)


def buttons_of(message: Message) -> list[Button]:
    """A message's buttons, in the order in which people see them."""
    return [b for block in message.blocks if isinstance(block, Buttons) for b in block.buttons]


@dataclass(frozen=True, kw_only=True)
class World:
    """The bot between fakes, and what people do to it."""

    clock: FakeClock
    slack: FakePlatform
    grader: FakeGrader
    retriever: FakeRetriever
    jobs: WatchedJobs
    storage: StumblingStorage
    app: Application
    index: FakeTeamIndex = field(default_factory=FakeTeamIndex)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def a_command(
        self, name: str, *, by: Caller | None = None, **options: str
    ) -> CommandInvocation:
        return CommandInvocation(
            caller=by or a_caller(),
            name=name,
            options=options,
            id=f"command-{next(self.numbers)}",
        )

    async def command(self, name: str, *, by: Caller | None = None, **options: str) -> Outcome:
        return await self.app.router.command(self.a_command(name, by=by, **options))

    async def told(self, name: str, *, by: Caller | None = None, **options: str) -> str:
        """Call a command; return what the caller reads."""
        outcome = await self.command(name, by=by, **options)
        assert isinstance(outcome, Response)
        return outcome.message.plain_text

    async def manage(self, channel: ChannelRef = CHANNEL, /, **options: str) -> str:
        """Call ``/prep schedule`` as somebody who may."""
        return await self.told(
            "schedule", by=a_caller("Mia", channel=channel, may_manage=True), **options
        )

    async def nine_every_day(self, channel: ChannelRef = CHANNEL, *, roles: str = "all") -> str:
        """Have the channel asked at 09:00 UTC every day."""
        return await self.manage(channel, time="09:00", zone="UTC", days="daily", roles=roles)

    async def click(self, action: Action, *, by: Caller | None = None) -> Outcome:
        return await self.app.router.action(
            ActionInvocation(caller=by or a_caller(), action=action)
        )

    async def told_after_click(self, action: Action, *, by: Caller | None = None) -> str:
        """Press a button; return what the person reads."""
        outcome = await self.click(action, by=by)
        assert isinstance(outcome, Response)
        return outcome.message.plain_text

    async def send_form(
        self, action: Action, values: Mapping[str, str], *, id_: str, by: Caller | None = None
    ) -> Response:
        sent = FormSubmission(caller=by or a_caller(), action=action, values=values, id=id_)
        return await self.app.router.form(sent)

    async def ask(self, channel: ChannelRef = CHANNEL, role: Role | None = None) -> Occurrence:
        """Have a question posted with ``/prep today``."""
        options = {} if role is None else {"role": role.value}
        await self.told("today", by=a_caller("Mia", channel=channel), **options)
        await self.jobs.settle()
        posted = await self.newest(channel)
        assert posted is not None
        return posted

    async def tick(self) -> int:
        """Tick and let the jobs finish."""
        claimed = await self.app.ticker.tick()
        await self.jobs.settle()
        return claimed

    def message(self, occurrence: Occurrence, text: str, *, by: str = "Ada") -> IncomingReply:
        """A fresh message in the question's thread."""
        assert occurrence.thread is not None
        return self.message_in(occurrence.thread, text, by=by)

    def message_in(self, thread: ThreadRef, text: str, *, by: str = "Ada") -> IncomingReply:
        return IncomingReply(
            caller=a_caller(by, channel=thread.channel, thread=thread),
            message=MessageRef(
                channel=thread.channel, id=f"reply-{next(self.numbers)}", thread_id=thread.id
            ),
            text=text,
        )

    def direct_message(self, text: str, *, by: Caller) -> IncomingReply:
        ref = MessageRef(channel=by.channel, id=f"reply-{next(self.numbers)}")
        return IncomingReply(caller=by, message=ref, text=text)

    async def receive(self, reply: IncomingReply) -> Reception:
        """Deliver a message, without waiting for the jobs."""
        return await self.app.router.reply(reply)

    async def reply(self, occurrence: Occurrence, text: str, *, by: str = "Ada") -> Reception:
        """Write in the question's thread and let the jobs finish."""
        reception = await self.receive(self.message(occurrence, text, by=by))
        await self.jobs.settle()
        return reception

    async def answered(self, occurrence: Occurrence, text: str, *, by: str = "Ada") -> Answer:
        """Write an answer in the question's thread and let the jobs finish; return it."""
        reply = self.message(occurrence, text, by=by)
        await self.receive(reply)
        await self.jobs.settle()
        answer = await self.answer_to(reply)
        assert answer is not None
        return answer

    async def settings(self, channel: ChannelRef = CHANNEL, /, **options: str) -> str:
        """Call ``/prep settings`` as somebody who may."""
        return await self.told(
            "settings", by=a_caller("Mia", channel=channel, may_manage=True), **options
        )

    async def edit(
        self, reply: IncomingReply, text: str, *, edited_at: datetime | None = None
    ) -> None:
        """Change a message and let the jobs finish."""
        edit = IncomingEdit(
            caller=reply.caller, message=reply.message, text=text, edited_at=edited_at
        )
        await self.app.router.edited(edit)
        await self.jobs.settle()

    async def delete(self, reply: IncomingReply, *, knows_thread: bool = True) -> None:
        """Delete a message and let the jobs finish."""
        message = reply.message if knows_thread else replace(reply.message, thread_id=None)
        await self.app.router.deleted(IncomingDeletion(message=message))
        await self.jobs.settle()

    async def run(self, kind: str, subject: str, attempt: int = 1) -> Again | None:
        """Run a job's handler by hand."""
        return await self.jobs.handlers[kind](subject, attempt)

    async def answer_to(self, reply: IncomingReply) -> Answer | None:
        async with self.storage(read_only=True) as work:
            return await work.answers.by_key(f"message:{reply.message.pack()}")

    async def grade_of(self, answer: Answer) -> Grade | None:
        async with self.storage(read_only=True) as work:
            return await work.answers.grade(answer.id)

    async def pending(self) -> int:
        async with self.storage(read_only=True) as work:
            return await work.answers.pending()

    async def scores(self) -> list[ScoreEntry]:
        async with self.storage(read_only=True) as work:
            team = await work.teams.of_workspace(WORKSPACE)
            assert team is not None
            return await work.scores.entries(team.id, None)

    async def newest(self, channel: ChannelRef = CHANNEL) -> Occurrence | None:
        async with self.storage(read_only=True) as work:
            return await work.occurrences.newest_posted(channel)

    async def occurrences(self, channel: ChannelRef = CHANNEL) -> list[Occurrence]:
        """The channel's occurrences on this day (UTC), oldest first."""
        async with self.storage(read_only=True) as work:
            return await work.occurrences.on_date(channel, self.clock.now().date())

    async def schedule(self, channel: ChannelRef = CHANNEL) -> Schedule | None:
        async with self.storage(read_only=True) as work:
            return await work.schedules.of_channel(channel)

    async def load(self, *bank: Question) -> None:
        """Put ``bank`` in the place of the shipped questions."""
        async with self.storage() as work:
            await work.questions.sync(SHIPPED_TEAM, bank)

    def at(self, instant: datetime) -> None:
        """Move the clock to an instant."""
        self.clock.move(seconds=(instant - self.clock.now()).total_seconds())


@pytest.fixture
def pending_note_after() -> float:
    """Seconds until a person is told that the grade takes longer: never, unless a test says so."""
    return 600.0


@pytest.fixture
def budget() -> Budget:
    """What grading may cost: anything, unless a test says so."""
    return UNLIMITED


@pytest.fixture
def grader() -> FakeGrader:
    return FakeGrader()


@pytest.fixture
def retriever() -> FakeRetriever:
    return FakeRetriever()


@pytest.fixture
def second_reader() -> SecondReader | None:
    """What reads an answer again after an appeal: nothing, unless a test says so."""
    return None


@pytest.fixture
def interviewer() -> Interviewer | None:
    """What words an interview's turns: the bank and the code, unless a test says so."""
    return None


@pytest.fixture
def document_reader() -> DocumentReader | None:
    """What reads files: nothing, unless a test says so."""
    return None


@pytest.fixture
def speech() -> SpeechToText | None:
    """What writes down recordings: nothing, unless a test says so."""
    return None


@pytest.fixture
def press() -> ReportPress:
    """What makes files of reports: one that takes no time, unless a test says so."""
    return FakePress()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the bank: each test gets a copy."""
    path = tmp_path_factory.mktemp("handlers") / "template.db"

    async def build() -> None:
        engine = create_engine(database_url(f"sqlite:///{path}"))
        await upgrade(engine)
        async with SqlUnitOfWorkFactory(engine, no_jobs)() as work:
            await work.questions.sync(SHIPPED_TEAM, BANK)
        await engine.dispose()

    asyncio.run(build())
    return path


@pytest.fixture
async def world(  # noqa: PLR0917  (fixtures come by name)
    tmp_path: Path,
    template: Path,
    pending_note_after: float,
    budget: Budget,
    grader: FakeGrader,
    retriever: FakeRetriever,
    second_reader: SecondReader | None,
    interviewer: Interviewer | None,
    document_reader: DocumentReader | None,
    speech: SpeechToText | None,
    press: ReportPress,
) -> AsyncIterator[World]:
    path = shutil.copy(template, tmp_path / "prepbot.db")
    engine = create_engine(database_url(f"sqlite:///{path}"))
    jobs, clock, slack = WatchedJobs(), FakeClock(), FakePlatform()
    index = FakeTeamIndex()
    storage = StumblingStorage(engine, jobs)
    app = assemble(
        database=Database(engine=engine, unit_of_work=storage),
        answer_grader=AnswerGrader(grader, retriever),
        jobs=jobs,
        platforms={Platform.SLACK: slack},
        clock=clock,
        budget=budget,
        pending_note_after=pending_note_after,
        second_reader=second_reader,
        interviewer=interviewer,
        document_reader=document_reader,
        speech=speech,
        press=press,
        team_index=index,
    )
    world = World(
        clock=clock,
        slack=slack,
        grader=grader,
        retriever=retriever,
        jobs=jobs,
        storage=storage,
        app=app,
        index=index,
    )
    await jobs.start()
    yield world
    await jobs.stop()
    await engine.dispose()
