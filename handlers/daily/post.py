"""Posting a claimed occurrence: pick the question, say it, remember where."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from handlers.daily.preview import next_due
from handlers.daily.question_message import question_message
from handlers.delivery import Deliverer
from handlers.notices.notice import tell
from handlers.ports import Again, Clock, DeliveryFailed, Job, TargetGone
from handlers.records import GradeMode, NoticeKind, Occurrence, OccurrenceState
from handlers.retry import delay_before
from handlers.reveal.rule import reveal_instant
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from questions.question import Question
from questions.role import Role
from questions.selection import pick_question, pick_role

POST_QUESTION: Final = "post-question"
_LOG = logging.getLogger(__name__)
_RETRIES: Final = (5.0, 15.0, 60.0, 300.0, 900.0)


def post_job(occurrence: Occurrence) -> Job:
    """Return the job that posts an occurrence."""
    return Job(kind=POST_QUESTION, subject=occurrence.id, lane=occurrence.channel.platform)


class QuestionPoster:
    """Handles the `POST_QUESTION` job."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, deliverer: Deliverer, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer
        self._clock = clock

    async def __call__(self, occurrence_id: str, attempt: int) -> Again | None:
        """Post the occurrence, as far as it has not been; see `handlers.ports.JobHandler`."""
        chosen = await self._unit_of_work.run(partial(self._choose, occurrence_id))
        return None if chosen is None else await self._post(*chosen, attempt)

    async def _choose(
        self, occurrence_id: str, work: UnitOfWork
    ) -> tuple[Occurrence, Question] | None:
        """Return what is to be posted, settled and stored; ``None`` if there is nothing to do."""
        occurrence = await work.occurrences.get(occurrence_id)
        if occurrence is None or occurrence.state is not OccurrenceState.CLAIMED:
            return None
        question = await _pick(work, occurrence)
        if question is None:
            await _close(work, occurrence, "the bank has no question for this role")
            return None
        if occurrence.question_id is None:
            occurrence = await settle(work, occurrence, self._clock.now())
        occurrence = replace(
            occurrence,
            role=question.role,
            question_id=question.id,
            question_version=question.version,
        )
        await work.occurrences.update(occurrence)
        return occurrence, question

    async def _post(self, occurrence: Occurrence, question: Question, attempt: int) -> Again | None:
        place = occurrence.thread or occurrence.channel
        reads_replies = self._deliverer.reads_replies(place)
        try:
            posted = await self._deliverer.deliver(
                place,
                question_message(question, occurrence, reads_replies=reads_replies),
                team_id=occurrence.team_id,
                key=f"question:{occurrence.id}",
                thread_title=question.title,
            )
        except TargetGone as error:
            await self._give_up(occurrence, error.reason, pause=True)
            return None
        except DeliveryFailed as error:
            delay = delay_before(attempt, _RETRIES, error.retry_after)
            if delay is not None:
                return Again(delay)
            await self._give_up(occurrence, error.reason, pause=False)
            return None
        occurrence = replace(
            occurrence,
            state=OccurrenceState.POSTED,
            message=posted.message,
            thread=posted.thread or occurrence.thread,
            reason=posted.trouble or None,
        )
        await self._unit_of_work.run(partial(_note_posted, occurrence))
        return None

    async def gave_up(self, occurrence_id: str, error_id: str) -> None:
        """Note that an occurrence can't be posted; see `handlers.ports.GaveUp`."""
        async with self._unit_of_work() as work:
            occurrence = await work.occurrences.get(occurrence_id)
            if occurrence is not None and occurrence.state is OccurrenceState.CLAIMED:
                await _close(work, occurrence, f"something went wrong on my side ({error_id})")

    async def _give_up(self, occurrence: Occurrence, reason: str, *, pause: bool) -> None:
        _LOG.warning("no question in %s: %s", occurrence.channel.pack(), reason)
        async with self._unit_of_work() as work:
            await _close(work, occurrence, reason)
            schedule = await work.schedules.of_channel(occurrence.channel)
            if not pause or schedule is None or schedule.paused is not None:
                return
            await work.schedules.put(replace(schedule, paused=reason))
            if schedule.owner is not None:
                await tell(
                    work,
                    NoticeKind.SCHEDULE_PAUSED,
                    schedule.owner,
                    team_id=schedule.team_id,
                    subject=schedule.id,
                    key=f"paused:{schedule.id}:{occurrence.id}",
                )


async def _note_posted(occurrence: Occurrence, work: UnitOfWork) -> None:
    """Store where a question stands, and have its missing thread told of."""
    await work.occurrences.update(occurrence)
    if occurrence.reason is not None:
        await _tell_of_trouble(work, occurrence)


async def _tell_of_trouble(work: UnitOfWork, occurrence: Occurrence) -> None:
    """Have who set the schedule told why its questions have no threads, once for each reason."""
    schedule = await work.schedules.of_channel(occurrence.channel)
    if schedule is None or schedule.owner is None:
        return
    await tell(
        work,
        NoticeKind.NO_THREAD,
        schedule.owner,
        team_id=occurrence.team_id,
        subject=occurrence.id,
        key=f"no-thread:{schedule.id}:{occurrence.reason}",
    )


async def settle(work: UnitOfWork, occurrence: Occurrence, now: datetime) -> Occurrence:
    """Return the occurrence with the channel's settings, which no longer change for it.

    Args:
        work: an open unit of work.
        occurrence: whose question is chosen now.
        now: this instant, aware.
    """
    schedule = await work.schedules.of_channel(occurrence.channel)
    zone = await work.teams.zone(occurrence.team_id) if schedule is None else schedule.zone
    settings = await work.channels.get(occurrence.channel)
    settled = replace(occurrence, zone=zone)
    if settings is None:
        return settled
    reveal_at = None
    if settings.grades is GradeMode.BLIND:
        following = None
        if schedule is not None:
            last = await work.occurrences.last_date(schedule.id)
            following = next_due(schedule, last, now)
        reveal_at = reveal_instant(now, settings.reveal_at, zone, following)
    return replace(settled, grades=settings.grades, reveal_at=reveal_at)


async def _pick(work: UnitOfWork, occurrence: Occurrence) -> Question | None:
    if occurrence.question_id is not None:
        return await work.questions.get(
            occurrence.team_id, occurrence.question_id, occurrence.question_version
        )
    history = await work.occurrences.asked(occurrence.channel)
    cards = await work.questions.cards(occurrence.team_id, occurrence.role)
    role = occurrence.role
    if role is None:
        schedule = await work.schedules.of_channel(occurrence.channel)
        roles = schedule.roles if schedule else tuple(Role)
        # A role without questions is never asked: its turn would come every day.
        askable = [r for r in roles if any(card.role is r for card in cards)]
        role = pick_role(askable or roles, history)
    card = pick_question(cards, role, history, seed=occurrence.channel.pack())
    if card is None:
        return None
    return await work.questions.get(occurrence.team_id, card.id, card.version)


async def _close(work: UnitOfWork, occurrence: Occurrence, reason: str) -> None:
    await work.occurrences.update(replace(occurrence, state=OccurrenceState.FAILED, reason=reason))
