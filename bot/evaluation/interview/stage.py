"""Where made-up interviews are held: the real bot on a database of its own, with nobody outside."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot.bootstrap import Application, assemble
from bot.core import Database, no_jobs
from bot.evaluation.interview.candidate import JOB, Candidate, Waiting
from bot.jobs.memory import MemoryJobs
from bot.llm.config import LlmConfig
from bot.llm.grader import OpenAIGrader
from bot.llm.interviewer import OpenAIInterviewer
from bot.report.markdown import to_markdown
from bot.storage.engine import create_engine, database_url
from bot.storage.migrate import upgrade
from bot.storage.unit_of_work import SqlUnitOfWorkFactory
from handlers.answers.judge import AnswerGrader
from handlers.invocation import Caller, CommandInvocation, IncomingReply
from handlers.message import Message, say
from handlers.ports import OutgoingFile, Posted, Reaction
from handlers.practice.flow import most_turns
from handlers.practice.record import Mode, PracticeSession, PracticeTurn, SessionState, TurnState
from handlers.refs import (
    ChannelRef,
    MessageRef,
    Place,
    Platform,
    ThreadRef,
    UserRef,
    WorkspaceRef,
)
from handlers.report.content import Content
from handlers.storage import SHIPPED_TEAM
from questions.ports import RelatedAnswer
from questions.question import Question
from questions.role import Role

_BEGIN: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_WORKSPACE: Final = WorkspaceRef(platform=Platform.SLACK, id="T1")
_SETTLED: Final = 120.0
# A candidate may write several messages to a turn: words to steer by, questions back, refusals.
_MESSAGES_A_TURN: Final = 4


class StageClock:
    """A clock that moves when nobody answers."""

    def __init__(self) -> None:
        self._now = _BEGIN

    def now(self) -> datetime:
        """Return this instant."""
        return self._now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by


class Recorder:
    """A chat platform that keeps what is said, in order; see `handlers.ports.ChatPlatform`."""

    def __init__(self) -> None:
        self.said: list[tuple[ChannelRef | ThreadRef, str, Message]] = []
        self._keys: dict[str, Posted] = {}

    @property
    def platform(self) -> Platform:
        """The platform that it stands in for."""
        return Platform.SLACK

    async def post(
        self,
        to: ChannelRef | ThreadRef,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,  # noqa: ARG002
    ) -> Posted:
        """Keep a message."""
        if maybe_sent and key in self._keys:
            return self._keys[key]
        channel = to.channel if isinstance(to, ThreadRef) else to
        self.said.append((to, key, message))
        posted = Posted(message=MessageRef(channel=channel, id=str(len(self.said))))
        self._keys[key] = posted
        return posted

    async def share(
        self,
        to: Place,
        files: Sequence[OutgoingFile],
        *,
        text: str,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        """Keep that files were handed over."""
        names = ", ".join(file.name for file in files)
        return await self.post(to, say(f"{text} ({names})"), key=key, maybe_sent=maybe_sent)

    async def direct(self, user: UserRef) -> ChannelRef:
        """Return somebody's direct message."""
        return ChannelRef(platform=Platform.SLACK, workspace_id=user.realm, id=f"D{user.id}")

    async def link(self, to: MessageRef) -> str:  # noqa: ARG002
        """Return nothing."""
        return ""

    async def react(self, to: MessageRef, reaction: Reaction) -> None:
        """Do nothing."""


class _MarkdownPress:
    """Makes the one file that is quickly made; see `handlers.report.ports.ReportPress`."""

    async def print(self, content: Content, *, name: str) -> Sequence[OutgoingFile]:
        made = to_markdown(content).encode()
        file = OutgoingFile(
            name=f"{name}.md", media_type="text/markdown", title="Report", content=made
        )
        return [file]


