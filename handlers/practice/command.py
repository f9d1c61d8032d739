"""``/prep practice``: begins an interview, asks what is wanted, or steers the one under way."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Final

from handlers.actions import Action, ActionKind
from handlers.command import Choice, Command, Option
from handlers.delivery import Deliverer
from handlers.feature import Feature
from handlers.invocation import ActionInvocation, Caller, CommandInvocation, FormSubmission
from handlers.message import (
    Button,
    Buttons,
    ButtonStyle,
    Message,
    OpenForm,
    Outcome,
    Response,
    SelectField,
    Text,
    TextField,
    code,
    line,
    say,
)
from handlers.ports import Clock, DeliveryFailed, TargetGone
from handlers.practice.begin import DEFAULT_LENGTH, Wish, begin
from handlers.practice.controls import PracticeControls
from handlers.practice.message import status_message
from handlers.practice.record import MAX_LENGTH, MIN_LENGTH, Level, Mode
from handlers.practice.step import Ended
from handlers.practice.talk import Control
from handlers.refs import ChannelRef, Platform, ThreadRef
from handlers.roles import ROLE, ROLE_CHOICES
from handlers.storage import UnitOfWorkFactory
from handlers.teams.membership import join
from questions.role import Role

_LENGTHS: Final = range(MIN_LENGTH, MAX_LENGTH + 1)
_STEERING: Final = (Control.PAUSE, Control.RESUME, Control.RESTART, Control.QUIT)
COMMAND: Final = Command(
    name="practice",
    description="A mock interview by direct message, for yourself alone",
    options=(
        ROLE,
        Option(
            name="level",
            description="The level that you interview for",
            choices=(
                Choice(value=Level.JUNIOR, label="Junior"),
                Choice(value=Level.INTERMEDIATE, label="Intermediate", aliases=("mid",)),
                Choice(value=Level.SENIOR, label="Senior", aliases=("lead",)),
            ),
        ),
        Option(
            name="length",
            description="How many questions, 1 to 8",
            choices=tuple(Choice(value=str(n), label=str(n)) for n in _LENGTHS),
        ),
        Option(
            name="mode",
            description="study: hints and grades as you go; real: neither, with time boxes",
            choices=(
                Choice(value=Mode.STUDY, label="Study"),
                Choice(value=Mode.REAL, label="Real", aliases=("interview",)),
            ),
        ),
        Option(
            name="do",
            description="What to do with the interview that is under way",
            choices=tuple(Choice(value=each, label=each.capitalize()) for each in _STEERING),
        ),
        Option(
            name="background",
            description="A job description or your CV, as text",
            takes_rest=True,
        ),
    ),
    opens_form=True,
)
_BEGINS: Final = say("Your interview begins.")
_BEGINS_IN_PRIVATE: Final = say(
    "I have written to you in a direct message. Nobody here sees anything of it."
)
_UNWRITABLE: Final = say(
    "I can't write to you: allow direct messages from me, then call ", code("/prep practice"), "."
)
_NOT_NOW: Final = say("I couldn't open our direct message just now. Please try once more.")
_TYPED: Final = Message(
    blocks=(
        Text(
            line(
                "Which role? For example ",
                code("/prep practice ai-engineer senior 3 study"),
                ": the level is junior, intermediate or senior, then how many questions (1 to 8), "
                "then ",
                code("study"),
                " (hints, a grade after each answer) or ",
                code("real"),
                " (neither, and time boxes). A job description or CV may follow as text.",
            )
        ),
        Text(line("Roles: ", ", ".join(choice.value for choice in ROLE_CHOICES), ".")),
    )
)


class PracticeCommand:
    """Handles `COMMAND`, the button that means the same, and the form behind both.

    Args:
        unit_of_work: opens transactions.
        clock: what tells the time.
        deliverer: opens direct messages.
        controls: steers sessions.
        ended: told when a session has ended.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        deliverer: Deliverer,
        controls: PracticeControls,
        ended: Ended,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._deliverer = deliverer
        self._controls = controls
        self._ended = ended

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Begin what is asked for, ask for what is missing, or steer what is under way."""
        caller, options = invocation.caller, invocation.options
        key = f"command:{invocation.id or secrets.token_hex(8)}"
        if "do" in options:
            async with self._unit_of_work() as work:
                return Response(
                    message=await self._controls.steer(
                        work, caller.user, Control(options["do"]), key=key
                    )
                )
        if (status := await self._status(caller)) is not None:
            return Response(message=status)
        if "role" in options:
            return Response(message=await self._begin(caller, _wish(options), key))
        if caller.user.platform is Platform.CONSOLE:
            return Response(message=_TYPED)
        # A message that is taken for a command can't open a form: a button can.
        if invocation.id.startswith("message:"):
            return Response(message=_INVITATION)
        return _form(options)

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Open the form, unless an interview is under way."""
        status = await self._status(invocation.caller)
        return _form({}) if status is None else Response(message=status)

    async def sent(self, submission: FormSubmission) -> Response:
        """Begin what the form asks for."""
        if (status := await self._status(submission.caller)) is not None:
            return Response(message=status, accepted=False)
        key = f"form:{submission.id}"
        message = await self._begin(submission.caller, _wish(submission.values), key)
        return Response(message=message, accepted=message in {_BEGINS, _BEGINS_IN_PRIVATE})

    async def _status(self, caller: Caller) -> Message | None:
        async with self._unit_of_work(read_only=True) as work:
            if not await work.practice.has_open(caller.user):
                return None
        async with self._unit_of_work() as work:
            session = await work.practice.open_of(caller.user)
            turns = [] if session is None else await work.practice.turns(session.id)
        return None if session is None else status_message(session, tuple(turns))

    async def _begin(self, caller: Caller, wish: Wish, key: str) -> Message:
        try:
            place = await self._place(caller)
        except TargetGone:
            return _UNWRITABLE
        except DeliveryFailed:
            return _NOT_NOW
        async with self._unit_of_work() as work:
            who = await join(work, caller)
            if not await work.questions.cards(who.team.id, wish.role):
                return say(f"The bank has no question for {wish.role.title} yet.")
            session = await begin(
                work,
                caller,
                who,
                wish,
                place=place,
                key=key,
                now=self._clock.now(),
                ended=self._ended,
            )
            if session is None:
                session = await work.practice.open_of_member(who.member.id)
                if session is None:
                    return _BEGINS  # the same call once more, after its session has ended
                if session.user != caller.user:
                    return say("You have an interview under way on another platform.")
        return _BEGINS if caller.is_direct else _BEGINS_IN_PRIVATE

    async def _place(self, caller: Caller) -> ChannelRef | ThreadRef:
        """Return where to hold it: the assistant's thread that it was asked for in, else a DM."""
        if caller.is_direct and caller.thread is not None:
            return caller.thread
        return await self._deliverer.direct(caller.user)


