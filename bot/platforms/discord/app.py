"""The Discord bot: connects, stays connected, and hands on what people do."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Final, NoReturn

import discord

from bot.platforms.discord.change import Changes
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.commands import CommandMemory, Commands
from bot.platforms.discord.config import point_library_at
from bot.platforms.discord.faults import FAULTS
from bot.platforms.discord.gateway import GatewayClient, Listener
from bot.platforms.discord.inbox import Inbox
from bot.platforms.discord.interaction import Interactions
from bot.platforms.discord.parse import Interaction
from bot.startup import StartupError
from handlers.dispatch import Dispatcher
from handlers.refs import ChannelRef, ThreadRef

_log = logging.getLogger(__name__)

Missed = Callable[[], Awaitable[Sequence[ThreadRef | ChannelRef]]]

RETRY_SECONDS: Final = (0.5, 1.0, 2.0, 5.0, 15.0, 60.0)
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


class DiscordApp:
    """Connects a dispatcher to Discord.

    Args:
        platform: what posts; its configuration says where Discord is.
        dispatcher: what everything is handed to.
        missed: returns the threads and direct-message conversations that are open, whose recent
            messages are handed on whenever some may have been missed: at the start, and when the
            connection could not be resumed.
        command_memory: remembers which commands Discord has; without one they are put to it at
            every start.
        patience: seconds that a command may take before the person sees “thinking”.
        start_seconds: how long `start` waits for Discord.
        identify_pause: seconds before identifying once more; Discord asks for 5.
        retry_seconds: the waits before each further try to store a reply.

    Attributes:
        has_message_content: whether Discord lets the bot read messages in servers.
    """

    def __init__(
        self,
        platform: DiscordPlatform,
        dispatcher: Dispatcher,
        *,
        missed: Missed | None = None,
        command_memory: CommandMemory | None = None,
        patience: float = 1.5,
        start_seconds: float = 60.0,
        identify_pause: float = 5.0,
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self.has_message_content = True
        self._platform = platform
        self._commands = dispatcher.commands
        self._missed = missed
        self._command_memory = command_memory
        self._start_seconds = start_seconds
        self._identify_pause = identify_pause
        self._interactions = Interactions(dispatcher, patience=patience)
        self._inbox = Inbox(dispatcher, platform, retry_seconds=retry_seconds)
        self._changes = Changes(dispatcher, retry_seconds=retry_seconds)
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
        point_library_at(self._platform.config)
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
        await self._platform.close()

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
                self.has_message_content = False
                _log.warning(_NO_CONTENT)
                continue
            except discord.LoginFailure as error:
                self._give_up(_LOGIN_REFUSED, error)
            except discord.ConnectionClosed as error:
                reason = _LOGIN_REFUSED
                if error.code != _UNAUTHENTICATED:
                    reason = _CLOSED_FOR_GOOD.format(code=error.code)
                self._give_up(reason, error)
            except (*FAULTS, discord.GatewayNotFound) as error:
                _log.warning("no connection to Discord: %s", error)
            await asyncio.sleep(next(pauses))

    def _give_up(self, reason: str, error: Exception) -> NoReturn:
        if self._ready.is_set():
            _log.error(reason)
        raise StartupError(reason) from error

    async def _connect(self) -> None:
        """Connect once; returns or raises when the connection is lost for good."""
        client = GatewayClient(
            Listener(
                ready=self._on_ready,
                message=self._on_message,
                edit=lambda message: self._do(self._changes.edited(message)),
                deletion=lambda *gone: self._do(self._changes.deleted(*gone)),
                click=lambda interaction: self._do(self._interactions.click(interaction)),
                form=lambda interaction: self._do(self._interactions.form(interaction)),
            ),
            reads_content=self.has_message_content,
            identify_pause=self._identify_pause,
        )
        commands = Commands(
            client,
            self._commands,
            answer=lambda *call: self._do(self._interactions.command(*call)),
            explain=self._explain,
        )
        async with client:
            await client.login(self._platform.config.token)
            await self._sync(commands)
            self._client = client
            await client.connect()

    async def _sync(self, commands: Commands) -> None:
        try:
            if await commands.sync_if_changed(self._command_memory):
                _log.info("put the commands to Discord")
        except discord.HTTPException as error:
            # Those that Discord has from before go on working.
            _log.warning("could not put the commands to Discord: %s", error)

    async def _explain(self, interaction: Interaction) -> None:
        await self._do(self._interactions.unknown_command(interaction))

    async def _on_message(self, message: discord.Message) -> None:
        await self._do(self._inbox.take(message, reads_content=self.has_message_content))

    def _on_ready(self) -> None:
        self._ready.set()
        if self._missed is None:
            return
        sweep = asyncio.create_task(self._sweep(self._missed))
        self._sweeps.add(sweep)
        sweep.add_done_callback(self._end_sweep)

    async def _sweep(self, missed: Missed) -> None:
        async with self._sweeping:
            await self._inbox.sweep(await missed())

    def _end_sweep(self, sweep: asyncio.Task[None]) -> None:
        self._sweeps.discard(sweep)
        if not sweep.cancelled() and (error := sweep.exception()) is not None:
            _log.error("could not look for missed messages", exc_info=error)

    async def _do(self, work: Coroutine[None, None, None]) -> None:
        """Do something that `stop` waits for; what comes later is left to the next start."""
        if self._is_stopping:
            work.close()
            return
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        await task