class _NoRetriever:
    """Finds nothing; see `questions.ports.Retriever`."""

    async def related(
        self,
        question: Question,  # noqa: ARG002
        text: str,  # noqa: ARG002
        *,
        limit: int,  # noqa: ARG002
        team: str | None = None,  # noqa: ARG002
    ) -> tuple[RelatedAnswer, ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class Wrote:
    """A message that a candidate wrote.

    Attributes:
        was_met: whether anything was said between it and the candidate's next message.
    """

    text: str
    was_met: bool


@dataclass(kw_only=True)
class Held:
    """A session that was held, as a judge sees it.

    Attributes:
        said: what was said in it, with the keys it was said under.
        elsewhere: what was said anywhere else meanwhile.
        report: what its report says; ``None`` where there is none.
        is_stuck: whether it had to be broken off.
    """

    candidate: str
    session: PracticeSession
    turns: tuple[PracticeTurn, ...]
    said: list[tuple[str, str]]
    elsewhere: list[str] = field(default_factory=list)
    wrote: list[Wrote] = field(default_factory=list)
    report: Content | None = None
    is_stuck: bool = False


class Stage:
    """Holds interviews, one after the other."""

    def __init__(
        self,
        application: Application,
        recorder: Recorder,
        clock: StageClock,
        jobs: MemoryJobs,
        questions: Sequence[Question],
    ) -> None:
        self._application = application
        self._recorder = recorder
        self._clock = clock
        self._jobs = jobs
        self._questions = {question.id: question for question in questions}

    async def hold(self, candidate: Candidate, *, number: int, seed: int) -> Held:
        """Hold one interview to its end.

        Args:
            candidate: who is interviewed.
            number: which interview it is; makes its person.
            seed: makes its choices repeatable.
        """
        chance = random.Random(seed)  # noqa: S311  (choices of a test, no secrets)
        caller = _caller(candidate, number)
        begun_at = len(self._recorder.said)
        await self._begin(caller, chance, number)
        session, turns = await self._read(caller)
        wrote: list[Wrote] = []
        tries: dict[str, int] = {}
        patience = _MESSAGES_A_TURN * most_turns(session.length)
        while not session.state.is_ended and patience:
            patience -= 1
            wrote += await self._act(caller, candidate, session, turns, tries, chance)
            session, turns = await self._read(caller, session.id)
        if not session.state.is_ended:
            is_stuck = turns[-1].state is not TurnState.ASKED
            wrote += [await self._write(caller, "quit")]
            session, turns = await self._read(caller, session.id)
            is_stuck = is_stuck or not session.state.is_ended
        else:
            is_stuck = False
        return await self._held(candidate, session, turns, begun_at, wrote, is_stuck=is_stuck)

    async def _act(
        self,
        caller: Caller,
        candidate: Candidate,
        session: PracticeSession,
        turns: Sequence[PracticeTurn],
        tries: dict[str, int],
        chance: random.Random,
    ) -> list[Wrote]:
        """Have the candidate do one thing: write, stay silent, or come back after a pause."""
        if session.state is SessionState.PAUSED:
            return [await self._write(caller, chance.choice(("resume", "resume", "quit")))]
        turn = turns[-1]
        question = self._questions.get(turn.question_id or "")
        waiting = Waiting(kind=turn.kind, question=question, tries=tries.get(turn.id, 0))
        text = candidate.answer(waiting, chance)
        if text is not None:
            tries[turn.id] = waiting.tries + 1
            return [await self._write(caller, text)]
        wait = (session.wake_at or self._clock.now()) - self._clock.now()
        self._clock.move(wait + timedelta(seconds=1))
        await self._application.ticker.tick()
        await self._settle()
        return []

    async def _begin(self, caller: Caller, chance: random.Random, number: int) -> None:
        options = {
            "role": chance.choice(list(Role)).value,
            "length": str(chance.randint(1, 3)),
            "mode": chance.choice(list(Mode)).value,
            "level": chance.choice(("junior", "intermediate", "senior")),
        }
        if chance.random() < 0.5:
            options["background"] = JOB
        await self._application.router.command(
            CommandInvocation(caller=caller, name="practice", options=options, id=f"c{number}")
        )
        await self._settle()

    async def _write(self, caller: Caller, text: str) -> Wrote:
        before = len(self._recorder.said)
        self._clock.move(timedelta(seconds=20))
        id_ = f"{caller.user.id}-{before}-{self._clock.now().timestamp()}"
        reception = await self._application.router.reply(
            IncomingReply(
                caller=caller, message=MessageRef(channel=caller.channel, id=id_), text=text
            )
        )
        await self._settle()
        if reception.message is not None:
            key = f"reception:{id_}"
            await self._recorder.post(caller.channel, reception.message, key=key)
        return Wrote(text=text, was_met=len(self._recorder.said) > before)

    async def _read(
        self, caller: Caller, session_id: str | None = None
    ) -> tuple[PracticeSession, list[PracticeTurn]]:
        """Read the session under way, or the one with an id."""
        async with self._application.database.unit_of_work() as work:
            session = await work.practice.open_of(caller.user)
            if session is None and session_id is not None:
                session = await work.practice.get(session_id)
            if session is None:
                raise RuntimeError("an interview did not begin")
            return session, await work.practice.turns(session.id)

    async def _held(
        self,
        candidate: Candidate,
        session: PracticeSession,
        turns: Sequence[PracticeTurn],
        begun_at: int,
        wrote: list[Wrote],
        *,
        is_stuck: bool,
    ) -> Held:
        async with self._application.database.unit_of_work(read_only=True) as work:
            report = await work.reports.get(session.id)
        said = self._recorder.said[begun_at:]
        return Held(
            candidate=candidate.name,
            session=session,
            turns=tuple(turns),
            said=[(key, m.plain_text) for to, key, m in said if to == session.place],
            elsewhere=[m.plain_text for to, _, m in said if to != session.place],
            wrote=wrote,
            report=None if report is None else report.content,
            is_stuck=is_stuck,
        )

    async def _settle(self) -> None:
        if not await self._jobs.drain(_SETTLED):
            raise RuntimeError("the interview's jobs did not come to an end")


async def build_database(path: Path, questions: Sequence[Question]) -> None:
    """Make a database with nothing but the bank in it, to be copied for each stage."""
    engine = create_engine(database_url(f"sqlite:///{path}"))
    await upgrade(engine)
    async with SqlUnitOfWorkFactory(engine, no_jobs)() as work:
        await work.questions.sync(SHIPPED_TEAM, questions)
    await engine.dispose()


@asynccontextmanager
async def set_stage(
    path: Path, base_url: str, questions: Sequence[Question]
) -> AsyncIterator[Stage]:
    """Open a stage.

    Args:
        path: its own copy of the database.
        base_url: where the model is.
        questions: the bank.
    """
    engine = create_engine(database_url(f"sqlite:///{path}"))
    config = LlmConfig(model="scripted", base_url=base_url)
    grader, interviewer = OpenAIGrader(config), OpenAIInterviewer(config)
    recorder, clock = Recorder(), StageClock()
    jobs = MemoryJobs(sleep=_at_once)
    database = Database(engine=engine, unit_of_work=SqlUnitOfWorkFactory(engine, jobs.enqueue))
    application = assemble(
        database=database,
        answer_grader=AnswerGrader(grader, _NoRetriever()),
        jobs=jobs,
        platforms={Platform.SLACK: recorder},
        clock=clock,
        interviewer=interviewer,
        press=_MarkdownPress(),
    )
    await jobs.start()
    try:
        yield Stage(application, recorder, clock, jobs, questions)
    finally:
        await jobs.stop()
        await interviewer.close()
        await grader.close()
        await engine.dispose()


async def _at_once(seconds: float) -> None:  # noqa: ARG001
    await asyncio.sleep(0)


def _caller(candidate: Candidate, number: int) -> Caller:
    user = UserRef(platform=Platform.SLACK, realm=_WORKSPACE.id, id=f"U{number}")
    return Caller(
        user=user,
        display_name=f"{candidate.name} {number}",
        workspace=_WORKSPACE,
        channel=ChannelRef(platform=Platform.SLACK, workspace_id=_WORKSPACE.id, id=f"D{user.id}"),
        is_direct=True,
    )
