"""`prepbot run` and `prepbot console`: brings the application up, and down again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial
from typing import BinaryIO, Final, NamedTuple, Protocol

from starlette.routing import BaseRoute

from bot.bootstrap import Application, Running, assemble, budget_of
from bot.clock.system import SystemClock
from bot.clock.ticking import TICK_SECONDS, Ticking
from bot.core import (
    Database,
    Judging,
    load_bank,
    open_database,
    open_judging,
)
from bot.garbage import spare_what_stays
from bot.indexing import Indexing
from bot.jobs.durable import DbosJobs
from bot.perseverance import Persevering
from bot.platforms.console.app import ConsoleApp
from bot.platforms.console.client import ConsolePlatform
from bot.settings import Settings
from bot.storage.engine import database_url
from bot.vitals import Listener, vitals
from bot.web.health import WebServer, web_app
from handlers.appeals.second import SecondReader
from handlers.daily.post import POST_QUESTION
from handlers.ports import ChatPlatform, Clock
from handlers.practice.step import HEAR_ANSWER, SAY_TURN
from handlers.refs import Platform

_LOG = logging.getLogger(__name__)
# A grade may wait for a slow endpoint's last retry before the console ends.
_DRAIN_SECONDS: Final = 900.0
# A finished job's id stays known for longer than any platform delivers again.
_KEEP_JOBS: Final = timedelta(days=30)
_PRUNE_SECONDS: Final = 86_400.0
# What mostly waits: for a platform's limits, or for a model's words. Five hundred interviews at
# once keep about sixty of these jobs waiting.
PATIENT: Final = (POST_QUESTION, SAY_TURN, HEAR_ANSWER)
PATIENT_AT_ONCE: Final = 128
# In an interview somebody sits and waits for what comes next.
PROMPT: Final = (SAY_TURN, HEAR_ANSWER)


class Parts(NamedTuple):
    """What a run is made of."""

    running: Running
    application: Application
    jobs: DbosJobs
    judging: Judging


class _Speaking(Protocol):
    """A chat platform, from the settings to something that speaks."""

    @property
    def platform(self) -> Platform:
        """Which one."""

    def speak(self, database: Database, clock: Clock) -> ChatPlatform:
        """Return what says things there; nothing is reached yet."""

    async def close(self) -> None:
        """Let go of everything, once nothing is said any more."""


class Service(_Speaking, Protocol):
    """A chat platform that listens for itself, once there is somebody to hand things to."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """What the web server serves for it; known after `speak`."""

    def listen(self, application: Application) -> Listener:
        """Return what listens there, handing everything to the application."""


async def serve(
    settings: Settings,
    *,
    stop: asyncio.Event,
    clock: Clock | None = None,
    tick_seconds: float = TICK_SECONDS,
) -> None:
    """Serve Slack and Discord until ``stop`` is set.

    A platform that does not answer is tried again in the background; the other one goes on.

    Args:
        settings: where things are.
        stop: ends it, in an orderly way.
        clock: what tells the time; the machine's if ``None``.
        tick_seconds: how often the schedules are looked at.

    Raises:
        StartupError: something can't be used; says what to do.
    """
    services = _services(settings)
    async with _application(settings, services, clock) as parts:
        running, application, jobs, judging = parts
        listening = {
            service.platform: Persevering(service.listen(application), service.platform.title())
            for service in services
        }
        health = partial(vitals, application, judging.retriever, listening)
        routes = [route for service in services for route in service.routes]
        web = WebServer(web_app(health, routes), settings.http_host, settings.http_port)
        await running.start(web)
        # Jobs first: whatever comes in is enqueued, and their tables are made at the first start.
        await running.start(jobs)
        spare_what_stays()
        await running.start_together(list(listening.values()))
        await running.start(Ticking(application.ticker.tick, tick_seconds))
        await running.start(Ticking(partial(jobs.prune, _KEEP_JOBS), _PRUNE_SECONDS))
        await running.start(Ticking(application.retention.prune, _PRUNE_SECONDS))
        ready = [
            service.platform for service in services if not listening[service.platform].trouble
        ]
        _LOG.info("Prepbot is ready on %s", " and ".join(ready) or "no platform yet")
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
    source: BinaryIO | None = None,
) -> None:
    """Run the console platform until its input ends.

    Args:
        settings: where things are.
        name: who is typing.
        greet: open on a question.
        source: where lines come from; standard input if ``None``.

    Raises:
        StartupError: something can't be used; says what to do.
    """
    console = ConsolePlatform(settings.data_dir)
    async with _application(settings, [_ConsoleService(console)], None) as parts:
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
    services: Sequence[_Speaking],
    clock: Clock | None,
) -> AsyncIterator[Parts]:
    budget = budget_of(settings)
    clock = clock or SystemClock()
    async with Running() as running:
        jobs = DbosJobs(
            database_url(settings.database).render_as_string(hide_password=False),
            lanes=[service.platform for service in services],
            patient=PATIENT,
            patient_concurrency=PATIENT_AT_ONCE,
            prompt=PROMPT,
        )
        database = await open_database(settings, jobs.enqueue, jobs.look)
        running.push_async_callback(database.close)
        judging = await asyncio.to_thread(open_judging, settings)
        running.push_async_callback(judging.close)
        if await load_bank(database):
            _LOG.info("the shipped questions are up to date")
        # People need not wait for it: without related answers grading is only a little poorer.
        await running.start(Indexing(database, judging))
        platforms = {}
        for service in services:
            platforms[service.platform] = service.speak(database, clock)
            running.push_async_callback(service.close)
        application = assemble(
            database=database,
            answer_grader=judging.answer_grader,
            jobs=jobs,
            platforms=platforms,
            clock=clock,
            budget=budget,
            second_reader=SecondReader(judging.grader, judging.retriever),
            interviewer=judging.interviewer,
            narrator=judging.narrator,
            speech=judging.speech,
            team_index=judging.retriever,
        )
        yield Parts(running, application, jobs, judging)


def _services(settings: Settings) -> list[Service]:
    # Imported here: a process that serves one platform need not load the other's libraries.
    services: list[Service] = []
    if settings.wants_slack:
        from bot.slack_service import SlackService  # noqa: PLC0415

        services.append(SlackService(settings))
    if settings.discord_token is not None:
        from bot.discord_service import DiscordService  # noqa: PLC0415

        services.append(DiscordService(settings))
    return services


class _ConsoleService:
    """The console, which is driven by its own lines."""

    platform = Platform.CONSOLE

    def __init__(self, console: ConsolePlatform) -> None:
        self._console = console

    def speak(self, database: Database, clock: Clock) -> ChatPlatform:  # noqa: ARG002
        return self._console

    async def close(self) -> None:
        pass
