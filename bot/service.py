"""`prepbot run` and `prepbot console`: brings the application up, and down again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import BinaryIO, Final, NamedTuple

from bot.bootstrap import Application, Running, assemble, budget_of
from bot.clock.system import SystemClock
from bot.clock.ticking import TICK_SECONDS, Ticking
from bot.core import Judging, Progress, load_bank, open_database, open_judging, try_index_bank
from bot.jobs.durable import DbosJobs
from bot.memo import Memo
from bot.platforms.console.app import ConsoleApp
from bot.platforms.console.client import ConsolePlatform
from bot.settings import Settings
from bot.startup import StartupError
from bot.storage.engine import database_url
from bot.vitals import Listener, vitals
from bot.web.health import WebServer, health_app
from handlers.appeals.second import SecondReader
from handlers.ports import ChatPlatform, Clock
from handlers.refs import Platform

_LOG = logging.getLogger(__name__)
# A grade may wait for a slow endpoint's last retry before the console ends.
_DRAIN_SECONDS: Final = 900.0
# A finished job's id stays known for longer than any platform delivers again.
_KEEP_JOBS: Final = timedelta(days=30)
_PRUNE_SECONDS: Final = 86_400.0


class Parts(NamedTuple):
    """What a run is made of."""

    running: Running
    application: Application
    jobs: DbosJobs
    judging: Judging


Listen = Callable[[Application], Listener]
"""Builds what listens on a platform, once there is an application to hand things to."""


async def serve(
    settings: Settings,
    *,
    stop: asyncio.Event,
    progress: Progress | None = None,
    clock: Clock | None = None,
    tick_seconds: float = TICK_SECONDS,
) -> None:
    """Serve Slack and Discord until ``stop`` is set.

    Args:
        settings: where things are.
        stop: ends it, in an orderly way.
        progress: told how far the indexing of the bank is.
        clock: what tells the time; the machine's if ``None``.
        tick_seconds: how often the schedules are looked at.

    Raises:
        StartupError: something can't be used; says what to do.
    """
    platforms, listeners = _chat_platforms(settings)
    async with _application(settings, platforms, progress, clock) as parts:
        running, application, jobs, judging = parts
        listening = {platform: listen(application) for platform, listen in listeners.items()}
        health = partial(vitals, application, judging.retriever, listening)
        await running.start(WebServer(health_app(health), settings.http_host, settings.http_port))
        # Jobs first: whatever comes in is enqueued, and their tables are made at the first start.
        await running.start(jobs)
        for listener in listening.values():
            await running.start(listener)
        await running.start(Ticking(application.ticker.tick, tick_seconds))
        await running.start(Ticking(partial(jobs.prune, _KEEP_JOBS), _PRUNE_SECONDS))
        _LOG.info("Prepbot is ready on %s", " and ".join(platforms))
        await stop.wait()
        _LOG.info("stopping")


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    return stop


async def converse(
    settings: Settings,
    *,
    name: str,
    greet: bool,
    progress: Progress | None = None,
    source: BinaryIO | None = None,
) -> None:
    """Run the console platform until its input ends.

    Args:
        settings: where things are.
        name: who is typing.
        greet: open on a question.
        progress: told how far the indexing of the bank is.
        source: where lines come from; standard input if ``None``.

    Raises:
        StartupError: something can't be used; says what to do.
    """
    console = ConsolePlatform(settings.data_dir)
    platforms: dict[Platform, ChatPlatform] = {Platform.CONSOLE: console}
    async with _application(settings, platforms, progress, None) as parts:
        running, application, jobs, _ = parts
        await running.start(jobs)
        await running.start(Ticking(application.ticker.tick))
        app = ConsoleApp(
            console,
            application.router,
            name=name,
            drain=partial(jobs.drain, _DRAIN_SECONDS),
            source=source,
        )
        if greet:
            await app.greet()
        await app.run()


@contextlib.asynccontextmanager
async def _application(
    settings: Settings,
    platforms: Mapping[Platform, ChatPlatform],
    progress: Progress | None,
    clock: Clock | None,
) -> AsyncIterator[Parts]:
    budget = budget_of(settings)
    async with Running() as running:
        jobs = DbosJobs(
            database_url(settings.database).render_as_string(hide_password=False),
            lanes=list(platforms),
        )
        database = await open_database(settings, jobs.enqueue)
        running.push_async_callback(database.close)
        judging = await asyncio.to_thread(open_judging, settings)
        running.push_async_callback(judging.close)
        if await load_bank(database):
            _LOG.info("the shipped questions are up to date")
        await try_index_bank(database, judging, progress)
        application = assemble(
            database=database,
            answer_grader=judging.answer_grader,
            jobs=jobs,
            platforms=platforms,
            clock=clock or SystemClock(),
            budget=budget,
            second_reader=SecondReader(judging.grader, judging.retriever),
        )
        yield Parts(running, application, jobs, judging)


def _chat_platforms(
    settings: Settings,
) -> tuple[dict[Platform, ChatPlatform], dict[Platform, Listen]]:
    platforms: dict[Platform, ChatPlatform] = {}
    listeners: dict[Platform, Listen] = {}
    if settings.slack_bot_token is not None:
        platforms[Platform.SLACK], listeners[Platform.SLACK] = _slack(settings)
    if settings.discord_token is not None:
        platforms[Platform.DISCORD], listeners[Platform.DISCORD] = _discord(settings)
    return platforms, listeners


def _slack(settings: Settings) -> tuple[ChatPlatform, Listen]:
    # Imported here: a process that serves Discord alone need not load Slack's libraries.
    from bot.platforms.slack.app import SlackApp  # noqa: PLC0415
    from bot.platforms.slack.client import SlackPlatform  # noqa: PLC0415
    from bot.platforms.slack.config import SlackConfig  # noqa: PLC0415

    if settings.slack_app_token is None or settings.slack_bot_token is None:
        raise StartupError(
            "Slack needs both SLACK_BOT_TOKEN (xoxb-…) and SLACK_APP_TOKEN (xapp-…): the README "
            "says where to copy them from."
        )
    platform = SlackPlatform(
        SlackConfig(
            bot_token=settings.slack_bot_token.get_secret_value(),
            app_token=settings.slack_app_token.get_secret_value(),
            api_url=settings.slack_api_url,
        )
    )

    def listen(application: Application) -> Listener:
        return SlackApp(
            platform,
            application.router,
            missed=partial(application.open_threads, Platform.SLACK),
        )

    return platform, listen


def _discord(settings: Settings) -> tuple[ChatPlatform, Listen]:
    from bot.platforms.discord.app import DiscordApp  # noqa: PLC0415
    from bot.platforms.discord.client import DiscordPlatform  # noqa: PLC0415
    from bot.platforms.discord.commands import CommandMemory  # noqa: PLC0415
    from bot.platforms.discord.config import DiscordConfig  # noqa: PLC0415

    if settings.discord_token is None:
        raise StartupError("Discord needs DISCORD_TOKEN.")
    memo = Memo(settings.data_dir / "discord-commands")
    platform = DiscordPlatform(
        DiscordConfig(
            token=settings.discord_token.get_secret_value(),
            api_url=settings.discord_api_url,
            gateway_url=settings.discord_gateway_url,
        )
    )

    def listen(application: Application) -> Listener:
        return DiscordApp(
            platform,
            application.router,
            missed=partial(application.open_threads, Platform.DISCORD),
            command_memory=CommandMemory(load=memo.load, save=memo.save),
        )

    return platform, listen
