"""The Discord bot: connects, stays connected, and hands on what people do."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Coroutine, Sequence
from typing import Final, NoReturn

import discord

from bot.platforms.discord.change import Changes
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.commands import Calls, CommandMemory, Commands
from bot.platforms.discord.completion import Completions
from bot.platforms.discord.config import point_gateway_at, point_library_at
from bot.platforms.discord.faults import FAULTS
from bot.platforms.discord.gateway import GatewayClient, Listener, Shard, ShardedClient
from bot.platforms.discord.inbox import Inbox
from bot.platforms.discord.interaction import Interactions
from bot.platforms.discord.late import LateAnswers
from bot.platforms.discord.moves import Moves
from bot.platforms.discord.parse import DIRECT, Interaction
from bot.platforms.discord.starts import StartMemory, Starts, TooManyStarts
from bot.platforms.discord.sweep import Sweep
from bot.platforms.known import Known, Missed
from bot.startup import StartupError
from handlers.dispatch import Dispatcher
from handlers.refs import Platform, WorkspaceRef

_log = logging.getLogger(__name__)

RETRY_SECONDS: Final = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
# A form can only be a first response, and Discord waits three seconds for that. Whatever opens none
# is acknowledged soon, whether or not its answer is there: most are, and show no “thinking”.
PATIENCE: Final = 1.5
SHORT_PATIENCE: Final = 0.05
_RECONNECT_SECONDS: Final = (5.0, 15.0, 60.0, 300.0)
_FINISH_SECONDS: Final = 5.0
_LOGIN_REFUSED: Final = "Discord does not accept the bot's token: check DISCORD_TOKEN."
_CLOSED_FOR_GOOD: Final = (
    "Discord closed the connection for good (code {code}): check the bot's settings in Discord's "
    "developer portal, and DISCORD_TOKEN."
)
_TOO_SLOW: Final = "Discord could not be reached within {seconds:.0f} seconds: check the network."
_NO_CONTENT: Final = (
    "Discord does not let the bot read messages in servers. People can still answer with the "
    "Answer button and in direct messages. To let them reply in threads, turn on the Message "
    "Content intent on the Bot page of Discord's developer portal and restart."
)
_UNAUTHENTICATED: Final = 4004
_SHARDING_NEEDED: Final = 4011
_TOO_BIG: Final = (
    "The bot is in too many servers for one connection: set PREPBOT_DISCORD_SHARDS=auto."
)


class DiscordApp:
    """Connects a dispatcher to Discord.

    Args:
        platform: what posts; its configuration says where Discord is.
        dispatcher: what everything is handed to.
        missed: returns the threads and direct-message conversations that are open, whose recent
            messages are handed on whenever some may have been missed: at the start, and when the
            connection could not be resumed.
        known: tells what is known of a channel, to find what was deleted meanwhile.
        moves: told when the bot is added to a server or removed from one.
        command_memory: remembers which commands Discord has; without one they are put to it at
            every start.
        patience: seconds that what may open a form may take before the person sees “thinking”.
        short_patience: the same for everything else.
        start_seconds: how long `start` waits for Discord.
        identify_pause: seconds between two sessions' beginnings; Discord asks for 5.
        start_memory: remembers when sessions began; without one every start is the first.
        shards: how many connections there are; ``None`` for as many as Discord recommends.
        retry_seconds: the waits before each further try to store a reply.

    Attributes:
        has_message_content: whether Discord lets the bot read messages in servers.
        platform: what posts.
    """

    def __init__(
        self,
        platform: DiscordPlatform,
        dispatcher: Dispatcher,
        *,
        missed: Missed | None = None,
        known: Known | None = None,
        moves: Moves | None = None,
        command_memory: CommandMemory | None = None,
        patience: float = PATIENCE,
        short_patience: float = SHORT_PATIENCE,
        start_seconds: float = 60.0,
        identify_pause: float = 5.0,
        start_memory: StartMemory | None = None,
        shards: int | None = 1,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self.has_message_content = True
        self.platform = platform
        self._commands = dispatcher.commands
        self._moves = moves
        self._shards = shards
        self._starts = Starts(pause=identify_pause, memory=start_memory)
        self._command_memory = command_memory
        self._start_seconds = start_seconds
        self._completions = Completions(dispatcher, patience=patience)
        self._interactions = Interactions(
            dispatcher,
            open_direct=platform.direct,
            late=LateAnswers(platform),
            patience=patience,
            short_patience=short_patience,
        )
        self._inbox = Inbox(dispatcher, platform, retry_seconds=retry_seconds)
        self._changes = Changes(dispatcher, retry_seconds=retry_seconds)
        self._sweep = None if missed is None else self._sweep_of(missed, known or Known())
        self._working: set[asyncio.Task[None]] = set()
        self._sweeps: set[asyncio.Task[None]] = set()
        self._sweeping = asyncio.Lock()
        self._is_stopping = False
        self._running: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._client: GatewayClient | None = None

    @property
    def is_connected(self) -> bool:
        """Whether Discord is telling us what happens just now."""
        client = self._client
        return client is not None and client.is_live and not client.is_closed()

    async def start(self) -> None:
        """Connect; returns when Discord says that we are.

        Raises:
            StartupError: the token is wrong, or Discord can't be reached; one sentence says what
                to do.
        """
        point_library_at(self.platform.config)
        self._running = asyncio.create_task(self._run())
        try:
            await self._wait_until_ready(self._running)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Finish what is being answered, disconnect, and let go of everything."""
        self._is_stopping = True
        if self._working:
            await asyncio.wait(self._working, timeout=_FINISH_SECONDS)
        left = [*self._working, *self._sweeps]
        if self._running is not None:
            left.append(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._inbox.stop()
        await self._changes.stop()
        await self.platform.close()

    async def _wait_until_ready(self, running: asyncio.Task[None]) -> None:
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait(
                {ready, running},
                timeout=self._start_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            ready.cancel()
        if running.done():
            # Only what no waiting mends ends it.
            await running
        if not self._ready.is_set():
            raise StartupError(_TOO_SLOW.format(seconds=self._start_seconds))

    async def _run(self) -> None:
        """Stay connected until stopped.

        The library mends ordinary disconnections; this mends what it gives up on.

        Raises:
            StartupError: waiting would not help.
        """
        pauses = itertools.chain(_RECONNECT_SECONDS, itertools.repeat(_RECONNECT_SECONDS[-1]))
        while True:
            try:
                await self._connect()
            except discord.PrivilegedIntentsRequired:
                self.has_message_content = self.platform.reads_content = False
                _log.warning(_NO_CONTENT)
                continue
            except discord.LoginFailure as error:
                self._give_up(_LOGIN_REFUSED, error)
            except discord.ConnectionClosed as error:
                self._give_up(_why_closed(error.code), error)
            except TooManyStarts as error:
                await asyncio.sleep(error.seconds)
                continue
            except (*FAULTS, discord.GatewayNotFound) as error:
                _log.warning("no connection to Discord: %s", error)
            await asyncio.sleep(next(pauses))

    def _give_up(self, reason: str, error: Exception) -> NoReturn:
        if self._ready.is_set():
            _log.error(reason)
        raise StartupError(reason) from error

    async def _connect(self) -> None:
        """Connect once; returns or raises when the connection is lost for good."""
        build = GatewayClient if self._shards == 1 else ShardedClient
        client = build(
            self._listener(),
            reads_content=self.has_message_content,
            starts=self._starts,
            pace=self.platform.pace,
            shard_count=None if self._shards == 1 else self._shards,
        )
        commands = Commands(
            client,
            self._commands,
            calls=Calls(
                answer=lambda *call: self._called(call[0], self._interactions.command(*call)),
                complete=self._completions.complete,
                grade_this=lambda *call: self._do(self._interactions.grade_this(*call)),
                explain=self._explain,
            ),
        )
        async with client:
            await client.login(self.platform.config.token)
            await self._look_around(client)
            await self._sync(commands)
            self._client = client
            await client.connect()

    def _listener(self) -> Listener:
        return Listener(
            ready=self._on_ready,
            message=self._on_message,
            edit=lambda message: self._do(self._changes.edited(message)),
            deletion=lambda *gone: self._do(self._changes.deleted(*gone)),
            click=lambda interaction: self._called(
                interaction, self._interactions.click(interaction)
            ),
            form=lambda interaction: self._called(
                interaction, self._interactions.form(interaction)
            ),
            added=lambda guild_id: self._move(guild_id, is_added=True),
            removed=lambda guild_id: self._move(guild_id, is_added=False),
            allowed=self.platform.forget_refusals,
        )

    async def _look_around(self, client: GatewayClient) -> None:
        """Ask Discord where the gateway is, and how often the bot may still begin a session.

        Raises:
            TooManyStarts: not now.
        """
        try:
            recommended, url, limit = await client.http.get_bot_gateway()
        except discord.GatewayNotFound as error:
            _log.warning("Discord does not say how often the bot may connect: %s", error)
        else:
            point_gateway_at(self.platform.config, url)
            if client.is_sharded and client.shard_count is None:
                client.shard_count = recommended
            self._starts.shards = client.shard_count or 1
            self._starts.allow(limit["remaining"], limit["reset_after"] / 1000)
        if (seconds := await self._starts.wait()) > 0:
            raise TooManyStarts(seconds)

    async def _sync(self, commands: Commands) -> None:
        try:
            if await commands.sync_if_changed(self._command_memory):
                _log.info("put the commands to Discord")
        except discord.HTTPException as error:
            # Those that Discord has from before go on working.
            _log.warning("could not put the commands to Discord: %s", error)

    async def _explain(self, interaction: Interaction) -> None:
        await self._do(self._interactions.unknown_command(interaction))

    async def _move(self, guild_id: str, *, is_added: bool) -> None:
        if self._moves is not None:
            workspace = WorkspaceRef(platform=Platform.DISCORD, id=guild_id)
            await self._do(self._moves.moved(workspace, is_added=is_added))

    async def _on_message(self, message: discord.Message) -> None:
        await self._do(self._inbox.take(message, reads_content=self.has_message_content))

    def _on_ready(self, shard: Shard) -> None:
        self._ready.set()
        if self._sweep is None:
            return
        sweeping = asyncio.create_task(self._look_for_missed(self._sweep, shard))
        self._sweeps.add(sweeping)
        sweeping.add_done_callback(self._end_sweep)

    def _sweep_of(self, missed: Missed, known: Known) -> Sweep:
        return Sweep(self.platform, self._inbox, self._changes, missed=missed, known=known)

    async def _look_for_missed(self, sweep: Sweep, shard: Shard) -> None:
        async with self._sweeping:
            await sweep.run(shard)

    def _end_sweep(self, sweep: asyncio.Task[None]) -> None:
        self._sweeps.discard(sweep)
        if not sweep.cancelled() and (error := sweep.exception()) is not None:
            _log.error("could not look for missed messages", exc_info=error)

    async def _called(self, interaction: Interaction, work: Coroutine[None, None, None]) -> None:
        """Answer somebody; where they are, what was refused to us may be allowed by now."""
        self.platform.forget_refusals(str(interaction.guild_id or DIRECT))
        await self._do(work)

    async def _do(self, work: Coroutine[None, None, None]) -> None:
        """Do something that `stop` waits for; what comes later is left to the next start."""
        if self._is_stopping:
            work.close()
            return
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        await task


def _why_closed(code: int) -> str:
    match code:
        case code if code == _UNAUTHENTICATED:
            return _LOGIN_REFUSED
        case code if code == _SHARDING_NEEDED:
            return _TOO_BIG
        case _:
            return _CLOSED_FOR_GOOD.format(code=code)
