"""Commands, clicks and sent forms: handed on, and answered within Discord's three seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Final

import discord

from bot.platforms.discord.faults import ALREADY_ACKNOWLEDGED, NETWORK_FAULTS, TOKEN_EXPIRED
from bot.platforms.discord.form import render_form
from bot.platforms.discord.late import LateAnswers
from bot.platforms.discord.parse import (
    Interaction,
    caller_of,
    click_of,
    command_of,
    direct_caller,
    form_of,
    grade_this_of,
    is_elsewhere,
    user_of,
)
from bot.platforms.discord.render import render
from handlers.actions import UnknownAction
from handlers.dispatch import Dispatcher
from handlers.invocation import Caller, FormSubmission
from handlers.message import Message, Outcome, Quote, Response, Visibility, bold, code, say
from handlers.ports import DeliveryFailed
from handlers.refs import ChannelRef, UserRef

_log = logging.getLogger(__name__)

_OLD_BUTTON: Final = say(
    "That button is from an earlier version of me and no longer works. Try ",
    code("/prep today"),
    " for a fresh one.",
)
_OLD_COMMAND: Final = say(
    "I don't know that command any more. ", code("/prep help"), " lists what I can do."
)
_STRANGE_PLACE: Final = say(
    "I can't work in this kind of channel. Try a text channel, a forum or a direct message."
)
_NOWHERE_TO_WRITE: Final = say(
    "Here I can only answer you alone, and to you directly I can't write either. Use me in a "
    "server that I was added to."
)
_SLOW: Final = say("Discord is slow just now. Please try once more.")
_FORM_TOO_LATE: Final = say(
    "That took me longer than Discord allows for opening a form. Please try once more."
)
_SHOWN_BELOW: Final = say("Done: it is below, for ", bold("everyone"), " to see.")


class Interactions:
    """Answers interactions; every button works for ever, because nothing is kept in memory.

    Args:
        dispatcher: what they are handed to.
        open_direct: opens the direct-message conversation with somebody.
        late: says what Discord does not show as a response any more.
        patience: seconds to wait for what may open a form before telling Discord that the answer
            takes longer; Discord gives up after 3.
        short_patience: the same for everything else.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        open_direct: Callable[[UserRef], Awaitable[ChannelRef]],
        late: LateAnswers,
        patience: float,
        short_patience: float,
    ) -> None:
        self._dispatcher = dispatcher
        self._open_direct = open_direct
        self._late = late
        self._patience = patience
        self._short_patience = short_patience
        self._forming = frozenset(c.name for c in dispatcher.commands if c.opens_form)

    async def command(
        self, interaction: Interaction, name: str, options: Mapping[str, str | None]
    ) -> None:
        """Hand on a command and show what comes of it."""
        caller = await self._caller(interaction)
        if caller is not None:
            invocation = command_of(interaction, caller, name, options)
            work = self._dispatcher.command(invocation)
            await self._answer(interaction, work, opens_form=name in self._forming)

    async def click(self, interaction: Interaction) -> None:
        """Hand on a click on a button and show what comes of it."""
        caller = await self._caller(interaction)
        if caller is None:
            return
        try:
            invocation = click_of(interaction, caller)
        except UnknownAction:
            await self._tell(interaction, _OLD_BUTTON)
            return
        work = self._dispatcher.action(invocation)
        await self._answer(interaction, work, opens_form=invocation.action.kind.opens_form)

    async def form(self, interaction: Interaction) -> None:
        """Hand on a sent form and show what comes of it."""
        caller = await self._caller(interaction)
        if caller is None:
            return
        try:
            submission = form_of(interaction, caller)
        except UnknownAction:
            await self._tell(interaction, _OLD_BUTTON)
            return
        await self._answer(interaction, self._take(submission), opens_form=False)

    async def _take(self, submission: FormSubmission) -> Outcome:
        """Hand a form on. Discord has closed it: text that was not taken is given back."""
        response = await self._dispatcher.form(submission)
        if response.accepted:
            return response
        written = tuple(Quote(text) for text in submission.values.values() if text.strip())
        return replace(
            response, message=replace(response.message, blocks=response.message.blocks + written)
        )

    async def grade_this(self, interaction: Interaction, message: discord.Message) -> None:
        """Hand on that a message is to be graded, and show what comes of it."""
        caller = await self._caller(interaction)
        if caller is not None:
            invocation = grade_this_of(interaction, caller, message)
            work = self._dispatcher.action(invocation)
            await self._answer(interaction, work, opens_form=invocation.action.kind.opens_form)

    async def unknown_command(self, interaction: Interaction) -> None:
        """Explain a command that Discord shows but we lack."""
        await self._tell(interaction, _OLD_COMMAND)

    async def _caller(self, interaction: Interaction) -> Caller | None:
        if is_elsewhere(interaction):
            return await self._caller_from_elsewhere(interaction)
        caller = caller_of(interaction)
        if caller is None:
            await self._tell(interaction, _STRANGE_PLACE)
        return caller

    async def _caller_from_elsewhere(self, interaction: Interaction) -> Caller | None:
        """Return who brought us along, as if they wrote to us directly."""
        try:
            async with asyncio.timeout(self._patience):
                conversation = await self._open_direct(user_of(interaction))
        except TimeoutError:
            await self._tell(interaction, _SLOW)
            return None
        except DeliveryFailed as error:
            _log.info("no conversation with somebody who calls from elsewhere: %s", error.reason)
            await self._tell(interaction, _NOWHERE_TO_WRITE)
            return None
        return direct_caller(interaction, conversation)

    async def _tell(self, interaction: Interaction, message: Message) -> None:
        await self._show(interaction, Response(message=message))

    async def _answer(
        self, interaction: Interaction, work: Coroutine[None, None, Outcome], *, opens_form: bool
    ) -> None:
        task = asyncio.create_task(work)
        patience = self._patience if opens_form else self._short_patience
        in_time, _ = await asyncio.wait({task}, timeout=patience)
        if in_time:
            await self._show(interaction, await task)
            return
        await _attempt(lambda: interaction.response.defer(ephemeral=True, thinking=True))
        await self._show_late(interaction, await task)

    async def _show(self, interaction: Interaction, outcome: Outcome) -> None:
        if isinstance(outcome, Response):
            await _attempt(lambda: _respond(interaction, outcome))
        else:
            await _attempt(lambda: interaction.response.send_modal(render_form(outcome)))

    async def _show_late(self, interaction: Interaction, outcome: Outcome) -> None:
        """Replace the “thinking” message, which only the caller sees.

        A form can only be a first response, and a message for everyone must be a second one.
        """
        if not isinstance(outcome, Response):
            await _attempt(lambda: _replace(interaction, _FORM_TOO_LATE))
            return
        only_caller = outcome.visibility is Visibility.ONLY_CALLER or is_elsewhere(interaction)
        if only_caller:
            is_open = await _attempt(lambda: _replace(interaction, outcome.message))
        elif is_open := await _attempt(lambda: _replace(interaction, _SHOWN_BELOW)):
            await _attempt(lambda: _follow_up(interaction, outcome.message), tries=1)
        if not is_open:
            await self._late.tell(interaction, outcome.message, everyone=not only_caller)


