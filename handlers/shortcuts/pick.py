"""The shortcuts "Answer today's question" and "Grade this answer", and the form behind both."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.audience import is_closed
from handlers.answers.command import ACCEPTED, FIELD
from handlers.answers.submit import AnswerIntake, Submission
from handlers.channels.sight import Sight
from handlers.invocation import ActionInvocation, Caller, FormSubmission, PointedMessage
from handlers.message import (
    Message,
    OpenForm,
    Outcome,
    Response,
    SelectField,
    TextField,
    code,
    say,
)
from handlers.ports import Clock
from handlers.records import AnswerSource, GradeMode, Occurrence
from handlers.storage import UnitOfWorkFactory
from handlers.teams.membership import join
from questions.question import Question

QUESTION: Final = "question"
# What the smallest form holds: more would be cut without anybody noticing.
MAX_TEXT: Final = 3000
_RECENT: Final = timedelta(days=7)
_MOST: Final = 25

NO_QUESTION: Final = say(
    "There is no open question yet. Ask for one in a channel with ", code("/prep today"), "."
)
_NOT_YOURS: Final = say(
    "That message isn't yours, so it is not mine to grade: its author can use the same shortcut."
)
_MINE: Final = say("That message is no answer of a person's.")
_ALREADY: Final = say("I have that answer already; its grade stands with its question.")
_TOO_LONG: Final = say(
    f"That message is longer than {MAX_TEXT:,} characters, which no form holds. Reply with it to "
    "the question itself."
)
_UNKNOWN: Final = say("That question is no longer open. Pick another one.")


@dataclass(frozen=True)
class _Open:
    """A question that may be answered now."""

    occurrence: Occurrence
    question: Question


class Shortcuts:
    """Finds out which question is meant, and asks where that isn't plain.

    Args:
        unit_of_work: opens transactions.
        clock: what tells the time.
        intake: takes answers in.
        sight: tells which channels somebody sees; what is asked in others is not offered.
        open_form: opens the form of one question, as its Answer button does.
        send_form: takes that form in.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        intake: AnswerIntake,
        sight: Sight,
        *,
        open_form: Callable[[ActionInvocation], Awaitable[Outcome]],
        send_form: Callable[[FormSubmission], Awaitable[Response]],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._intake = intake
        self._sight = sight
        self._open_form = open_form
        self._send_form = send_form

    async def answer_today(self, invocation: ActionInvocation) -> Outcome:
        """Open a form for the newest questions."""
        return await self._form(invocation)

    async def grade_this(self, invocation: ActionInvocation) -> Outcome:
        """Take a message as an answer: to its thread's question, or to one that is picked."""
        about = invocation.about
        if about is None or about.author != invocation.caller.user:
            machines = about is None or about.author is None
            return Response(message=_MINE if machines else _NOT_YOURS)
        thread = about.message.thread
        async with self._unit_of_work(read_only=True) as work:
            known = await work.answers.by_key(f"message:{about.message.pack()}")
            asked = None if thread is None else await work.occurrences.of_thread(thread)
        if known is not None:
            return Response(message=_ALREADY)
        if asked is not None and asked.grades is not GradeMode.BLIND:
            return await self._take(invocation.caller, about, asked)
        if len(about.text) > MAX_TEXT:
            return Response(message=_TOO_LONG)
        if asked is None:
            return await self._form(invocation, text=about.text)
        # Blind: what stands in the open, for all to copy, is not graded as it stands.
        action = Action(ActionKind.ANSWER, asked.id)
        return _filled(await self._open_form(replace(invocation, action=action)), about.text)

    async def picked(self, submission: FormSubmission) -> Response:
        """Hand the form on as the picked question's own."""
        chosen = submission.values.get(QUESTION, "")
        open_ = await self._open(submission.caller)
        if all(o.occurrence.id != chosen for o in open_):
            return Response(message=_UNKNOWN, accepted=False, field=QUESTION)
        return await self._send_form(replace(submission, action=Action(ActionKind.ANSWER, chosen)))

    async def _take(self, caller: Caller, about: PointedMessage, asked: Occurrence) -> Response:
        reception = await self._intake.submit(
            Submission(
                caller=caller,
                text=about.text,
                source=AnswerSource.SHORTCUT,
                key=f"message:{about.message.pack()}",
                message=about.message,
                show_in=about.message.thread,
            ),
            asked,
        )
        return Response(message=reception.message or ACCEPTED)

    async def _form(self, invocation: ActionInvocation, *, text: str = "") -> Outcome:
        open_ = await self._open(invocation.caller)
        if not open_:
            return Response(message=NO_QUESTION)
        first = Action(ActionKind.ANSWER, open_[0].occurrence.id)
        form = _filled(await self._open_form(replace(invocation, action=first)), text)
        if not isinstance(form, OpenForm) or len(open_) == 1:
            return form
        return _with_choice(form, open_)

    async def _open(self, caller: Caller) -> list[_Open]:
        """Return what the caller may answer: this channel's questions first, then the newest."""
        async with self._unit_of_work() as work:
            team = (await join(work, caller)).team
            recent = await work.home.questions(team.id, self._clock.now() - _RECENT)
        visible = await self._sight.visible(caller, {o.channel for o in recent})
        newest_first = [o for o in recent if not is_closed(o) and o.channel in visible][::-1]
        nearest = sorted(newest_first, key=lambda o: o.channel != caller.channel)
        found = []
        async with self._unit_of_work(read_only=True) as work:
            for occurrence in nearest[:_MOST]:
                question = await work.questions.get(
                    team.id, occurrence.question_id or "", occurrence.question_version
                )
                if question is not None:
                    found.append(_Open(occurrence, question))
        return found


def _filled(outcome: Outcome, text: str) -> Outcome:
    """Return the answer's form with a text in it."""
    if not isinstance(outcome, OpenForm) or not text:
        return outcome
    fields = tuple(
        replace(field, initial=text)
        if isinstance(field, TextField) and field.name == FIELD
        else field
        for field in outcome.fields
    )
    return replace(outcome, fields=fields)


def _with_choice(form: OpenForm, open_: Sequence[_Open]) -> OpenForm:
    choice = SelectField(
        name=QUESTION,
        label="Which question?",
        options=tuple((o.occurrence.id, _label(o)) for o in open_),
        initial=open_[0].occurrence.id,
    )
    intro: Message = say("Pick the question, then send your answer.")
    return replace(form, intro=intro, fields=(choice, *form.fields), action=Action(ActionKind.PICK))


def _label(open_: _Open) -> str:
    return f"{open_.occurrence.local_date:%d %b}: {open_.question.title}"
