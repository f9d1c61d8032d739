"""Somebody in an interview: what they write, and what they read."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from handlers.actions import Action, ActionKind
from handlers.dispatch import Reception
from handlers.invocation import Attachment, Caller
from handlers.message import Buttons, Message, Response
from handlers.practice.ports import Proposal, TurnRequest
from handlers.practice.record import PracticeSession, PracticeTurn, TurnKind, TurnState
from handlers.refs import MessageRef
from tests.handlers.conftest import World, in_direct_message

ADA = in_direct_message()
ANSWER = (
    "I would look at the queue's age first, because a stale index starts there, and then I would "
    "compare the index with the source."
)


@dataclass
class ScriptedInterviewer:
    """Says what its script says, then something proper; keeps what it was asked for."""

    script: deque[Proposal | Exception] = field(default_factory=deque)
    requests: list[TurnRequest] = field(default_factory=list)

    async def propose(self, request: TurnRequest) -> Proposal:
        self.requests.append(request)
        said = self.script.popleft() if self.script else _proper(request, len(self.requests))
        if isinstance(said, Exception):
            raise said
        return said


def _proper(request: TurnRequest, number: int) -> Proposal:
    topic = _TOPICS[number % len(_TOPICS)]
    match request.kind:
        case TurnKind.QUESTION:
            return Proposal(text="Thank you for telling me. On we go.")
        case TurnKind.FOLLOW_UP:
            return Proposal(text=f"What about {topic} there?", quote=request.answer[:40])
        case TurnKind.REPLY:
            return Proposal(text="", quote=request.background[:60])
        case _:
            return Proposal(text=f"Which project of yours was mostly about {topic}?")


_TOPICS = ("staffing", "budgets", "deadlines", "customers", "regulators", "rollbacks", "audits")


@dataclass(frozen=True)
class Interview:
    """An interview in a world."""

    world: World
    by: Caller = ADA

    async def begin(self, **options: str) -> str:
        """Call ``/prep practice`` and let the first turn come."""
        told = await self.world.told(
            "practice", by=self.by, **{"role": "ai-engineer", "length": "1", **options}
        )
        await self.world.jobs.settle()
        return told

    async def write(self, text: str, *attachments: Attachment) -> Reception:
        """Write a message and let the jobs finish."""
        reply = replace(self.world.direct_message(text, by=self.by), attachments=tuple(attachments))
        reception = await self.world.receive(reply)
        await self.world.jobs.settle()
        return reception

    async def told(self, text: str) -> str:
        """Write a message; return what is answered at once."""
        reception = await self.write(text)
        return "" if reception.message is None else reception.message.plain_text

    async def press(self, kind: ActionKind, subject: str = "") -> Message:
        """Press a button and let the jobs finish."""
        outcome = await self.world.click(Action(kind, subject), by=self.by)
        await self.world.jobs.settle()
        assert isinstance(outcome, Response)
        return outcome.message

    async def session(self) -> PracticeSession:
        """The newest session."""
        sessions = await self.sessions()
        return sessions[0]

    async def sessions(self) -> list[PracticeSession]:
        """Every session of the person, the one that has not ended first, then newest first."""
        async with self.world.storage() as work:
            member = await work.teams.of_user(self.by.user)
            assert member is not None
            found = await work.teams.member(member.id, self.by.user)
            assert found is not None
            open_ = await work.practice.open_of(self.by.user)
            ended = await work.practice.of_member(found.id, limit=20)
        return ended if open_ is None else [open_, *ended]

    async def turns(self) -> list[PracticeTurn]:
        """The turns of the newest session."""
        session = await self.session()
        async with self.world.storage(read_only=True) as work:
            return await work.practice.turns(session.id)

    async def turn(self) -> PracticeTurn:
        """The newest turn."""
        return (await self.turns())[-1]

    async def tick(self, **later: float) -> None:
        """Let time pass, and the jobs finish."""
        self.world.clock.move(**later)
        await self.world.tick()

    async def answer_until(self, kind: TurnKind, text: str = ANSWER) -> None:
        """Answer turn after turn until one of a kind waits."""
        for _ in range(40):
            turn = await self.turn()
            if turn.kind is kind and turn.state is TurnState.ASKED:
                return
            await self.write(text)
        raise AssertionError(f"no {kind} came")

    def said(self) -> list[str]:
        """What was said to the person in the interview, in order; its report is another's."""
        said = self.world.slack.said
        return [each.text for each in said if not each.key.startswith("report")]

    def last(self) -> str:
        """What was said to the person last."""
        return self.said()[-1]

    def messages(self) -> list[MessageRef]:
        """Where everything stands that was said."""
        return [said.posted.message for said in self.world.slack.said]


def labels(message: Message) -> list[str]:
    """The buttons of a message."""
    return [
        button.label
        for block in message.blocks
        if isinstance(block, Buttons)
        for button in block.buttons
    ]
