"""All wiring in one place: features, jobs, platforms and the clock become one application."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol, TypeVar

from bot.core import Database
from bot.rooms import furnish
from bot.rooms.answers import answers
from bot.rooms.appeals import appeals
from bot.rooms.indexing import indexing
from bot.rooms.practice import practice
from bot.rooms.report import report
from bot.rooms.room import House, TakeReply, together
from bot.settings import Settings
from bot.startup import StartupError
from handlers.answers.grade import PENDING_NOTE_AFTER
from handlers.answers.judge import AnswerGrader
from handlers.appeals.second import SecondReader
from handlers.bank.index import TeamIndex
from handlers.completion.complete import Completer
from handlers.daily.tick import Ticker
from handlers.delivery import Deliverer
from handlers.dispatch import Reception
from handlers.help import Help, in_order
from handlers.home.command import Home
from handlers.invocation import IncomingDeletion, IncomingEdit, IncomingReply
from handlers.metering.account import Account
from handlers.metering.budget import UNLIMITED, Budget, Limits, Tariff
from handlers.metering.metered import MeteredGrader
from handlers.ports import ChatPlatform, Clock, Jobs
from handlers.practice.age import later
from handlers.practice.ports import DocumentReader, Interviewer
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef
from handlers.report.ask import ReportOnEnding
from handlers.report.ports import Narrator, ReportPress
from handlers.retention import Retention
from handlers.reveal.claim import RevealClaims
from handlers.router import Router
from handlers.teams.permission import Permission
from handlers.voice.ports import SpeechToText
from handlers.voice.transcribe import RecordingTranscriber
from handlers.workspaces.arrive import Arrival
from handlers.workspaces.leave import Departure

_Change = TypeVar("_Change", IncomingEdit, IncomingDeletion)
# Threads older than this are not re-read after a reconnect.
_MISSED_SINCE: Final = timedelta(days=3)


class Runnable(Protocol):
    """Something that is started once and stopped once."""

    async def start(self) -> None:
        """Begin.

        Raises:
            StartupError: it can't; says what to do.
        """

    async def stop(self) -> None:
        """End, and let go of everything."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """The rings, wired: what adapters call and what time drives."""

    router: Router
    ticker: Ticker
    retention: Retention
    database: Database
    clock: Clock
    departure: Departure
    arrival: Arrival

    async def open_threads(self, platform: Platform) -> Sequence[ThreadRef | ChannelRef]:
        """Return the threads of recent questions, to re-read after a platform was out of reach."""
        since = (self.clock.now() - _MISSED_SINCE).date()
        async with self.database.unit_of_work(read_only=True) as work:
            threads: list[ThreadRef | ChannelRef] = [
                *await work.occurrences.open_threads(since),
                *await work.practice.open_places(),
            ]
        return [thread for thread in threads if thread.platform is platform]

    async def open_conversations(self, platform: Platform) -> Sequence[ThreadRef | ChannelRef]:
        """Return the same, and the direct messages in which a question was asked without one."""
        since = (self.clock.now() - _MISSED_SINCE).date()
        async with self.database.unit_of_work(read_only=True) as work:
            direct = await work.occurrences.asked_directly(since)
        threads = await self.open_threads(platform)
        return [*threads, *(channel for channel in direct if channel.platform is platform)]

    async def waiting_messages(self, channel: ChannelRef) -> Sequence[MessageRef]:
        """Return a channel's messages, in threads too, that hold an answer without its grade."""
        async with self.database.unit_of_work(read_only=True) as work:
            return await work.answers.waiting_messages(channel)

    async def newest_question(self, channel: ChannelRef) -> MessageRef | None:
        """Return the message with what was asked last in a channel, in an interview or not."""
        async with self.database.unit_of_work(read_only=True) as work:
            newest = await work.occurrences.newest_posted(channel)
            turn = await work.practice.newest_message(channel)
        return later(None if newest is None else newest.message, turn)


