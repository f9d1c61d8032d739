"""The dispatcher: finds the handler, and turns everything that goes wrong into words."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from handlers.actions import ActionKind
from handlers.assistant.prompt import find_prompt
from handlers.command import (
    Choice,
    Command,
    Lookup,
    OptionKind,
    UsageError,
    check_choice,
    read_people_option,
    read_person_option,
    suggest,
)
from handlers.dispatch import NotStored, Reception
from handlers.feature import Feature
from handlers.invocation import (
    ActionInvocation,
    Caller,
    CommandInvocation,
    FormSubmission,
    IncomingDeletion,
    IncomingEdit,
    IncomingReply,
    Typing,
)
from handlers.message import Message, OpenForm, Outcome, Response, say
from handlers.storage import StorageUnavailable
from handlers.teams.membership import NoTeam

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")

Click = Callable[[ActionInvocation], Awaitable[Outcome]]
"""Handles a click on a button."""

LookUp = Callable[[Lookup, Typing, Sequence[Command]], Awaitable[Sequence[Choice]]]
"""Finds values for an option that is being typed; see `handlers.completion.complete`."""

_TRY_AGAIN = say("I can't reach my database just now, so nothing was stored. Please try again.")
_NO_TEAM = say(
    "I don't know your team yet. Use /prep once in a channel where your team practises, and "
    "then write to me here."
)
_MAY_NOT = say(
    "Only people who run this workspace, and those they named with /prep managers, may do that."
)
_OLD_BUTTON = say("That button comes from another release of mine and does nothing now.")


class Router:
    """See `handlers.dispatch.Dispatcher`.

    Args:
        features: commands with their handlers.
        clicks: handlers of buttons.
        forms: handlers of sent forms.
        show_home: returns somebody's own page.
        take_reply: takes in a reply.
        take_edit: takes in a changed message.
        take_deletion: takes in that a message is gone.
        may_manage: tells whether somebody may use commands that change settings.
        look_up: finds values for an option that is being typed.
    """

    def __init__(
        self,
        *,
        features: Sequence[Feature],
        clicks: Mapping[ActionKind, Click],
        forms: Mapping[ActionKind, Callable[[FormSubmission], Awaitable[Response]]],
        show_home: Callable[[Caller], Awaitable[Message]],
        take_reply: Callable[[IncomingReply], Awaitable[Reception]],
        take_edit: Callable[[IncomingEdit], Awaitable[None]],
        take_deletion: Callable[[IncomingDeletion], Awaitable[None]],
        may_manage: Callable[[Caller], Awaitable[bool]],
        look_up: LookUp,
    ) -> None:
        self._features = {feature.command.name: feature for feature in features}
        self._clicks = clicks
        self._forms = forms
        self._show_home = show_home
        self._take_reply = take_reply
        self._take_edit = take_edit
        self._take_deletion = take_deletion
        self._may_manage = may_manage
        self._look_up = look_up

    @property
    def commands(self) -> tuple[Command, ...]:
        """The declared commands."""
        return tuple(feature.command for feature in self._features.values())

    async def command(self, invocation: CommandInvocation) -> Outcome:
        """Handle a command."""
        return await self._guard(self._command(invocation), _as_response)

    async def complete(self, typing: Typing) -> Sequence[Choice]:
        """Return at most 25 values for an option that is being typed, the likeliest first.

        It is a courtesy: whatever goes wrong, nothing is offered.
        """
        feature = self._features.get(typing.command)
        options = () if feature is None else feature.command.options
        option = next((each for each in options if each.name == typing.option), None)
        if option is None or option.lookup is None:
            return ()
        try:
            return await self._look_up(option.lookup, typing, self.commands)
        except StorageUnavailable as error:
            _LOG.warning("nothing could be looked up: %s", error)
        except Exception as error:  # noqa: BLE001  (here the unforeseen is logged)
            _unforeseen(error)
        return ()

    async def action(self, invocation: ActionInvocation) -> Outcome:
        """Handle a click."""
        handle = self._clicks.get(invocation.action.kind)
        if handle is None:
            return Response(message=_OLD_BUTTON)
        return await self._guard(self._action(handle, invocation), _as_response)

    async def form(self, submission: FormSubmission) -> Response:
        """Handle a sent form."""
        handle = self._forms.get(submission.action.kind)
        if handle is None:
            return _as_response(_OLD_BUTTON)
        return await self._guard(handle(submission), _as_response)

    async def home(self, caller: Caller) -> Message:
        """Return somebody's own page."""
        return await self._guard(self._show_home(caller), _itself)

    async def reply(self, reply: IncomingReply) -> Reception:
        """Take in a reply.

        Raises:
            NotStored: storage is down; the platform must deliver it again.
        """
        prompt = find_prompt(reply.text) if reply.caller.is_direct else None
        if prompt is not None:
            asked = CommandInvocation(
                caller=reply.caller, name=prompt.command, id=f"message:{reply.message.pack()}"
            )
            outcome = await self.command(asked)
            if isinstance(outcome, Response):
                return Reception(stored=False, message=outcome.message)
        try:
            return await self._take_reply(reply)
        except NotStored:
            raise
        except NoTeam:
            return Reception(stored=False, message=_NO_TEAM)
        except StorageUnavailable as error:
            _LOG.warning("a reply was not stored and must be delivered again: %s", error)
            raise NotStored from error
        except Exception as error:  # noqa: BLE001  (here the unforeseen becomes words)
            return Reception(stored=False, message=_unforeseen(error))

    async def edited(self, edit: IncomingEdit) -> None:
        """Take in that somebody changed their message.

        Raises:
            NotStored: storage is down; the platform must deliver it again.
        """
        await self._take_quietly(self._take_edit(edit))

    async def deleted(self, deletion: IncomingDeletion) -> None:
        """Take in that a message is gone.

        Raises:
            NotStored: storage is down; the platform must deliver it again.
        """
        await self._take_quietly(self._take_deletion(deletion))

    async def _take_quietly(self, taking: Awaitable[None]) -> None:
        try:
            await taking
        except NotStored:
            raise
        except NoTeam:
            return
        except StorageUnavailable as error:
            _LOG.warning("a change was not stored and must be delivered again: %s", error)
            raise NotStored from error
        except Exception as error:  # noqa: BLE001  (here the unforeseen is logged)
            _unforeseen(error)

    async def _command(self, invocation: CommandInvocation) -> Outcome:
        feature = self._features.get(invocation.name)
        if feature is None:
            raise UsageError(
                f"There is no command “{invocation.name}”. "
                f"{suggest(invocation.name, list(self._features))}"
            )
        if feature.command.manages and not await self._may_manage(invocation.caller):
            return Response(message=_MAY_NOT)
        options = dict(invocation.options)
        for option in feature.command.options:
            if option.name in options:
                options[option.name] = check_choice(option, options[option.name])
                if option.kind is OptionKind.PERSON:
                    read = read_people_option if option.groups else read_person_option
                    read(options[option.name])
        outcome = await feature.handle(replace(invocation, options=options))
        return _declared(outcome, opens_form=feature.command.opens_form)

    async def _action(self, handle: Click, invocation: ActionInvocation) -> Outcome:
        return _declared(await handle(invocation), opens_form=invocation.action.kind.opens_form)

    async def _guard(self, handling: Awaitable[_T], as_outcome: Callable[[Message], _T]) -> _T:
        try:
            return await handling
        except UsageError as error:
            return as_outcome(say(str(error)))
        except NoTeam:
            return as_outcome(_NO_TEAM)
        except StorageUnavailable as error:
            _LOG.warning("a call could not be stored: %s", error)
            return as_outcome(_TRY_AGAIN)
        except Exception as error:  # noqa: BLE001  (here the unforeseen becomes words)
            return as_outcome(_unforeseen(error))


def _declared(outcome: Outcome, *, opens_form: bool) -> Outcome:
    """Return the outcome of something that says whether it may open a form.

    Raises:
        RuntimeError: it opened one undeclared; a platform that had to answer at once could not.
    """
    if isinstance(outcome, OpenForm) and not opens_form:
        raise RuntimeError(f"“{outcome.title}” was opened by what declares no form")
    return outcome


def _itself(message: Message) -> Message:
    return message


def _as_response(message: Message) -> Response:
    return Response(message=message, accepted=False)


def _unforeseen(error: Exception) -> Message:
    error_id = secrets.token_hex(4)
    _LOG.error("unforeseen error %s", error_id, exc_info=error)
    return say(
        f"Something went wrong on my side. Please try again; if it happens again, tell whoever "
        f"runs me this number: {error_id}."
    )
