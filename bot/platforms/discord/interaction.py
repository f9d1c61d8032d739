"""Commands, clicks and sent forms: handed on, and answered within Discord's three seconds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Final

import discord

from bot.platforms.discord.faults import ALREADY_ACKNOWLEDGED, NETWORK_FAULTS
from bot.platforms.discord.form import render_form
from bot.platforms.discord.parse import (
    Interaction,
    caller_of,
    click_of,
    command_of,
    form_of,
)
from bot.platforms.discord.render import render
from handlers.actions import UnknownAction
from handlers.dispatch import Dispatcher
from handlers.invocation import Caller, FormSubmission
from handlers.message import Message, Outcome, Quote, Response, Visibility, bold, code, say

_log = logging.getLogger(__name__)

_OLD_BUTTON: Final = say(
    "That button is from an earlier version of me and no longer works. Try ",
    code("/prep today"),
    " for a fresh one.",
)
_OLD_COMMAND: Final = say(
    "I don't know that command any more. ", code("/prep help"), " lists what I can do."
)
_STRANGE_PLACE: Final = say("I can't work in this kind of channel. Try a text channel.")
_FORM_TOO_LATE: Final = say(
    "That took me longer than Discord allows for opening a form. Please try once more."
)
_SHOWN_BELOW: Final = say("Done: it is below, for ", bold("everyone"), " to see.")


class Interactions:
    """Answers interactions; every button works for ever, because nothing is kept in memory.

    Args:
        dispatcher: what they are handed to.
        patience: seconds to wait for the dispatcher before telling Discord that the answer
            takes longer; Discord gives up after 3.
    """

    def __init__(self, dispatcher: Dispatcher, *, patience: float) -> None:
        self._dispatcher = dispatcher
        self._patience = patience

    async def command(
        self, interaction: Interaction, name: str, options: Mapping[str, str | None]
    ) -> None:
        """Hand on a command and show what comes of it."""
        caller = await self._caller(interaction)
        if caller is not None:
            invocation = command_of(interaction, caller, name, options)
            await self._answer(interaction, self._dispatcher.command(invocation))

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
        await self._answer(interaction, self._dispatcher.action(invocation))

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
        await self._answer(interaction, self._take(submission))

    async def _take(self, submission: FormSubmission) -> Outcome:
        """Hand a form on. Discord has closed it: text that was not taken is given back."""
        response = await self._dispatcher.form(submission)
        if response.accepted:
            return response
        written = tuple(Quote(text) for text in submission.values.values() if text.strip())
        return replace(
            response, message=replace(response.message, blocks=response.message.blocks + written)
        )

    async def unknown_command(self, interaction: Interaction) -> None:
        """Explain a command that Discord shows but we lack."""
        await self._tell(interaction, _OLD_COMMAND)

    async def _caller(self, interaction: Interaction) -> Caller | None:
        caller = caller_of(interaction)
        if caller is None:
            await self._tell(interaction, _STRANGE_PLACE)
        return caller

    async def _tell(self, interaction: Interaction, message: Message) -> None:
        await self._show(interaction, Response(message=message))

    async def _answer(self, interaction: Interaction, work: Coroutine[None, None, Outcome]) -> None:
        task = asyncio.create_task(work)
        in_time, _ = await asyncio.wait({task}, timeout=self._patience)
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
        elif outcome.visibility is Visibility.ONLY_CALLER:
            await _attempt(lambda: _replace(interaction, outcome.message))
        else:
            await _attempt(lambda: _replace(interaction, _SHOWN_BELOW))
            await _attempt(lambda: _follow_up(interaction, outcome.message), tries=1)


async def _respond(interaction: Interaction, response: Response) -> None:
    rendered = render(response.message)
    await interaction.response.send_message(
        rendered.content or None,
        embeds=rendered.embeds,
        view=rendered.view(),
        ephemeral=response.visibility is Visibility.ONLY_CALLER,
    )


async def _replace(interaction: Interaction, message: Message) -> None:
    rendered = render(message)
    await interaction.edit_original_response(
        content=rendered.content or None, embeds=rendered.embeds, view=rendered.view()
    )


async def _follow_up(interaction: Interaction, message: Message) -> None:
    rendered = render(message)
    await interaction.followup.send(rendered.content, embeds=rendered.embeds, view=rendered.view())


async def _attempt(send: Callable[[], Awaitable[object]], *, tries: int = 2) -> None:
    """Send something that may be sent again when its answer is lost.

    Nobody is left to tell when Discord refuses a response: the reason is logged.
    """
    for number in range(1, tries + 1):
        try:
            await send()
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:
                _log.warning("Discord refused a response: %s", error)
            return
        except NETWORK_FAULTS as error:
            _log.warning("a response may be lost (try %d): %s", number, type(error).__name__)
        else:
            return
