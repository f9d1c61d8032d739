"""From the settings to Discord."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from starlette.routing import BaseRoute

from bot.bootstrap import Application
from bot.core import Database
from bot.memo import Memo
from bot.platforms.discord.app import RETRY_SECONDS, DiscordApp
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.commands import CommandMemory
from bot.platforms.discord.config import DiscordConfig
from bot.platforms.discord.moves import Moves
from bot.platforms.discord.starts import StartMemory
from bot.platforms.known import Known
from bot.settings import Settings
from bot.startup import StartupError
from bot.vitals import Listener
from handlers.ports import ChatPlatform, Clock
from handlers.refs import Platform


class DiscordService:
    """Discord, with one bot's token.

    Raises:
        StartupError: the token is missing.
    """

    platform = Platform.DISCORD
    routes: Sequence[BaseRoute] = ()

    def __init__(self, settings: Settings) -> None:
        if settings.discord_token is None:
            raise StartupError("Discord needs DISCORD_TOKEN.")
        self._memo = Memo(settings.data_dir / "discord-commands")
        self._starts = Memo(settings.data_dir / "discord-starts")
        self._shards = None if settings.discord_shards == "auto" else settings.discord_shards
        self._speaker = DiscordPlatform(
            DiscordConfig(
                token=settings.discord_token.get_secret_value(),
                api_url=settings.discord_api_url,
                gateway_url=settings.discord_gateway_url,
            )
        )

    def speak(self, database: Database, clock: Clock) -> ChatPlatform:  # noqa: ARG002
        """Return what says things there."""
        return self._speaker

    def listen(self, application: Application) -> Listener:
        """Return what listens there."""
        return DiscordApp(
            self._speaker,
            application.router,
            missed=partial(application.open_conversations, Platform.DISCORD),
            known=Known(waiting=application.waiting_messages, question=application.newest_question),
            moves=Moves(
                left=application.departure, came=application.arrival, retry_seconds=RETRY_SECONDS
            ),
            command_memory=CommandMemory(load=self._memo.load, save=self._memo.save),
            start_memory=StartMemory(load=self._starts.load, save=self._starts.save),
            shards=self._shards,
            # It reconnects by itself, and whoever starts it does not wait that long.
            start_seconds=math.inf,
        )

    async def close(self) -> None:
        """Nothing is left open: what listens closes the connection it speaks through."""
