"""The connection over which Discord tells us what happens."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import discord

from bot.platforms.discord.parse import Interaction

# Nothing of ours waits for the cache of guilds, so READY need not either.
_GUILD_READY_SECONDS: Final = 0.1
# Discord resets the token of a bot that identifies more than 1000 times a day.
_QUICK_IDENTIFIES: Final = 20
_QUICK_WITHIN_SECONDS: Final = 3600.0
_SLOW_FACTOR: Final = 36.0


@dataclass(frozen=True, kw_only=True)
class Listener:
    """What to call when something happens.

    Attributes:
        ready: a new session began: at the start, and when an old one could not be resumed.
        message: somebody wrote something.
        edit: a message changed.
        deletion: a message is gone.
        click: somebody clicked a button.
        form: somebody sent a form.
    """

    ready: Callable[[], None]
    message: Callable[[discord.Message], Awaitable[None]]
    edit: Callable[[discord.Message], Awaitable[None]]
    deletion: Callable[[discord.Client, discord.RawMessageDeleteEvent], Awaitable[None]]
    click: Callable[[Interaction], Awaitable[None]]
    form: Callable[[Interaction], Awaitable[None]]


class GatewayClient(discord.Client):
    """A client that hands everything to a listener and keeps next to nothing.

    Args:
        listener: what to call.
        reads_content: whether to ask for the privileged message-content intent.
        identify_pause: seconds before identifying once more; Discord asks for 5.

    Attributes:
        is_live: whether Discord is telling us what happens just now.
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
        self.is_live = False
        self._listener = listener
        self._identify_pause = identify_pause
        self._identified: deque[float] = deque(maxlen=_QUICK_IDENTIFIES)

    async def before_identify_hook(self, _shard_id: int | None, *, initial: bool = False) -> None:
        """Space out identifying."""
        now = self.loop.time()
        if not initial:
            await asyncio.sleep(identify_wait(self._identified, now, self._identify_pause))
        self._identified.append(now)

    async def on_connect(self) -> None:
        """Take note that a session began."""
        self.is_live = True

    async def on_resumed(self) -> None:
        """Take note that the session goes on."""
        self.is_live = True

    async def on_disconnect(self) -> None:
        """Take note that nothing reaches us until we are connected again."""
        self.is_live = False

    async def on_ready(self) -> None:
        """Begin a session; this happens again whenever one can't be resumed."""
        self._listener.ready()

    async def on_message(self, message: discord.Message) -> None:
        """Hand on a message."""
        await self._listener.message(message)

    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """Hand on a changed message."""
        await self._listener.edit(event.message)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Hand on that a message is gone."""
        await self._listener.deletion(self, event)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Hand on a click or a sent form; commands go through the command tree."""
        if interaction.type is discord.InteractionType.component:
            await self._listener.click(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._listener.form(interaction)


def identify_wait(identified: Sequence[float], now: float, pause: float) -> float:
    """Return how many seconds to wait before identifying once more.

    Args:
        identified: when it was last done, at most twenty times, oldest first.
        now: this moment, on the same clock.
        pause: the ordinary wait; when twenty were needed within an hour it is 36 times longer.
    """
    is_many = len(identified) >= _QUICK_IDENTIFIES
    if is_many and now - identified[0] < _QUICK_WITHIN_SECONDS:
        return pause * _SLOW_FACTOR
    return pause
