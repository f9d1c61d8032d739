"""The one door for everything that comes in: authorise, handle, map errors to words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.command import Choice, Command
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
from handlers.message import Message, Outcome, Response


class NotStored(Exception):
    """The reply could not be stored: do not acknowledge it, so that it is delivered again."""


@dataclass(frozen=True, kw_only=True)
class Reception:
    """What became of a reply.

    Attributes:
        stored: whether it is now (or was already) an answer to a question of ours.
        message: something to tell the person at once, in the thread or conversation: a refusal,
            or what to do. ``None`` where a reaction is enough or it is none of our business.
    """

    stored: bool
    message: Message | None = None


class Dispatcher(Protocol):
    """What a platform adapter calls.

    Only `reply`, `edited` and `deleted` raise, and only `NotStored`.
    """

    @property
    def commands(self) -> tuple[Command, ...]:
        """The declared commands."""

    async def command(self, invocation: CommandInvocation) -> Outcome:
        """Handle a command."""

    async def complete(self, typing: Typing) -> Sequence[Choice]:
        """Return at most 25 values for an option that is being typed, the likeliest first."""

    async def action(self, invocation: ActionInvocation) -> Outcome:
        """Handle a click."""

    async def form(self, submission: FormSubmission) -> Response:
        """Handle a sent form."""

    async def home(self, caller: Caller) -> Message:
        """Return somebody's own page: today's questions, their progress, what comes next."""

    async def reply(self, reply: IncomingReply) -> Reception:
        """Take in a reply.

        Raises:
            NotStored: storage is down; the platform must deliver it again.
        """

    async def edited(self, edit: IncomingEdit) -> None:
        """Take in that somebody changed their message; what there is to say comes by a job.

        Raises:
            NotStored: storage is down; the platform must deliver it again.
        """

    async def deleted(self, deletion: IncomingDeletion) -> None:
        """Take in that a message is gone.

        Raises:
            NotStored: storage is down; the platform must deliver it again.
        """