async def _respond(interaction: Interaction, response: Response) -> None:
    rendered = render(response.message)
    await interaction.response.send_message(
        rendered.content or None,
        embeds=rendered.embeds,
        view=rendered.view(),
        ephemeral=response.visibility is Visibility.ONLY_CALLER or is_elsewhere(interaction),
    )


async def _replace(interaction: Interaction, message: Message) -> None:
    rendered = render(message)
    await interaction.edit_original_response(
        content=rendered.content or None, embeds=rendered.embeds, view=rendered.view()
    )


async def _follow_up(interaction: Interaction, message: Message) -> None:
    rendered = render(message)
    await interaction.followup.send(rendered.content, embeds=rendered.embeds, view=rendered.view())


async def _attempt(send: Callable[[], Awaitable[object]], *, tries: int = 2) -> bool:
    """Send something that may be sent again when its answer is lost.

    Nobody is left to tell when Discord refuses a response: the reason is logged.

    Returns:
        Whether the interaction can still be answered, as far as we know.
    """
    for number in range(1, tries + 1):
        try:
            await send()
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:
                _log.warning("Discord refused a response: %s", error)
            return error.code not in TOKEN_EXPIRED
        except NETWORK_FAULTS as error:
            _log.warning("a response may be lost (try %d): %s", number, type(error).__name__)
        else:
            return True
    return True
