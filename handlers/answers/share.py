"""What is said when an answer is taken in, and the author's choice to share its text."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.audience import is_closed
from handlers.invocation import ActionInvocation
from handlers.message import Button, Buttons, Message, Outcome, Response, Text, line, say
from handlers.records import Answer, AnswerSource, AnswerState, GradeMode, Occurrence
from handlers.reveal.rule import format_reveal
from handlers.storage import UnitOfWorkFactory

_PRIVATE: Final = say("Got it. Your grade comes to you in a direct message.")
_NOT_YOURS: Final = say("I can't find that answer among yours.")
_TOO_LATE: Final = say("The question was revealed already, so this can't be changed any more.")


def acknowledgement(occurrence: Occurrence, answer: Answer) -> Message | None:
    """Return what the author of an answer is told at once; ``None`` where a sign is enough."""
    match occurrence.grades:
        case GradeMode.BLIND:
            return _blind(occurrence, answer)
        case GradeMode.PRIVATE if answer.source is not AnswerSource.MESSAGE:
            return _PRIVATE
        case _:
            return None


def _blind(occurrence: Occurrence, answer: Answer) -> Message:
    kind = ActionKind.KEEP_PRIVATE if answer.shared else ActionKind.SHARE
    label = "Keep my answer to myself" if answer.shared else "Share my answer then"
    shown = "your answer and your name" if answer.shared else "your name, but not your answer"
    return Message(
        blocks=(
            Text(
                line(
                    f"Got it. Your grade comes at {format_reveal(occurrence)}, when everybody's "
                    f"do. The thread then shows it with {shown}."
                )
            ),
            Buttons((Button(label, Action(kind, answer.id)),)),
        )
    )


class ShareButtons:
    """Handles the buttons under the acknowledgement of an answer to a blind question."""

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Store whether an answer's text is shown at the reveal; its author alone decides."""
        async with self._unit_of_work() as work:
            answer = await work.answers.locked(invocation.action.subject)
            if answer is None or answer.state is AnswerState.WITHDRAWN:
                return Response(message=_NOT_YOURS)
            member = await work.teams.member(answer.team_id, invocation.caller.user)
            occurrence = await work.occurrences.get(answer.occurrence_id)
            if member is None or member.id != answer.member_id or occurrence is None:
                return Response(message=_NOT_YOURS)
            if occurrence.grades is not GradeMode.BLIND or is_closed(occurrence):
                return Response(message=_TOO_LATE)
            changed = replace(answer, shared=invocation.action.kind is ActionKind.SHARE)
            await work.answers.update(changed)
        return Response(message=_blind(occurrence, changed))
