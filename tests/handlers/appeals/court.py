"""People, grades and appeals, for the tests of appeals."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from handlers.actions import Action, ActionKind
from handlers.appeals.button import FIELD
from handlers.appeals.decide import REASON, SCORE
from handlers.appeals.record import Appeal
from handlers.invocation import Caller
from handlers.message import Message, Response
from handlers.records import Answer
from questions.grading import Grade, Judgement, Ungraded
from questions.ports import RelatedAnswer
from questions.question import Question, Verdict
from tests.factory import a_question
from tests.handlers.conftest import REPLY, World, a_caller
from tests.handlers.fakes import (
    FakeGrader,
    a_judgement,
)

QUESTION = a_question()
MET, PARTIAL, MISSED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSED
# The weights are 3, 2, 1, 1: 3 and half of 2 of 7, of 5; then all but the last.
FIRST, SECOND = "2.9/5", "4.3/5"
WHY = "I do compare the index with the source, which is the third point."
MIA = a_caller("Mia", leads=True)
NOA = a_caller("Noa", leads=True)


class ReconsideringGrader(FakeGrader):
    """Can also give a second opinion, by a script of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.second: deque[Judgement | Ungraded | Exception] = deque()
        self.reasons: list[str] = []

    async def reconsider(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer], *, reason: str
    ) -> Judgement | Ungraded:
        self.reasons.append(reason)
        outcome = self.second.popleft() if self.second else None
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or a_judgement(question, MET, MET, MET, MISSED, quote="the index")


async def graded(world: World) -> Answer:
    """Have Ada's answer graded 2.9."""
    asked = await world.newest() or await world.ask()
    world.grader.script.append(a_judgement(QUESTION, MET, PARTIAL, MISSED, MISSED, quote="queue"))
    return await world.answered(asked, REPLY)


def appeal_button(answer: Answer) -> Action:
    return Action(ActionKind.APPEAL, answer.id)


async def send_appeal(
    world: World, answer: Answer, why: str = WHY, *, id_: str = "form-1", by: Caller | None = None
) -> Response:
    return await world.send_form(appeal_button(answer), {FIELD: why}, id_=id_, by=by)


async def appealed(world: World) -> Appeal:
    """Have Ada appeal, and her answer read again."""
    answer = await graded(world)
    assert (await send_appeal(world, answer)).accepted
    await world.jobs.settle()
    return await undecided(world, answer)


async def undecided(world: World, answer: Answer) -> Appeal:
    async with world.storage(read_only=True) as work:
        found = await work.appeals.undecided_of(answer.id)
    assert found is not None
    return found


async def stored(world: World, appeal: Appeal) -> Appeal:
    async with world.storage(read_only=True) as work:
        found = await work.appeals.get(appeal.id)
    assert found is not None
    return found


async def newest_grade(world: World, appeal: Appeal) -> Grade:
    async with world.storage(read_only=True) as work:
        grade = await work.answers.grade(appeal.answer_id)
    assert grade is not None
    return grade


async def listed(world: World, by: Caller = MIA) -> Message:
    outcome = await world.command("appeals", by=by)
    assert isinstance(outcome, Response)
    return outcome.message


async def uphold(world: World, appeal: Appeal, by: Caller = MIA) -> str:
    return await world.told_after_click(Action(ActionKind.UPHOLD, appeal.id), by=by)


async def override(
    world: World,
    appeal: Appeal,
    score: str = "4.0",
    why: str = "The third point stands there.",
    *,
    by: Caller = MIA,
    id_: str = "override-1",
) -> Response:
    values = {SCORE: score, REASON: why}
    return await world.send_form(Action(ActionKind.OVERRIDE, appeal.id), values, id_=id_, by=by)


def told(world: World, kind: str) -> list[str]:
    return world.slack.texts(f"{kind}:")
