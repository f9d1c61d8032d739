"""Values that Discord offers below an option while somebody is typing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence

from discord import app_commands

from bot.platforms.discord import limits
from bot.platforms.discord.limits import length
from bot.platforms.discord.markdown import one_line, shorten
from bot.platforms.discord.parse import Interaction, caller_of
from handlers.command import Choice
from handlers.dispatch import Dispatcher
from handlers.invocation import Typing

_log = logging.getLogger(__name__)


class Completions:
    """Answers what is being typed.

    Nothing is posted for it: a call from a place that we don't know is offered nothing.

    Args:
        dispatcher: what looks values up.
        patience: seconds that it may take; Discord asks anew with the next letter anyway.
    """

    def __init__(self, dispatcher: Dispatcher, *, patience: float) -> None:
        self._dispatcher = dispatcher
        self._patience = patience

    async def complete(
        self, interaction: Interaction, command: str, option: str, text: str
    ) -> list[app_commands.Choice[str]]:
        """Return what the option may mean, at most 25 values."""
        caller = caller_of(interaction)
        if caller is None:
            return []
        typing = Typing(
            caller=caller, command=command, option=option, text=text, others=_others(interaction)
        )
        try:
            async with asyncio.timeout(self._patience):
                return render_choices(await self._dispatcher.complete(typing))
        except TimeoutError:
            _log.warning("looking up %s of %s took too long", option, command)
            return []


def render_choices(found: Sequence[Choice]) -> list[app_commands.Choice[str]]:
    """Return values as Discord offers them; one that is too long to be sent back is left out."""
    sendable = [c for c in found if c.value.strip() and length(c.value) <= limits.CHOICE]
    return [
        app_commands.Choice(
            name=shorten(one_line(c.label), limits.CHOICE) or c.value, value=c.value
        )
        for c in sendable[: limits.CHOICES]
    ]


def _others(interaction: Interaction) -> Mapping[str, str]:
    return {name: value for name, value in interaction.namespace if isinstance(value, str)}
