"""The Appeal button under a grade, and the form behind it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.grade_message import format_score
from handlers.appeals.job import RECONSIDER, appeal_job
from handlers.appeals.record import Appeal, AppealState
from handlers.invocation import ActionInvocation, Caller, FormSubmission
from handlers.message import Message, OpenForm, Outcome, Response, TextField, say
from handlers.ports import Clock
from handlers.records import Answer, AnswerState
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.wording import legible
from questions.band import band_of
from questions.grading import Grade

FIELD: Final = "reason"
MAX_REASON: Final = 3_000

ACCEPTED: Final = say(
    "Thank you, I have your appeal. Your answer is read once more, if its grader can do that, and "
    "then a lead decides. I tell you in the thread."
)
_UNKNOWN: Final = say("I can't find that grade any more.")
_REGRADING: Final = say("You edited this answer, and it is being graded again. Look again soon.")
_NO_REASON: Final = say("Say in a sentence or two what was judged wrongly, then send it again.")
_AGAIN: Final = say("Your earlier appeal was decided just now. To appeal again, send it again.")
_ALREADY: Final = {
    AppealState.OPEN: say("I have your appeal; your answer is being read once more just now."),
    AppealState.RECONSIDERED: say("I have your appeal; it waits for a lead's decision."),
}
# Makes an appeal's id from its form's: the same form sent twice is one appeal.
_NAMESPACE: Final = uuid.UUID("5c3b2f8e-8f0d-4a53-9f5e-0c1d6f2b7a41")


@dataclass(frozen=True)
class _Graded:
    answer: Answer
    grade: Grade


class AppealButton:
    """Takes appeals from the people whose answers were graded."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Open the form, for the answer's author."""
        answer_id = invocation.action.subject
        async with self._unit_of_work(read_only=True) as work:
            found = await _graded(work, answer_id, invocation.caller)
            if isinstance(found, Message):
                return Response(message=found)
            earlier = await work.appeals.undecided_of(answer_id)
        if earlier is not None:
            return Response(message=_ALREADY[earlier.state])
        score = found.grade.score
        return OpenForm(
            title="Appeal this grade",
            intro=say(
                f"Your grade: {format_score(score)}, {band_of(score).name}. Name the point that "
                "was judged wrongly and quote your own words for it: only what stands in your "
                "answer can count."
            ),
            fields=(
                TextField(
                    name=FIELD,
                    label="Why do you think the grade should change?",
                    placeholder="For example: I did give a reason for …, where I wrote “…”.",
                ),
            ),
            action=Action(ActionKind.APPEAL, answer_id),
        )

    async def sent(self, submission: FormSubmission) -> Response:
        """Store the appeal and have the answer read once more, in one transaction."""
        reason = legible(submission.values.get(FIELD, ""))
        if not any(ch.isalnum() for ch in reason):
            return Response(message=_NO_REASON, accepted=False, field=FIELD)
        if len(reason) > MAX_REASON:
            too_long = say(f"That is longer than {MAX_REASON:,} characters; please shorten it.")
            return Response(message=too_long, accepted=False, field=FIELD)
        answer_id = submission.action.subject
        async with self._unit_of_work() as work:
            found = await _graded(work, answer_id, submission.caller)
            if isinstance(found, Message):
                return Response(message=found, accepted=False)
            appeal = Appeal(
                id=uuid.uuid5(_NAMESPACE, f"{answer_id}/{submission.id}").hex,
                team_id=found.answer.team_id,
                answer_id=answer_id,
                member_id=found.answer.member_id,
                reason=reason,
                first_score=found.grade.score,
                created_at=self._clock.now(),
            )
            if await work.appeals.add(appeal):
                await work.enqueue(appeal_job(RECONSIDER, appeal.id, found.answer))
            elif await work.appeals.get(appeal.id) is None:
                earlier = await work.appeals.undecided_of(answer_id)
                known = _ALREADY[earlier.state] if earlier else _AGAIN
                return Response(message=known, accepted=False)
        return Response(message=ACCEPTED)


async def _graded(work: UnitOfWork, answer_id: str, caller: Caller) -> _Graded | Message:
    """Return the caller's own answer with its newest grade, or what to tell them instead."""
    answer = await work.answers.get(answer_id)
    grade = None if answer is None else await work.answers.grade(answer_id)
    if answer is None or grade is None:
        return _UNKNOWN
    if answer.state is AnswerState.PENDING:
        return _REGRADING
    member = await work.teams.member(answer.team_id, caller.user)
    if member is None or member.id != answer.member_id:
        name = await work.answers.member_name(answer)
        return say(
            f"This is {name}'s grade, so the appeal is {name}'s to make. If you see it "
            "differently, tell them in the thread."
        )
    return _Graded(answer, grade)