def assemble(
    *,
    database: Database,
    answer_grader: AnswerGrader,
    jobs: Jobs,
    platforms: Mapping[Platform, ChatPlatform],
    clock: Clock,
    budget: Budget = UNLIMITED,
    second_reader: SecondReader | None = None,
    pending_note_after: float = PENDING_NOTE_AFTER,
    interviewer: Interviewer | None = None,
    document_reader: DocumentReader | None = None,
    speech: SpeechToText | None = None,
    narrator: Narrator | None = None,
    press: ReportPress | None = None,
    team_index: TeamIndex | None = None,
) -> Application:
    """Wire the features to their ports; the jobs' handlers are registered on the way.

    Args:
        database: where rows are.
        answer_grader: what grades one reply.
        jobs: what runs durable work; not started yet.
        platforms: what speaks on each platform that runs.
        clock: what tells the time.
        budget: what grading may cost.
        second_reader: what reads an answer once more; without one, appeals go to a lead as they
            are.
        pending_note_after: seconds after which a person is told that a grade takes longer.
        interviewer: what words the turns of an interview; without one the bank and the code do.
        document_reader: what reads job descriptions and CVs.
        speech: what writes down spoken answers.
        narrator: what words the summary of a report; without one code does.
        press: what makes files of a report; our own if ``None``.
        team_index: holds what is found for a team; without one, only the shipped bank is found.
    """
    unit_of_work = database.unit_of_work
    account = Account(unit_of_work, clock, budget)
    house = House(
        database=database,
        deliverer=Deliverer(unit_of_work, platforms),
        platforms=platforms,
        clock=clock,
        grader=MeteredGrader(answer_grader, unit_of_work, clock, budget),
        budget=budget,
        home=Home(unit_of_work, clock, platforms),
    )
    answering = answers(house, pending_note_after=pending_note_after)
    practising = practice(
        house,
        interviewer=interviewer,
        transcriber=(None if speech is None else RecordingTranscriber(platforms, speech, account)),
        reader=document_reader,
        ended=ReportOnEnding(clock),
    )
    rooms = together(
        [
            answering.room,
            practising,
            report(house, press, narrator),
            *furnish(house),
            indexing(house, team_index),
            appeals(house, second_reader),
        ]
    )
    for job in rooms.jobs:
        jobs.register(job.name, job.handler, job.gave_up)
    features = in_order(rooms.features)
    router = Router(
        features=[*features, Help([feature.command for feature in features]).feature],
        clicks=rooms.clicks,
        forms=rooms.forms,
        show_home=house.home.open,
        take_reply=_first_reply(rooms.replies, answering.intake.reply),
        take_edit=_first_change(rooms.edits, answering.changes.edited),
        take_deletion=_first_change(rooms.deletions, answering.changes.deleted),
        may_manage=Permission(unit_of_work).may_manage,
        look_up=Completer(unit_of_work).complete,
    )
    return Application(
        router=router,
        ticker=Ticker(unit_of_work, clock, RevealClaims(unit_of_work), also=rooms.ticks),
        retention=Retention(unit_of_work, clock),
        database=database,
        clock=clock,
        departure=Departure(unit_of_work, clock),
        arrival=Arrival(unit_of_work),
    )


def _first_reply(
    takers: Sequence[TakeReply], otherwise: Callable[[IncomingReply], Awaitable[Reception]]
) -> Callable[[IncomingReply], Awaitable[Reception]]:
    async def take(reply: IncomingReply) -> Reception:
        for taker in takers:
            reception = await taker(reply)
            if reception is not None:
                return reception
        return await otherwise(reply)

    return take


def _first_change(
    takers: Sequence[Callable[[_Change], Awaitable[bool]]],
    otherwise: Callable[[_Change], Awaitable[None]],
) -> Callable[[_Change], Awaitable[None]]:
    async def take(change: _Change) -> None:
        for taker in takers:
            if await taker(change):
                return
        await otherwise(change)

    return take


def budget_of(settings: Settings) -> Budget:
    """Return what grading may cost by the settings.

    Raises:
        StartupError: a limit in money is set, and no price that it could be kept by.
    """
    priced = settings.price_input > 0 or settings.price_output > 0
    if settings.uses_model and settings.usd_per_team_day > 0 and not priced:
        raise StartupError(
            "PREPBOT_USD_PER_TEAM_DAY can't be kept without prices: set PREPBOT_PRICE_INPUT and "
            "PREPBOT_PRICE_OUTPUT to the model's."
        )
    return Budget(
        limits=Limits(
            person_tokens=settings.tokens_per_person_day,
            team_tokens=settings.tokens_per_team_day,
            team_usd=settings.usd_per_team_day,
        ),
        tariff=Tariff(
            samples=settings.grader_samples,
            input_usd_per_mtok=settings.price_input,
            output_usd_per_mtok=settings.price_output,
            usd_per_spoken_minute=settings.price_transcription,
        ),
    )


class Running(contextlib.AsyncExitStack):
    """Starts things in order and stops them in reverse, whatever happens."""

    async def start(self, part: Runnable) -> None:
        """Start ``part`` and remember to stop it."""
        self.push_async_callback(part.stop)
        await part.start()

    async def start_together(self, parts: Sequence[Runnable]) -> None:
        """Start ``parts`` at once, none waiting for another, and remember to stop them."""
        for part in parts:
            self.push_async_callback(part.stop)
        starting = [asyncio.create_task(part.start()) for part in parts]
        try:
            await asyncio.gather(*starting)
        finally:
            for task in starting:
                task.cancel()
            await asyncio.gather(*starting, return_exceptions=True)
