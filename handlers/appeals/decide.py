"""``/prep appeals`` and its buttons: a lead sees both readings and has the last word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.grade_message import format_score
from handlers.appeals.case import Case, read_case
from handlers.appeals.job import TELL_DECISION, appeal_job
from handlers.appeals.message import list_message, override_intro
from handlers.appeals.record import Appeal, AppealState
from handlers.appeals.score import NotAScore, parse_score
from handlers.command import Command
from handlers.feature import Feature
from handlers.invocation import ActionInvocation, Caller, CommandInvocation, FormSubmission
from handlers.leaderboard.entry import put_points
from handlers.message import Message, OpenForm, Outcome, Response, TextField, say
from handlers.offers.decide import let_go
from handlers.offers.rule import is_good_enough
from handlers.ports import Clock
from handlers.records import Member
from handlers.reviews.note import note_answer
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join
from handlers.teams.permission import may_lead
from handlers.wording import legible
from questions.grading import Grade, Usage

COMMAND: Final = Command(
    name="appeals",
    description="List the appeals against grades, to uphold or override each (for leads)",
)

SCORE: Final = "score"
REASON: Final = "reason"
MAX_REASON: Final = 2_000

_NOT_A_LEAD: Final = say(
    "Only people who run this workspace, and those they named with /prep managers, decide on "
    "appeals."
)
_NOT_HERE: Final = say(
    "Here I can't tell who leads your team. Use /prep appeals in a channel of your server."
)
_UNKNOWN: Final = say("I can't find that appeal any more.")
_OWN: Final = say("This appeal is your own, so somebody else decides on it.")
_STILL_READ: Final = say("That answer is being read once more just now. Please look again soon.")
_NO_REASON: Final = say("Say why, too: the person reads it beside the new score.")


@dataclass(frozen=True)
class _Hearing:
    """A case that the lead may decide now."""

    lead: Member
    case: Case


class AppealsCommand:
    """Handles `COMMAND`, the buttons in its list, and the form behind one of them."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """List the appeals that wait for a decision."""
        async with self._unit_of_work() as work:
            refused = await _refuse(work, invocation.caller)
            if refused is not None:
                return Response(message=refused)
            membership = await join(work, invocation.caller)
            undecided = await work.appeals.undecided(membership.team.id)
            waiting = [a for a in undecided if a.state is AppealState.RECONSIDERED]
            cases = [await read_case(work, appeal) for appeal in waiting]
        message = list_message(
            [case for case in cases if case is not None],
            reading=len(undecided) - len(waiting),
            own_id=membership.member.id,
        )
        return Response(message=message)

    async def uphold(self, invocation: ActionInvocation) -> Outcome:
        """Leave the grade as it is."""
        async with self._unit_of_work() as work:
            heard = await _hear(work, invocation.caller, invocation.action.subject)
            if isinstance(heard, Response):
                return heard
            upheld = replace(heard.case.appeal, state=AppealState.UPHELD, decided_by=heard.lead.id)
            if not await _decide(work, heard.case, upheld):
                return await _overtaken(work, heard)
        return Response(message=say(f"Done: {_result(upheld)}. {heard.case.name} is told so."))

    async def override(self, invocation: ActionInvocation) -> Outcome:
        """Open the form for another score."""
        async with self._unit_of_work() as work:
            heard = await _hear(work, invocation.caller, invocation.action.subject)
        if isinstance(heard, Response):
            return heard
        return OpenForm(
            title="Override this grade",
            intro=override_intro(heard.case),
            fields=(
                TextField(name=SCORE, label="Score, 0 to 5", placeholder="For example 3.5"),
                TextField(
                    name=REASON,
                    label=f"Why? {heard.case.name} reads this."[:45],
                    placeholder="Name the words that earn it.",
                ),
            ),
            action=Action(ActionKind.OVERRIDE, heard.case.appeal.id),
            submit_label="Override",
        )

    async def overridden(self, submission: FormSubmission) -> Response:
        """Append the lead's grade to the ledger and count its points, in one transaction."""
        async with self._unit_of_work() as work:
            heard = await _hear(work, submission.caller, submission.action.subject)
            if isinstance(heard, Response):
                return heard
            case = heard.case
            try:
                score = _new_score(submission.values.get(SCORE, ""), case)
            except NotAScore as error:
                return Response(message=say(str(error)), accepted=False, field=SCORE)
            reason = legible(submission.values.get(REASON, ""))
            if not any(ch.isalnum() for ch in reason):
                return Response(message=_NO_REASON, accepted=False, field=REASON)
            if len(reason) > MAX_REASON:
                text = f"The reason is longer than {MAX_REASON:,} characters; please shorten it."
                return Response(message=say(text), accepted=False, field=REASON)
            decided = replace(
                case.appeal,
                state=AppealState.OVERRIDDEN,
                decided_by=heard.lead.id,
                decided_score=score,
                decision_reason=reason,
            )
            if not await _decide(work, case, decided):
                return await _overtaken(work, heard)
            overridden = _override(case.grade, score, heard.lead)
            await work.answers.add_grade(case.answer, overridden)
            await put_points(work, case.answer, case.question, score)
            await note_answer(work, case.answer, case.question, overridden)
            if not is_good_enough(score):
                await let_go(work, case.answer.id, self._clock.now())
        return Response(message=say(f"Done: {_result(decided)}. {case.name} is told why."))


