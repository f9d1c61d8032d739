"""A dispatcher for adapter tests: keeps what came in and answers what it was told to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from handlers.command import Choice, Command, Option
from handlers.dispatch import NotStored, Reception
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
from handlers.message import Message, Outcome, Response, say

COMMANDS = (
    Command(
        name="today",
        description="Show today's question",
        options=(
            Option(
                name="role",
                description="Which role",
                choices=(
                    Choice(value="ai-engineer", label="AI Engineer"),
                    Choice(value="ml-engineer", label="ML Engineer"),
                ),
            ),
        ),
    ),
    Command(
        name="answer",
        description="Answer the open question",
        options=(Option(name="text", description="Your answer", takes_rest=True),),
        opens_form=True,
    ),
    Command(name="help", description="List the commands"),
)


class FakeDispatcher:
    """Records every call; `outcome`, `response` and `reception` are what it answers."""

    def __init__(self) -> None:
        self.commands: tuple[Command, ...] = COMMANDS
        self.seen_commands: list[CommandInvocation] = []
        self.seen_actions: list[ActionInvocation] = []
        self.seen_forms: list[FormSubmission] = []
        self.seen_replies: list[IncomingReply] = []
        self.seen_edits: list[IncomingEdit] = []
        self.seen_deletions: list[IncomingDeletion] = []
        self.seen_visitors: list[Caller] = []
        self.seen_typing: list[Typing] = []
        self.completions: Sequence[Choice] = ()
        self.page = say("your page")
        self.outcome: Outcome = Response(message=say("done"))
        self.response = Response(message=say("received"))
        self.reception = Reception(stored=True)
        self.storage_is_down = False

    async def command(self, invocation: CommandInvocation) -> Outcome:
        self.seen_commands.append(invocation)
        return self.outcome

    async def complete(self, typing: Typing) -> Sequence[Choice]:
        self.seen_typing.append(typing)
        return self.completions

    async def action(self, invocation: ActionInvocation) -> Outcome:
        self.seen_actions.append(invocation)
        return self.outcome

    async def form(self, submission: FormSubmission) -> Response:
        self.seen_forms.append(submission)
        return self.response

    async def home(self, caller: Caller) -> Message:
        self.seen_visitors.append(caller)
        return self.page

    async def reply(self, reply: IncomingReply) -> Reception:
        if self.storage_is_down:
            raise NotStored
        self.seen_replies.append(reply)
        return self.reception

    async def edited(self, edit: IncomingEdit) -> None:
        if self.storage_is_down:
            raise NotStored
        self.seen_edits.append(edit)

    async def deleted(self, deletion: IncomingDeletion) -> None:
        if self.storage_is_down:
            raise NotStored
        self.seen_deletions.append(deletion)


class SlowDispatcher(FakeDispatcher):
    """Handles a command, a click, a form or a reply only once `finish` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = asyncio.Event()
        self.finish = asyncio.Event()

    async def command(self, invocation: CommandInvocation) -> Outcome:
        await self._wait()
        return await super().command(invocation)

    async def action(self, invocation: ActionInvocation) -> Outcome:
        await self._wait()
        return await super().action(invocation)

    async def form(self, submission: FormSubmission) -> Response:
        await self._wait()
        return await super().form(submission)

    async def reply(self, reply: IncomingReply) -> Reception:
        await self._wait()
        return await super().reply(reply)

    async def _wait(self) -> None:
        self.begun.set()
        await self.finish.wait()
