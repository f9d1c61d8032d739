"""Five hundred interviews at once on one process: what a turn costs beyond the model's own time.

Grader and interviewer take two seconds each, as a model does; everything else is the real bot on
its real database with its durable jobs. The overhead of a turn is the time from somebody's answer
to the next turn, less the model's. The people are made up in the same process, and what they cost
is not taken off.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import pytest

from bot.bootstrap import Application, assemble
from bot.clock.system import SystemClock
from bot.core import Database
from bot.evaluation.interview.stage import Recorder
from bot.garbage import spare_what_stays
from bot.jobs.durable import DbosJobs
from bot.service import PATIENT, PATIENT_AT_ONCE, PROMPT
from bot.storage.engine import create_engine, database_url
from bot.storage.migrate import upgrade
from bot.storage.unit_of_work import open_storage
from handlers.answers.judge import AnswerGrader
from handlers.invocation import Caller, CommandInvocation, IncomingReply
from handlers.message import Message
from handlers.ports import Posted
from handlers.practice.ports import Proposal, TurnRequest
from handlers.practice.record import TurnKind
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef, WorkspaceRef
from handlers.storage import SHIPPED_TEAM
from questions.grading import CriterionVerdict, Judgement
from questions.packs import shipped_bank
from questions.ports import RelatedAnswer
from questions.question import Question, Verdict

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

SESSIONS = int(os.environ.get("PRACTICE_SESSIONS", "500"))
SECONDS = float(os.environ.get("PRACTICE_SECONDS", "90"))
# In which all interviews begin.
BEGINNING = 30.0
MODEL = 2.0
# How long people think and type, in seconds.
THINKING = (20.0, 60.0)
ANSWER = "I would look at the queue's age first, and then compare the index with its source."


class SlowModel:
    """Judges and words turns, two seconds each."""

    name = "slow"
    is_estimate = False

    def __init__(self) -> None:
        self._number = 0

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement:
        await asyncio.sleep(MODEL)
        verdicts = tuple(
            CriterionVerdict(criterion_id=id_, verdict=Verdict.MET, quote=reply[:40])
            for id_ in question.rubric.ids
        )
        return Judgement(verdicts=verdicts)

    async def propose(self, request: TurnRequest) -> Proposal:
        await asyncio.sleep(MODEL)
        self._number += 1
        if request.kind is TurnKind.OPENING:
            return Proposal(text="Which project of yours was the closest to this work?")
        return Proposal(text="Thank you for telling me. On we go.")


class NoRetriever:
    async def related(
        self, question: Question, text: str, *, limit: int, team: str | None = None
    ) -> tuple[RelatedAnswer, ...]:
        return ()


class TimingRecorder(Recorder):
    """Keeps when each conversation got its newest turn."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: defaultdict[str, asyncio.Queue[float]] = defaultdict(asyncio.Queue)

    async def post(
        self,
        to: ChannelRef | ThreadRef,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,
    ) -> Posted:
        posted = await super().post(to, message, key=key, maybe_sent=maybe_sent)
        if key.startswith("practice-turn:"):
            self.turns[posted.message.channel.id].put_nowait(time.perf_counter())
        return posted


@dataclass
class Measured:
    """Seconds beyond the model's, for each turn, and until an answer was stored."""

    overheads: list[float] = field(default_factory=list)
    acknowledged: list[float] = field(default_factory=list)


async def interview(
    app: Application, recorder: TimingRecorder, number: int, until: float, found: Measured
) -> None:
    """Answer turn after turn of an eight-question interview, and measure."""
    chance = random.Random(number)
    user = UserRef(platform=Platform.SLACK, realm="T1", id=f"U{number}")
    channel = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id=f"DU{number}")
    workspace = WorkspaceRef(platform=Platform.SLACK, id="T1")
    caller = Caller(
        user=user, display_name=user.id, workspace=workspace, channel=channel, is_direct=True
    )
    await asyncio.sleep(chance.uniform(0, BEGINNING))
    options = {"role": "ai-engineer", "length": "8", "mode": "real"}
    await app.router.command(
        CommandInvocation(caller=caller, name="practice", options=options, id=f"c{number}")
    )
    turns = recorder.turns[channel.id]
    await turns.get()
    answered = 0
    while time.perf_counter() < until:
        await asyncio.sleep(chance.uniform(*THINKING))
        message = MessageRef(channel=channel, id=f"{number}-{answered}")
        sent = time.perf_counter()
        await app.router.reply(IncomingReply(caller=caller, message=message, text=ANSWER))
        found.acknowledged.append(time.perf_counter() - sent)
        stood = await turns.get()
        # The opening is not graded; every other answer here is, and the next turn is worded.
        models = MODEL if answered == 0 else 2 * MODEL
        found.overheads.append(stood - sent - models)
        answered += 1


async def test_what_a_turn_costs_beyond_the_model(tmp_path: Path) -> None:
    path = tmp_path / "prepbot.db"
    engine = create_engine(database_url(f"sqlite:///{path}"))
    await upgrade(engine)
    jobs = DbosJobs(
        f"sqlite+aiosqlite:///{path}",
        lanes=[Platform.SLACK],
        patient=PATIENT,
        patient_concurrency=PATIENT_AT_ONCE,
        prompt=PROMPT,
    )
    storage = open_storage(engine, jobs.enqueue, jobs.look)
    database = Database(engine=engine, unit_of_work=storage)
    async with storage() as work:
        await work.questions.sync(SHIPPED_TEAM, shipped_bank())
    model, recorder, found = SlowModel(), TimingRecorder(), Measured()
    app = assemble(
        database=database,
        answer_grader=AnswerGrader(model, NoRetriever()),
        jobs=jobs,
        platforms={Platform.SLACK: recorder},
        clock=SystemClock(),
        interviewer=model,
    )
    await jobs.start()
    # As when the bot runs: see `prepbot run`.
    spare_what_stays()
    processor = time.process_time()
    try:
        until = time.perf_counter() + SECONDS
        async with asyncio.TaskGroup() as group:
            for number in range(SESSIONS):
                group.create_task(interview(app, recorder, number, until, found))
        processor = time.process_time() - processor
    finally:
        await jobs.stop()
        await database.close()
    cuts = quantiles(found.overheads, n=100)
    acknowledged = quantiles(found.acknowledged, n=100)
    print(
        f"\n{SESSIONS} interviews, {len(found.overheads)} turns: {cuts[49] * 1000:.0f} ms beyond "
        f"the model (median), {cuts[98] * 1000:.0f} ms (99 %) = 1/{MODEL / cuts[98]:.1f} of one "
        f"reply of {MODEL:.0f} s; {processor / len(found.overheads) * 1000:.0f} ms of processor a "
        f"turn; answers acknowledged in {acknowledged[98] * 1000:.0f} ms (99 %); "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    assert cuts[98] < MODEL / 10
