"""``/prep answer``, the Answer button and its form."""

from __future__ import annotations

import uuid
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.answers.audience import is_closed
from handlers.answers.submit import CLOSED, NO_QUESTION, AnswerIntake, Submission
from handlers.command import Command, Option
from handlers.feature import Feature
from handlers.invocation import ActionInvocation, CommandInvocation, FormSubmission
from handlers.message import OpenForm, Outcome, Response, TextField, say
from handlers.records import AnswerSource

COMMAND: Final = Command(
    name="answer",
    description="Answer the question that was posted last here",
    options=(Option(name="text", description="Your answer", takes_rest=True),),
    opens_form=True,
)

FIELD: Final = "answer"
ACCEPTED: Final = say("Got it. Your grade comes in the question's thread.")
_TOO_OLD: Final = say("That question is no longer open. Ask for today's with /prep today.")


class AnswerCommand:
    """Handles `COMMAND`, the Answer button and the form that both open."""

    def __init__(self, intake: AnswerIntake) -> None:
        self._intake = intake

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Take the answer that came with the command, or open the form."""
        occurrence = await self._intake.open_question(invocation.caller)
        if occurrence is None:
            return Response(message=NO_QUESTION)
        text = invocation.options.get("text")
        if text is None:
            return await self._form(occurrence.id)
        submission = Submission(
            caller=invocation.caller,
            text=text,
            source=AnswerSource.COMMAND,
            key=f"command:{invocation.id or uuid.uuid4().hex}",
        )
        reception = await self._intake.submit(submission, occurrence)
        return Response(message=reception.message or ACCEPTED)

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Open the form for the button's question."""
        return await self._form(invocation.action.subject)

    async def sent(self, submission: FormSubmission) -> Response:
        """Take the answer from a sent form."""
        found = await self._intake.question(submission.action.subject)
        if found is None:
            return Response(message=_TOO_OLD, accepted=False)
        occurrence, _ = found
        reception = await self._intake.submit(
            Submission(
                caller=submission.caller,
                text=submission.values.get(FIELD, ""),
                source=AnswerSource.FORM,
                key=f"form:{submission.id}",
            ),
            occurrence,
        )
        if reception.message is not None:
            return Response(message=reception.message, accepted=reception.stored, field=FIELD)
        return Response(message=ACCEPTED)

    async def _form(self, occurrence_id: str) -> Outcome:
        found = await self._intake.question(occurrence_id)
        if found is None:
            return Response(message=_TOO_OLD)
        occurrence, prompt = found
        if is_closed(occurrence):
            return Response(message=CLOSED)
        return OpenForm(
            title="Your answer",
            intro=prompt,
            fields=(
                TextField(
                    name=FIELD,
                    label="Your answer",
                    placeholder="Answer as you would in the interview.",
                ),
            ),
            action=Action(ActionKind.ANSWER, occurrence_id),
        )
