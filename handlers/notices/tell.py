"""The job that tells somebody something in a direct message."""

from __future__ import annotations

import logging
from typing import Final

from handlers.delivery import Deliverer
from handlers.linking.words import told_linked
from handlers.message import Message
from handlers.notices.words import (
    blind_notice,
    edit_notice,
    no_thread_notice,
    pause_notice,
    waiting_notice,
)
from handlers.offers.message import told_author
from handlers.ports import Again, DeliveryFailed, TargetGone
from handlers.records import Notice, NoticeKind
from handlers.retry import delay_before, platform_delays
from handlers.storage import UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
_RETRIES: Final = platform_delays(hours=2)


class NoticeTeller:
    """Handles the `TELL_NOTICE` job; each notice is seen once."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, deliverer: Deliverer) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer

    async def __call__(self, notice_id: str, attempt: int) -> Again | None:
        """Tell it; see `JobHandler`."""
        async with self._unit_of_work(read_only=True) as work:
            notice = await work.notices.get(notice_id)
        message = None if notice is None else await self._words(notice)
        if notice is None or message is None:
            return None  # what it was about is gone, and with it the reason to tell
        try:
            await self._deliverer.deliver(
                await self._deliverer.direct(notice.user),
                message,
                team_id=notice.team_id,
                key=f"notice:{notice.id}",
            )
        except TargetGone as error:
            _LOG.warning("notice %s can't be told: %s", notice.key, error.reason)
            return None
        except DeliveryFailed as error:
            _LOG.warning("notice %s is not told yet: %s", notice.key, error.reason)
            delay = delay_before(attempt, _RETRIES, error.retry_after)
            return None if delay is None else Again(delay)
        return None

    async def _words(self, notice: Notice) -> Message | None:
        match notice.kind:
            case NoticeKind.BLIND:
                return await self._about_occurrence(notice)
            case NoticeKind.EDIT_NOT_GRADED:
                return await self._about_answer(notice)
            case NoticeKind.LINKED:
                async with self._unit_of_work(read_only=True) as work:
                    link = await work.links.get(notice.subject)
                return None if link is None else told_linked(link)
            case NoticeKind.NO_THREAD:
                return await self._about_occurrence(notice)
            case NoticeKind.OFFER:
                return await self._about_offer(notice)
            case NoticeKind.SCHEDULE_PAUSED | NoticeKind.SCHEDULE_WAITS:
                async with self._unit_of_work(read_only=True) as work:
                    schedule = await work.schedules.get(notice.subject)
                is_back = notice.kind is NoticeKind.SCHEDULE_WAITS
                words = waiting_notice if is_back else pause_notice
                return None if schedule is None else words(schedule)

    async def _about_occurrence(self, notice: Notice) -> Message | None:
        async with self._unit_of_work(read_only=True) as work:
            occurrence = await work.occurrences.get(notice.subject)
            question = occurrence and await work.questions.get(
                occurrence.team_id, occurrence.question_id or "", occurrence.question_version
            )
        if not occurrence or not question:
            return None
        link = await self._deliverer.link(occurrence.message)
        words = blind_notice if notice.kind is NoticeKind.BLIND else no_thread_notice
        return words(occurrence, question, link=link)

    async def _about_answer(self, notice: Notice) -> Message | None:
        async with self._unit_of_work(read_only=True) as work:
            answer = await work.answers.get(notice.subject)
            if answer is None:
                return None
            question = await work.questions.get(
                answer.team_id, answer.question_id, answer.question_version
            )
            occurrence = await work.occurrences.get(answer.occurrence_id)
            if question is None or occurrence is None:
                return None
            settings = await work.channels.get(occurrence.channel)
        link = await self._deliverer.link(occurrence.message)
        return edit_notice(answer, occurrence, settings, question, link=link)

    async def _about_offer(self, notice: Notice) -> Message | None:
        async with self._unit_of_work(read_only=True) as work:
            offer = await work.offers.get(notice.subject)
            question = offer and await work.questions.get(
                offer.team_id, offer.question_id, offer.question_version
            )
        return told_author(offer, question) if offer and question else None
