"""``/prep hint`` and the Hint button: one hint after the other, for nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.audience import is_closed
from handlers.answers.submit import CLOSED, NO_QUESTION
from handlers.answers.which import open_question
from handlers.command import Command
from handlers.feature import Feature
from handlers.hints.hint import hints_for
from handlers.hints.storage import HintTaken
from handlers.hints.which import posted_question
from handlers.invocation import ActionInvocation, Caller, CommandInvocation
from handlers.message import (
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    Context,
    Heading,
    Message,
    Outcome,
    Response,
    line,
    say,
)
from handlers.ports import Clock
from handlers.records import Occurrence
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join

COMMAND: Final = Command(name="hint", description="Get a hint for the question that is open here")

_NO_HINTS: Final = say("I have no hint for this question that would not give its answer away.")
_COST: Final = "Hints cost nothing: grade and points are your answer's alone. Only you see them."


class Hints:
    """Handles `COMMAND` and the Hint button; remembers who has seen which hint.

    The button under a question says again what somebody has seen, or begins; the one under a hint
    asks for the next by its number, so that a press that is delivered twice takes one hint.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Give the next hint for the question that is open where the caller is."""
        async with self._unit_of_work() as work:
            occurrence = await open_question(work, invocation.caller)
            if occurrence is None:
                return Response(message=NO_QUESTION)
            return await self._give(work, invocation.caller, occurrence, number=None)

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Give the hint that the button asks for."""
        occurrence_id, _, number = invocation.action.subject.partition("-")
        async with self._unit_of_work() as work:
            occurrence = await posted_question(work, invocation.caller, occurrence_id)
            if occurrence is None:
                return Response(message=NO_QUESTION)
            wanted = int(number) if number.isdecimal() else 1
            return await self._give(work, invocation.caller, occurrence, number=wanted)

    async def _give(
        self, work: UnitOfWork, caller: Caller, occurrence: Occurrence, *, number: int | None
    ) -> Response:
        """Show a member's hints up to ``number``, or up to the next one where that is ``None``."""
        if is_closed(occurrence):
            return Response(message=CLOSED)
        question = await work.questions.get(
            occurrence.team_id, occurrence.question_id or "", occurrence.question_version
        )
        hints = () if question is None else hints_for(question)
        if question is None or not hints:
            return Response(message=_NO_HINTS)
        membership = await join(work, caller)
        seen = max(await work.hints.taken(membership.member.id, question.id), default=0)
        wanted = seen + 1 if number is None else max(seen, number)
        last = min(wanted, len(hints))
        taken = HintTaken(
            team_id=membership.team.id,
            member_id=membership.member.id,
            question_id=question.id,
            number=seen + 1,
            taken_at=self._clock.now(),
        )
        for each in range(seen + 1, last + 1):
            await work.hints.take(replace(taken, number=each))
        return Response(message=hint_message(question.title, hints, last, occurrence))


def hint_message(title: str, hints: tuple[str, ...], seen: int, occurrence: Occurrence) -> Message:
    """Return the hints that were seen, with buttons for the next one and for the answer.

    Args:
        title: the question's.
        hints: all of its hints.
        seen: how many of them are shown.
        occurrence: the question in its channel.
    """
    answer = Button("Answer", Action(ActionKind.ANSWER, occurrence.id), ButtonStyle.PRIMARY)
    buttons = [answer]
    if seen < len(hints):
        following = Action(ActionKind.HINT, f"{occurrence.id}-{seen + 1}")
        buttons.append(Button("Another hint", following))
    count = "Hint 1" if seen == 1 else f"Hints 1 to {seen}"
    return Message(
        blocks=(
            Heading(f"{count} of {len(hints)}: {title}"),
            Bullets(tuple(line(hint) for hint in hints[:seen]), numbered=True),
            Context(line(_COST)),
            Buttons(tuple(buttons)),
        ),
        summary=f"{count} of {len(hints)}",
    )
