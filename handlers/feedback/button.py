"""The feedback buttons under a grade; a thumbs down is a way into an appeal."""

from __future__ import annotations

from typing import Final

from handlers.actions import Action, ActionKind
from handlers.feedback.record import Press
from handlers.invocation import ActionInvocation
from handlers.message import Button, Buttons, Feedback, Message, Outcome, Response, Text, line, say
from handlers.ports import Clock
from handlers.storage import UnitOfWorkFactory
from handlers.teams.membership import join

THANKS: Final = say("Thank you, noted. Press the other one if you change your mind.")
_UNKNOWN: Final = say("I can't find that grade any more.")
_SORRY: Final = (
    "Thank you, noted. If the grade itself is wrong, appeal: your answer is read once more, and "
    "then a lead decides."
)


def feedback_on(answer_id: str, number: int) -> Feedback:
    """Return the buttons for one of an answer's grades.

    Args:
        answer_id: the answer.
        number: which of its grades, from 1.
    """
    subject = f"{answer_id}-{number}"
    return Feedback(
        helpful=Action(ActionKind.HELPFUL, subject), unhelpful=Action(ActionKind.UNHELPFUL, subject)
    )


class FeedbackButtons:
    """Keeps what people say about grades; each one's last word counts."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Store the press; the author of a grade that is no use is told about appeals."""
        answer_id, _, number = invocation.action.subject.rpartition("-")
        if not number.isdecimal():
            return Response(message=_UNKNOWN)
        helpful = invocation.action.kind is ActionKind.HELPFUL
        async with self._unit_of_work() as work:
            answer = await work.answers.get(answer_id)
            grade = await work.feedback.grade(answer_id, int(number))
            membership = await join(work, invocation.caller)
            # A forwarded message must not let another team speak about this one's grades.
            if answer is None or grade is None or answer.team_id != membership.team.id:
                return Response(message=_UNKNOWN)
            await work.feedback.put(
                Press(
                    team_id=answer.team_id,
                    answer_id=answer_id,
                    number=int(number),
                    member_id=membership.member.id,
                    prompt_version=grade.usage.prompt_version or grade.grader,
                    helpful=helpful,
                    pressed_at=self._clock.now(),
                )
            )
        if helpful or membership.member.id != answer.member_id:
            return Response(message=THANKS)
        appeal = Button("Appeal", Action(ActionKind.APPEAL, answer_id))
        return Response(message=Message(blocks=(Text(line(_SORRY)), Buttons((appeal,)))))