async def _refuse(work: UnitOfWork, caller: Caller) -> Message | None:
    """Return why the caller may not decide here, or ``None``."""
    if await may_lead(work, caller):
        return None
    return _NOT_HERE if caller.workspace is None else _NOT_A_LEAD


async def _hear(work: UnitOfWork, caller: Caller, appeal_id: str) -> _Hearing | Response:
    """Return the case for a lead of its team, or what to tell them instead.

    A list stands in a chat for ever, so whoever presses its buttons is looked at anew.
    """
    refused = await _refuse(work, caller)
    if refused is not None:
        return _not_taken(refused)
    lead = await join(work, caller)
    case = await read_case(work, await work.appeals.get(appeal_id))
    if case is None or case.appeal.team_id != lead.team.id:
        return _not_taken(_UNKNOWN)
    if case.appeal.member_id == lead.member.id:
        return _not_taken(_OWN)
    if case.appeal.state is AppealState.OPEN:
        return _not_taken(_STILL_READ)
    if case.appeal.state.is_decided:
        return _decided_already(case.appeal, lead.member)
    return _Hearing(lead.member, case)


async def _decide(work: UnitOfWork, case: Case, decided: Appeal) -> bool:
    """Store a decision and have the person told; ``False`` where another lead was faster."""
    if not await work.appeals.advance(decided, since=AppealState.RECONSIDERED):
        return False
    await work.enqueue(appeal_job(TELL_DECISION, decided.id, case.answer))
    return True


async def _overtaken(work: UnitOfWork, heard: _Hearing) -> Response:
    stored = await work.appeals.get(heard.case.appeal.id)
    return _not_taken(_UNKNOWN) if stored is None else _decided_already(stored, heard.lead)


def _decided_already(appeal: Appeal, lead: Member) -> Response:
    """Return that there is nothing left to decide; a form that was sent twice was taken once."""
    is_own = appeal.decided_by == lead.id
    who = "you" if is_own else appeal.decider
    return Response(message=say(f"Decided already, by {who}: {_result(appeal)}."), accepted=is_own)


def _not_taken(message: Message) -> Response:
    return Response(message=message, accepted=False)


def _result(appeal: Appeal) -> str:
    before = format_score(appeal.first_score)
    if appeal.decided_score is None:
        return f"{before} stands"
    return f"{format_score(appeal.decided_score)} instead of {before}"


def _new_score(typed: str, case: Case) -> float:
    score = parse_score(typed)
    if score == case.grade.score:
        raise NotAScore(
            f"{format_score(score)} is the score it has: give another one, or press Uphold."
        )
    return score


def _override(grade: Grade, score: float, lead: Member) -> Grade:
    """Return the lead's grade: another score on the same verdicts, sure and free of charge."""
    return grade.model_copy(
        update={
            "score": score,
            "grader": f"lead: {lead.name}",
            "is_estimate": False,
            "low_confidence": False,
            "usage": Usage(),
        }
    )
