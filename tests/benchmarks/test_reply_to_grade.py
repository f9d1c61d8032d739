"""How much the house adds to the database and index calls that a graded reply needs anyway.

Each line is a ratio within one run: the whole time from a reply to its shown grade, without the
model, over the time spent inside SQLite and Chroma on the way. 1.0 would mean that nothing but
those calls takes time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median

import pytest
import sqlalchemy as sa

from bot.bootstrap import Application, assemble
from bot.clock.system import SystemClock
from bot.core import Judging, index_bank, load_bank, open_database
from bot.jobs.durable import DbosJobs
from bot.jobs.memory import MemoryJobs
from bot.retrieval.chroma import ChromaRetriever
from bot.retrieval.minilm import MiniLM
from bot.retrieval.minilm_files import find_model
from bot.settings import Settings
from bot.storage.engine import database_url
from handlers.invocation import Caller, CommandInvocation, IncomingReply
from handlers.message import Message
from handlers.ports import Posted, Reaction
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef, WorkspaceRef
from questions.grading import CriterionVerdict, Judgement
from questions.ports import RelatedAnswer
from questions.question import Question, Verdict

pytestmark = pytest.mark.bench

ROUNDS = 40
CHANNEL = ChannelRef(platform=Platform.CONSOLE, workspace_id="local", id="main")
CALLER = Caller(
    user=UserRef(platform=Platform.CONSOLE, realm="local", id="ada"),
    display_name="Ada",
    workspace=WorkspaceRef(platform=Platform.CONSOLE, id="local"),
    channel=CHANNEL,
    is_direct=True,
)


class InstantGrader:
    """Judges in no time, so that only the way there and back is measured."""

    name = "instant"
    is_estimate = False

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement:
        return Judgement(
            verdicts=tuple(
                CriterionVerdict(criterion_id=id_, verdict=Verdict.MISSED)
                for id_ in question.rubric.ids
            )
        )


class SilentPlatform:
    """Says nothing, and tells when it would have."""

    platform = Platform.CONSOLE

    def __init__(self) -> None:
        self.posted: asyncio.Queue[str] = asyncio.Queue()

    async def post(
        self,
        to: ChannelRef | ThreadRef,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,
    ) -> Posted:
        self.posted.put_nowait(key)
        return Posted(message=MessageRef(channel=CHANNEL, id=key))

    async def direct(self, user: UserRef) -> ChannelRef:
        return CHANNEL

    async def link(self, to: MessageRef) -> str:
        return ""

    async def react(self, to: MessageRef, reaction: Reaction) -> None:
        pass


class Stopwatch:
    """Adds up the time spent in database and index calls."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds += time.perf_counter() - begun

    def watch_database(self, engine: sa.Engine) -> None:
        """Count statements, BEGIN and COMMIT, each from its sending to its end."""
        dialect = engine.dialect
        for name in ("do_execute", "do_execute_no_params", "do_commit", "do_rollback"):
            setattr(dialect, name, self._timed(getattr(dialect, name)))

    def _timed(self, call: Callable[..., object]) -> Callable[..., object]:
        def timed(*arguments: object, **named: object) -> object:
            with self.running():
                return call(*arguments, **named)

        return timed


class TimedRetriever(ChromaRetriever):
    stopwatch: Stopwatch

    async def related(
        self, question: Question, text: str, *, limit: int, team: str | None = None
    ) -> tuple[RelatedAnswer, ...]:
        with self.stopwatch.running():
            return await super().related(question, text, limit=limit, team=team)


@asynccontextmanager
async def an_application(
    folder: Path, jobs: DbosJobs | MemoryJobs, stopwatch: Stopwatch
) -> AsyncIterator[tuple[Application, SilentPlatform]]:
    settings = Settings(_env_file=None, PREPBOT_DATA_DIR=str(folder))
    database = await open_database(settings, jobs.enqueue)
    embedder = MiniLM(find_model())
    retriever = TimedRetriever(embedder, data_dir=folder)
    retriever.stopwatch = Stopwatch()
    judging = Judging(grader=InstantGrader(), retriever=retriever, embedder=embedder)
    platform = SilentPlatform()
    await load_bank(database)
    await index_bank(database, judging)
    application = assemble(
        database=database,
        answer_grader=judging.answer_grader,
        jobs=jobs,
        platforms={Platform.CONSOLE: platform},
        clock=SystemClock(),
    )
    await jobs.start()
    retriever.stopwatch = stopwatch
    stopwatch.watch_database(database.engine.sync_engine)
    try:
        yield application, platform
    finally:
        await jobs.stop()
        await judging.close()
        await database.close()


async def measure(
    application: Application, platform: SilentPlatform, stopwatch: Stopwatch
) -> tuple[float, float]:
    """Return the medians of ratio and milliseconds over the rounds."""
    called = CommandInvocation(caller=CALLER, name="today", options={"role": "ai-engineer"})
    await application.router.command(called)
    await platform.posted.get()
    ratios, walls = [], []
    for number in range(ROUNDS + 5):
        text = f"Attempt {number}: I would look at the retrieved chunks first and count misses."
        message = MessageRef(channel=CHANNEL, id=f"m{number}")
        stopwatch.seconds = 0.0
        begun = time.perf_counter()
        await application.router.reply(IncomingReply(caller=CALLER, message=message, text=text))
        await platform.posted.get()
        wall = time.perf_counter() - begun
        if number >= 5:  # the first ones warm caches
            ratios.append(wall / stopwatch.seconds)
            walls.append(wall * 1000)
    return median(ratios), median(walls)


@pytest.mark.parametrize("kind", ["in memory", "durable"])
async def test_reply_to_grade(kind: str, tmp_path: Path) -> None:
    path = database_url(f"sqlite:///{tmp_path / 'prepbot.db'}").render_as_string()
    jobs = MemoryJobs() if kind == "in memory" else DbosJobs(path, lanes=[Platform.CONSOLE])
    stopwatch = Stopwatch()
    async with an_application(tmp_path, jobs, stopwatch) as (application, platform):
        ratio, wall = await measure(application, platform, stopwatch)
    print(
        f"\nreply to grade without the model, jobs {kind}: {ratio:.2f} × its database and "
        f"Chroma calls ({wall:.0f} ms)"
    )
    assert ratio >= 1
