"""The inbound half: everything from Slack goes to the dispatcher, and its answers back.

What this middleware returns is the acknowledgement, so a reply is stored before it; bolt's
own listeners for events would run after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Final, TypeVar

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.platforms.slack import change, form, parse, shortcut
from bot.platforms.slack.answer import Answers
from bot.platforms.slack.background import Background
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.markup import read
from bot.platforms.slack.parse import AnswerPlace
from bot.platforms.slack.payload import Payload, object_at, text_at
from bot.platforms.slack.people import People
from bot.platforms.slack.surface import Surfaces
from handlers.actions import UnknownAction
from handlers.command import UsageError
from handlers.dispatch import Dispatcher, NotStored, Reception
from handlers.help import correct
from handlers.invocation import (
    ActionInvocation,
    Caller,
    CommandInvocation,
    FormSubmission,
    IncomingDeletion,
    IncomingEdit,
    IncomingReply,
)
from handlers.message import Outcome, Response, say
from handlers.ports import DeliveryFailed

# Slack waits three seconds for its acknowledgement; a slower answer follows it.
_ANSWER_SECONDS: Final = 2.0
# Asked to slow down, it tries again; what is told much later helps nobody.
_TELLING_TRIES: Final = 3
_TELLING_SECONDS: Final = 60.0
_OLD_BUTTON: Final = "That button is from another version of me. Type /prep help to see what works."
_OLD_SHORTCUT: Final = "That shortcut is from another version of me: /prep help says what works."
_OLD_FORM: Final = "This form is from another version of me. Copy your text, then open it anew."

_Said = TypeVar(
    "_Said", CommandInvocation, ActionInvocation, FormSubmission, IncomingReply, IncomingEdit
)


class Door(AsyncMiddleware):
    """Takes every payload, whichever way bolt got it.

    Args:
        platform: speaks on Slack.
        dispatcher: where everything that comes in goes.
        own_user_id: the bot's account, whose messages are no replies.
        background: keeps the work that outlasts an acknowledgement.
    """

    def __init__(
        self,
        platform: SlackPlatform,
        dispatcher: Dispatcher,
        *,
        own_user_id: str,
        background: Background,
    ) -> None:
        self._platform = platform
        self._dispatcher = dispatcher
        self._own_user_id = own_user_id
        self._background = background
        self._answers = Answers(platform)
        self._surfaces = Surfaces(platform, dispatcher)
        self._people = People(platform.web)
        self._posting = asyncio.Lock()

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - bolt passes its arguments by these names
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002
    ) -> BoltResponse:
        """Handle one payload; a status other than 200 leaves it unacknowledged."""
        body: Payload = req.body
        match text_at(body, "type"):
            case "event_callback":
                return await self._take_event(body)
            case "block_actions":
                await self._take_click(body)
            case "shortcut" | "message_action":
                await self._take_shortcut(body)
            case "view_submission":
                return await self._take_form(body)
            case _ if text_at(body, "command"):
                await self._take_command(body)
        return BoltResponse(status=200)

    async def take_reply(self, reply: IncomingReply) -> bool:
        """Store a reply; what the person must know of it follows.

        Returns:
            Whether it is now, or was already, an answer.

        Raises:
            NotStored: storage is down; Slack must deliver it again.
        """
        reception = await self._dispatcher.reply(await self._introduce(reply))
        if reception.message is not None:
            self._background.spawn(self._tell(reply, reception))
        return reception.stored

    async def take_edit(self, edit: IncomingEdit) -> None:
        """Take in that somebody changed their message.

        Raises:
            NotStored: storage is down; Slack must deliver it again.
        """
        await self._dispatcher.edited(await self._introduce(edit))

    async def take_deletion(self, deletion: IncomingDeletion) -> None:
        """Take in that a message is gone.

        Raises:
            NotStored: storage is down; Slack must deliver it again.
        """
        await self._dispatcher.deleted(deletion)

    async def _take_event(self, body: Payload) -> BoltResponse:
        event = object_at(body, "event")
        match text_at(event, "type"):
            case "message":
                try:
                    await self._take_message(event, text_at(body, "team_id"))
                except NotStored:
                    return BoltResponse(status=503)
            case "app_home_opened" | "assistant_thread_started":
                if visitor := shortcut.parse_visitor(event, text_at(body, "team_id")):
                    await self._soon(self._welcome(event, visitor))
        return BoltResponse(status=200)

    async def _take_message(self, event: Payload, workspace_id: str) -> None:
        if reply := parse.parse_reply(event, workspace_id, self._own_user_id):
            await self.take_reply(reply)
        elif edit := change.parse_edit(event, workspace_id, self._own_user_id):
            await self.take_edit(edit)
        elif deletion := change.parse_deletion(event, workspace_id, self._own_user_id):
            await self.take_deletion(deletion)

    async def _welcome(self, event: Payload, visitor: Caller) -> None:
        if text_at(event, "type") == "assistant_thread_started":
            await self._surfaces.open_pane(visitor)
        else:
            await self._surfaces.open_home(event, await self._know(visitor))

    async def _take_command(self, body: Payload) -> None:
        place = parse.parse_command_place(body)
        try:
            invocation = parse.parse_command(body, self._dispatcher.commands)
        except UsageError as error:
            # A usage error's text is written for the person who typed.
            help_ = correct(read(text_at(body, "text")), error, self._dispatcher.commands)
            await self._soon(self._answers.give(place, Response(message=help_)))
            return
        await self._soon(self._handle(invocation, self._dispatcher.command, place))

    async def _take_click(self, body: Payload) -> None:
        place = parse.parse_click_place(body)
        try:
            invocation = parse.parse_click(body)
        except UnknownAction:
            await self._soon(self._answers.give(place, Response(message=say(_OLD_BUTTON))))
            return
        await self._soon(self._handle(invocation, self._dispatcher.action, place))

    async def _take_shortcut(self, body: Payload) -> None:
        place = parse.parse_click_place(body)
        try:
            invocation = shortcut.parse_shortcut(body, self._own_user_id)
        except UnknownAction:
            await self._soon(self._answers.give(place, Response(message=say(_OLD_SHORTCUT))))
            return
        await self._soon(self._handle(invocation, self._dispatcher.action, place))

    async def _take_form(self, body: Payload) -> BoltResponse:
        """Handle a form before acknowledging: until then Slack keeps the text on screen."""
        try:
            submission, place = parse.parse_form(body)
        except UnknownAction:
            return _refuse_form(body, _OLD_FORM)
        response = await self._dispatcher.form(await self._introduce(submission))
        if not response.accepted:
            return _refuse_form(body, response.message.plain_text, response.field)
        self._background.spawn(self._answers.give(place, response))
        return BoltResponse(status=200)

    async def _handle(
        self, said: _Said, handle: Callable[[_Said], Awaitable[Outcome]], place: AnswerPlace
    ) -> None:
        await self._answers.give(place, await handle(await self._introduce(said)))

    async def _soon(self, work: Coroutine[object, object, None]) -> None:
        await asyncio.wait({self._background.spawn(work)}, timeout=_ANSWER_SECONDS)

    async def _tell(self, reply: IncomingReply, reception: Reception) -> None:
        if reception.message is None:
            return
        to = reply.message.thread or reply.message.channel
        key = f"reception:{reply.message.pack()}"
        for _ in range(_TELLING_TRIES):
            try:
                # One at a time, looking first: a redelivered reply must not be told twice.
                async with self._posting:
                    await self._platform.post(to, reception.message, key=key, maybe_sent=True)
            except DeliveryFailed as failure:
                if failure.retry_after is None or failure.retry_after > _TELLING_SECONDS:
                    return  # logged where Slack refused it; the reply itself is safe
                await asyncio.sleep(failure.retry_after)
            else:
                return

    async def _introduce(self, said: _Said) -> _Said:
        return replace(said, caller=await self._know(said.caller))

    async def _know(self, caller: Caller) -> Caller:
        self._platform.memberships.witness(caller.user, caller.channel)
        person = await self._people.find(caller.user.id, fallback=caller.display_name)
        return replace(
            caller,
            display_name=person.name,
            may_manage=person.leads,
            leads=person.leads,
            zone=person.zone,
        )


def _refuse_form(body: Payload, why: str, field: str = "") -> BoltResponse:
    """Keep the form open, with what was typed in it and the reason under the field it is about."""
    where = form.field_at_fault(body, field)
    if not where:
        # A form without a field can't show a reason in place.
        return BoltResponse(status=200, body=form.instead(why))
    return BoltResponse(
        status=200, body={"response_action": "errors", "errors": {where: form.reason(why)}}
    )