_INVITATION: Final = Message(
    blocks=(
        Text(line("Gladly: a mock interview, here and for you alone.")),
        Buttons((Button("Set it up", Action(ActionKind.PRACTICE), ButtonStyle.PRIMARY),)),
    )
)


def _wish(values: Mapping[str, str]) -> Wish:
    """Read a command's options, or a form's fields: both have the same names."""
    length = values.get("length", "")
    return Wish(
        role=Role(values["role"]),
        level=Level(values.get("level") or Level.INTERMEDIATE),
        length=int(length) if length.isdecimal() else DEFAULT_LENGTH,
        mode=Mode(values.get("mode") or Mode.STUDY),
        background=values.get("background", ""),
    )


def _form(given: Mapping[str, str]) -> OpenForm:
    return OpenForm(
        title="Practise an interview",
        intro=say("A mock interview by direct message. Nobody else sees anything of it."),
        fields=(
            SelectField(
                name="role",
                label="For which role?",
                options=tuple((choice.value, choice.label) for choice in ROLE_CHOICES),
                initial=given.get("role", Role.AI_ENGINEER),
            ),
            SelectField(
                name="level",
                label="At which level?",
                options=tuple((level.value, level.value.capitalize()) for level in Level),
                initial=given.get("level", Level.INTERMEDIATE),
            ),
            SelectField(
                name="length",
                label="How many questions?",
                options=tuple((str(n), str(n)) for n in _LENGTHS),
                initial=given.get("length", str(DEFAULT_LENGTH)),
            ),
            SelectField(
                name="mode",
                label="How?",
                options=(
                    (Mode.STUDY.value, "Study: hints, a grade after each answer"),
                    (Mode.REAL.value, "Real: no hints, time boxes, grades at the end"),
                ),
                initial=given.get("mode", Mode.STUDY),
            ),
            TextField(
                name="background",
                label="Job description or CV (may stay empty)",
                placeholder="Paste it here, or send it as a file later.",
            ),
        ),
        action=Action(ActionKind.PRACTICE),
        submit_label="Begin",
    )
