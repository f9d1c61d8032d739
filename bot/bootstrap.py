"""All wiring in one place: features, jobs, platforms and the clock become one application."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from bot.core import Database
from bot.settings import Settings
from bot.startup import StartupError
from handlers.actions import ActionKind
from handlers.answers.change import ChangeIntake
from handlers.answers.command import AnswerCommand
from handlers.answers.grade import PENDING_NOTE_AFTER, GradeJob
from handlers.answers.judge import AnswerGrader
from handlers.answers.share import ShareButtons
from handlers.answers.showing import GradeShower
from handlers.answers.submit import GRADE_ANSWER, REGRADE_ANSWER, SHOW_GRADE, AnswerIntake
from handlers.appeals.button import AppealButton
from handlers.appeals.decide import AppealsCommand
from handlers.appeals.job import RECONSIDER, TELL_DECISION, TELL_READING
from handlers.appeals.reconsider import Reconsideration
from handlers.appeals.second import SecondReader
from handlers.appeals.tell import AppealTeller
from handlers.channels.settings import SettingsCommand
from handlers.daily.post import POST_QUESTION, QuestionPoster
from handlers.daily.schedule import ScheduleCommand
from handlers.daily.tick import Ticker
from handlers.daily.today import Today
from handlers.delivery import Deliverer
from handlers.feature import Feature
from handlers.feedback.button import FeedbackButtons
from handlers.help import Help
from handlers.home.command import Home
from handlers.leaderboard.show import Leaderboard
from handlers.metering.budget import UNLIMITED, Budget, Limits, Tariff
from handlers.metering.metered import MeteredGrader
from handlers.notices.notice import TELL_NOTICE
from handlers.notices.tell import NoticeTeller
from handlers.ports import ChatPlatform, Clock, HomeScreen, Jobs
from handlers.refs import ChannelRef, Platform, ThreadRef
from handlers.retention import Retention
from handlers.reveal.claim import RevealClaims
from handlers.reveal.job import LATE_GRADE, POST_REVEAL, REVEAL, REVEAL_GRADE
from handlers.reveal.reveal import Reveal
from handlers.router import Router
from handlers.shortcuts.pick import Shortcuts
from handlers.teams.managers import ManagersCommand
from handlers.teams.permission import Permission
from handlers.workspaces.leave import Departure

_LOG = logging.getLogger(__name__)
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

    async def open_threads(self, platform: Platform) -> Sequence[ThreadRef | ChannelRef]:
        """Return the threads of recent questions, to re-read after a platform was out of reach."""
        since = (self.clock.now() - _MISSED_SINCE).date()
        async with self.database.unit_of_work(read_only=True) as work:
            threads = await work.occurrences.open_threads(since)
        return [thread for thread in threads if thread.channel.platform is platform]


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
    """
    unit_of_work = database.unit_of_work
    deliverer = Deliverer(unit_of_work, platforms)
    intake = AnswerIntake(unit_of_work.urgent, clock)
    answer = AnswerCommand(intake)
    leaderboard = Leaderboard(unit_of_work, clock)
    screens = {name: p for name, p in platforms.items() if isinstance(p, HomeScreen)}
    home = Home(unit_of_work, clock, screens)
    feedback = FeedbackButtons(unit_of_work, clock)
    shortcuts = Shortcuts(
        unit_of_work, clock, intake, open_form=answer.click, send_form=answer.sent
    )
    appeal = AppealButton(unit_of_work, clock)
    appeals = AppealsCommand(unit_of_work)
    changes = ChangeIntake(unit_of_work, clock, intake)
    share = ShareButtons(unit_of_work)
    features: list[Feature] = [
        Today(unit_of_work, clock).feature,
        answer.feature,
        leaderboard.feature,
        home.feature,
        ScheduleCommand(unit_of_work, clock).feature,
        SettingsCommand(unit_of_work).feature,
        ManagersCommand(unit_of_work, clock).feature,
        appeals.feature,
    ]
    features.append(Help([feature.command for feature in features]).feature)
    grader = MeteredGrader(answer_grader, unit_of_work, clock, budget)
    grading = GradeJob(unit_of_work, deliverer, grader, pending_note_after=pending_note_after)
    refreshed = home.refresher.after(grading, unit_of_work)
    jobs.register(GRADE_ANSWER, refreshed, grading.gave_up)
    regraded = home.refresher.after(grading.again, unit_of_work)
    jobs.register(REGRADE_ANSWER, regraded, grading.gave_up)
    jobs.register(SHOW_GRADE, grading.show)
    jobs.register(REVEAL_GRADE, home.refresher.after(grading.show, unit_of_work))
    reveal = Reveal(unit_of_work, deliverer)
    jobs.register(REVEAL, reveal, reveal.gave_up)
    jobs.register(POST_REVEAL, reveal.post)
    jobs.register(LATE_GRADE, reveal.late)
    jobs.register(TELL_NOTICE, NoticeTeller(unit_of_work, deliverer))
    reconsidering = Reconsideration(unit_of_work, second_reader, clock, budget)
    jobs.register(RECONSIDER, reconsidering, reconsidering.gave_up)
    telling = AppealTeller(unit_of_work, deliverer)
    jobs.register(TELL_READING, telling.reading)
    jobs.register(TELL_DECISION, telling.decision)
    posting = QuestionPoster(unit_of_work, deliverer, clock)
    jobs.register(POST_QUESTION, posting, posting.gave_up)
    router = Router(
        features=features,
        clicks={
            ActionKind.ANSWER: answer.click,
            ActionKind.ANSWER_TODAY: shortcuts.answer_today,
            ActionKind.APPEAL: appeal.click,
            ActionKind.GRADE_THIS: shortcuts.grade_this,
            ActionKind.HELPFUL: feedback.click,
            ActionKind.UNHELPFUL: feedback.click,
            ActionKind.LEADERBOARD: leaderboard.click,
            ActionKind.KEEP_PRIVATE: share.click,
            ActionKind.OVERRIDE: appeals.override,
            ActionKind.SHARE: share.click,
            ActionKind.SHOW_GRADE: GradeShower(unit_of_work, deliverer).click,
            ActionKind.UPHOLD: appeals.uphold,
        },
        forms={
            ActionKind.ANSWER: answer.sent,
            ActionKind.APPEAL: appeal.sent,
            ActionKind.OVERRIDE: appeals.overridden,
            ActionKind.PICK: shortcuts.picked,
        },
        show_home=home.open,
        take_reply=intake.reply,
        take_edit=changes.edited,
        take_deletion=changes.deleted,
        may_manage=Permission(unit_of_work).may_manage,
    )
    return Application(
        router=router,
        ticker=Ticker(unit_of_work, clock, RevealClaims(unit_of_work)),
        retention=Retention(unit_of_work, clock),
        database=database,
        clock=clock,
        departure=Departure(unit_of_work, clock),
    )


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
