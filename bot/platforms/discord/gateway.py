"""The connection over which Discord tells us what happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import discord

from bot.platforms.discord.parse import Interaction

# Nothing of ours waits for the cache of guilds, so READY need not either.
_GUILD_READY_SECONDS: Final = 0.1


@dataclass(frozen=True, kw_only=True)
class Listener:
    """What to call when something happens.

    Attributes:
        ready: a new session began: at the start, and when an old one could not be resumed.
        message: somebody wrote something.
        click: somebody clicked a button.
        form: somebody sent a form.
    """

    ready: Callable[[], None]
    message: Callable[[discord.Message], Awaitable[None]]
    click: Callable[[Interaction], Awaitable[None]]
    form: Callable[[Interaction], Awaitable[None]]


class GatewayClient(discord.Client):
    """A client that hands everything to a listener and keeps next to nothing.

    Args:
        listener: what to call.
        reads_content: whether to ask for the privileged message-content intent.
        identify_pause: seconds before identifying once more; Discord asks for 5.
    """

    def __init__(self, listener: Listener, *, reads_content: bool, identify_pause: float) -> None:
        super().__init__(
            intents=discord.Intents(
                guilds=True,
                guild_messages=True,
                dm_messages=True,
                message_content=reads_content,
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            guild_ready_timeout=_GUILD_READY_SECONDS,
        )
        self._listener = listener
        self._identify_pause = identify_pause

    async def before_identify_hook(self, _shard_id: int | None, *, initial: bool = False) -> None:
        """Space out identifying: more than 1000 a day reset the token."""
        if not initial:
            await asyncio.sleep(self._identify_pause)

    async def on_ready(self) -> None:
        """Begin a session; this happens again whenever one can't be resumed."""
        self._listener.ready()

    async def on_message(self, message: discord.Message) -> None:
        """Hand on a message."""
        await self._listener.message(message)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Hand on a click or a sent form; commands go through the command tree."""
        if interaction.type is discord.InteractionType.component:
            await self._listener.click(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._listener.form(interaction)
