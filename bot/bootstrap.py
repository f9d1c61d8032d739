"""All wiring in one place: features, jobs, platforms and the clock become one application."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from bot.core import Database
from handlers.actions import ActionKind
from handlers.answers.command import AnswerCommand
from handlers.answers.grade import PENDING_NOTE_AFTER, AnswerGrader, GradeJob
from handlers.answers.submit import GRADE_ANSWER, SHOW_GRADE, AnswerIntake
from handlers.daily.post import POST_QUESTION, QuestionPoster
from handlers.daily.schedule import ScheduleCommand
from handlers.daily.tick import Ticker
from handlers.daily.today import Today
from handlers.delivery import Deliverer
from handlers.feature import Feature
from handlers.help import Help
from handlers.leaderboard.show import Leaderboard
from handlers.ports import ChatPlatform, Clock, Jobs
from handlers.refs import ChannelRef, Platform, ThreadRef
from handlers.router import Router

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
    database: Database
    clock: Clock

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
    pending_note_after: float = PENDING_NOTE_AFTER,
) -> Application:
    """Wire the features to their ports; the jobs' handlers are registered on the way.

    Args:
        database: where rows are.
        answer_grader: what grades one reply.
        jobs: what runs durable work; not started yet.
        platforms: what speaks on each platform that runs.
        clock: what tells the time.
        pending_note_after: seconds after which a person is told that a grade takes longer.
    """
    unit_of_work = database.unit_of_work
    deliverer = Deliverer(unit_of_work, platforms)
    intake = AnswerIntake(unit_of_work, clock)
    answer = AnswerCommand(intake)
    leaderboard = Leaderboard(unit_of_work, clock)
    features: list[Feature] = [
        Today(unit_of_work, clock).feature,
        answer.feature,
        leaderboard.feature,
        ScheduleCommand(unit_of_work, clock).feature,
    ]
    features.append(Help([feature.command for feature in features]).feature)
    grading = GradeJob(
        unit_of_work, deliverer, answer_grader, pending_note_after=pending_note_after
    )
    jobs.register(GRADE_ANSWER, grading, grading.gave_up)
    jobs.register(SHOW_GRADE, grading.show)
    posting = QuestionPoster(unit_of_work, deliverer)
    jobs.register(POST_QUESTION, posting, posting.gave_up)
    router = Router(
        features=features,
        clicks={ActionKind.ANSWER: answer.click, ActionKind.LEADERBOARD: leaderboard.click},
        forms={ActionKind.ANSWER: answer.sent},
        take_reply=intake.reply,
    )
    return Application(
        router=router,
        ticker=Ticker(unit_of_work, clock),
        database=database,
        clock=clock,
    )


class Running(contextlib.AsyncExitStack):
    """Starts things in order and stops them in reverse, whatever happens."""

    async def start(self, part: Runnable) -> None:
        """Start ``part`` and remember to stop it."""
        self.push_async_callback(part.stop)
        await part.start()
