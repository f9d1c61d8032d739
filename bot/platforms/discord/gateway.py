"""The connection over which Discord tells us what happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import discord

from bot.platforms.discord.pace import Pace
from bot.platforms.discord.parse import Interaction
from bot.platforms.discord.starts import Starts

# Nothing of ours waits for the cache of guilds, so READY need not either.
_GUILD_READY_SECONDS: Final = 0.1


@dataclass(frozen=True, kw_only=True)
class Shard:
    """One of the connections over which Discord tells us what happens.

    Discord says on one connection what happens in a server, and on the first one what people
    write to us directly.
    """

    id: int = 0
    count: int = 1

    def hears(self, workspace_id: str) -> bool:
        """Whether it is this connection that tells of a server, or of direct messages."""
        if not workspace_id.isdigit():
            return self.id == 0
        return (int(workspace_id) >> 22) % self.count == self.id


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
        added: the bot is in a server, by its id: was just added, or was there all along.
        removed: the bot was removed from one.
        allowed: what the bot may do in a server may have changed.
    """

    ready: Callable[[Shard], None]
    message: Callable[[discord.Message], Awaitable[None]]
    edit: Callable[[discord.Message], Awaitable[None]]
    deletion: Callable[[discord.Client, discord.RawMessageDeleteEvent], Awaitable[None]]
    click: Callable[[Interaction], Awaitable[None]]
    form: Callable[[Interaction], Awaitable[None]]
    added: Callable[[str], Awaitable[None]]
    removed: Callable[[str], Awaitable[None]]
    allowed: Callable[[str], None]


class GatewayClient(discord.Client):
    """A client that hands everything to a listener and keeps next to nothing.

    Args:
        listener: what to call.
        reads_content: whether to ask for the privileged message-content intent.
        starts: says when a session may begin.
        pace: what is asked before each request.
        shard_count: for `ShardedClient` alone.

    Attributes:
        is_sharded: whether there may be more than one connection.
    """

    is_sharded = False

    def __init__(
        self,
        listener: Listener,
        *,
        reads_content: bool,
        starts: Starts,
        pace: Pace,
        shard_count: int | None = None,
    ) -> None:
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
            http_trace=pace.trace(),
            shard_count=shard_count,
        )
        self._live: set[int] = set()
        self._listener = listener
        self._starts = starts

    @property
    def is_live(self) -> bool:
        """Whether Discord is telling us what happens just now, on every connection."""
        return len(self._live) >= (self.shard_count or 1)

    async def before_identify_hook(
        self,
        _shard_id: int | None,
        *,
        initial: bool = False,  # noqa: ARG002
    ) -> None:
        """Space out identifying, over restarts as well."""
        await self._starts.begin(may_hold=self.is_sharded)

    async def on_connect(self) -> None:
        """Take note that a session began."""
        self._live.add(0)

    async def on_resumed(self) -> None:
        """Take note that the session goes on."""
        self._live.add(0)

    async def on_disconnect(self) -> None:
        """Take note that nothing reaches us until we are connected again."""
        self._live.discard(0)

    async def on_ready(self) -> None:
        """Begin a session; this happens again whenever one can't be resumed."""
        self._listener.ready(Shard())

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

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Hand on that the bot was added to a server."""
        self._listener.allowed(str(guild.id))
        await self._listener.added(str(guild.id))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Hand on that the bot is in a server: maybe it was added while we were away."""
        await self._listener.added(str(guild.id))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Hand on that the bot was removed from a server; an outage is none."""
        await self._listener.removed(str(guild.id))

    async def on_guild_channel_update(
        self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Hand on that a channel's permissions may have changed."""
        self._listener.allowed(str(after.guild.id))

    async def on_thread_update(self, _before: discord.Thread, after: discord.Thread) -> None:
        """Hand on that a thread may have been unlocked."""
        self._listener.allowed(str(after.guild.id))

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """Hand on that a role's permissions may have changed."""
        self._listener.allowed(str(after.guild.id))

    async def on_member_update(self, _before: discord.Member, after: discord.Member) -> None:
        """Hand on that the bot may have another role; of nobody else we are told."""
        self._listener.allowed(str(after.guild.id))


class ShardedClient(GatewayClient, discord.AutoShardedClient):
    """The same over several connections, each of which has sessions of its own."""

    is_sharded = True

    async def on_connect(self) -> None:
        """Nothing: it says not of which connection."""

    async def on_resumed(self) -> None:
        """Nothing: it says not of which connection."""

    async def on_disconnect(self) -> None:
        """Nothing: it says not of which connection."""

    async def on_ready(self) -> None:
        """Nothing: it comes once all connections are new, never when one is again."""

    async def on_shard_connect(self, shard_id: int) -> None:
        """Take note that a session began."""
        self._live.add(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Take note that a session goes on."""
        self._live.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Take note that this connection tells nothing until it is there again."""
        self._live.discard(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Begin a session of one connection."""
        self._listener.ready(Shard(id=shard_id, count=self.shard_count or 1))
