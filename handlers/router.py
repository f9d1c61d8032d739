"""The dispatcher: finds the handler, and turns everything that goes wrong into words."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from handlers.actions import ActionKind
from handlers.command import Command, UsageError, check_choice, suggest
from handlers.dispatch import NotStored, Reception
from handlers.feature import Feature
from handlers.invocation import (
    ActionInvocation,
    CommandInvocation,
    FormSubmission,
    IncomingReply,
)
from handlers.message import Message, Outcome, Response, say
from handlers.storage import StorageUnavailable
from handlers.teams.membership import NoTeam

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")

_TRY_AGAIN = say("I can't reach my database just now, so nothing was stored. Please try again.")
_NO_TEAM = say(
    "I don't know your team yet. Use /prep once in a channel where your team practises, and "
    "then write to me here."
)
_MAY_NOT = say("Only people who manage this channel may do that.")
_OLD_BUTTON = say("That button comes from another release of mine and does nothing now.")


class Router:
    """See `handlers.dispatch.Dispatcher`.

    Args:
        features: commands with their handlers.
        clicks: handlers of buttons.
        forms: handlers of sent forms.
        take_reply: takes in a reply.
    """

    def __init__(
        self,
        *,
        features: Sequence[Feature],
        clicks: Mapping[ActionKind, Callable[[ActionInvocation], Awaitable[Outcome]]],
        forms: Mapping[ActionKind, Callable[[FormSubmission], Awaitable[Response]]],
        take_reply: Callable[[IncomingReply], Awaitable[Reception]],
    ) -> None:
        self._features = {feature.command.name: feature for feature in features}
        self._clicks = clicks
        self._forms = forms
        self._take_reply = take_reply

    @property
    def commands(self) -> tuple[Command, ...]:
        """The declared commands."""
        return tuple(feature.command for feature in self._features.values())

    async def command(self, invocation: CommandInvocation) -> Outcome:
        """Handle a command."""
        return await self._guard(self._command(invocation), _as_response)

    async def action(self, invocation: ActionInvocation) -> Outcome:
        """Handle a click."""
        handle = self._clicks.get(invocation.action.kind)
        if handle is None:
            return Response(message=_OLD_BUTTON)
        return await self._guard(handle(invocation), _as_response)

    async def form(self, submission: FormSubmission) -> Response:
        """Handle a sent form."""
        handle = self._forms.get(submission.action.kind)
        if handle is None:
            return _as_response(_OLD_BUTTON)
        return await self._guard(handle(submission), _as_response)

    async def reply(self, reply: IncomingReply) -> Reception:
        """Take in a reply.

        Raises:
            NotStored: storage is down; the platform must deliver it again.
        """
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

    async def _command(self, invocation: CommandInvocation) -> Outcome:
        feature = self._features.get(invocation.name)
        if feature is None:
            raise UsageError(
                f"There is no command “{invocation.name}”. "
                f"{suggest(invocation.name, list(self._features))}"
            )
        if feature.command.manages and not invocation.caller.may_manage:
            return Response(message=_MAY_NOT)
        options = dict(invocation.options)
        for option in feature.command.options:
            if option.name in options:
                options[option.name] = check_choice(option, options[option.name])
        return await feature.handle(replace(invocation, options=options))

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


def _as_response(message: Message) -> Response:
    return Response(message=message, accepted=False)


def _unforeseen(error: Exception) -> Message:
    error_id = secrets.token_hex(4)
    _LOG.error("unforeseen error %s", error_id, exc_info=error)
    return say(
        f"Something went wrong on my side. Please try again; if it happens again, tell whoever "
        f"runs me this number: {error_id}."
    )
