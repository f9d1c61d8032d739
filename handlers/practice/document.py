"""The job that reads a job description or CV which somebody sent as a file."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final

from handlers.message import Message, say
from handlers.ports import Again, DeliveryFailed
from handlers.practice.attachment import unpack_attachment
from handlers.practice.ports import DocumentReader, Unreadable
from handlers.practice.record import MAX_BACKGROUND, PracticeSession
from handlers.practice.speaker import Speaker
from handlers.practice.talk import word_count
from handlers.retry import delay_before
from handlers.storage import UnitOfWorkFactory
from questions.ports import GraderUnavailable

_LOG = logging.getLogger(__name__)
_RETRIES: Final = (2.0, 10.0, 60.0)
_OUT_OF_REACH: Final = (
    "I could not fetch that file. Paste the text instead, beginning with “Job description:”."
)


class ReadDocument:
    """Handles `READ_DOCUMENT`; its subject begins with the session's id.

    Args:
        unit_of_work: opens transactions.
        speaker: says things.
        reader: reads files.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, speaker: Speaker, reader: DocumentReader
    ) -> None:
        self._unit_of_work = unit_of_work
        self._speaker = speaker
        self._reader = reader

    async def __call__(self, subject: str, attempt: int) -> Again | None:
        """Read the file that is waiting; see `JobHandler`."""
        session_id = subject.partition("-")[0]
        async with self._unit_of_work(read_only=True) as work:
            session = await work.practice.get(session_id)
        if session is None or session.state.is_ended or not session.document:
            return None
        try:
            text = await self._read(session)
        except GraderUnavailable as error:
            delay = delay_before(attempt, _RETRIES, error.retry_after)
            if delay is not None:
                return Again(delay)
            text = Unreadable(detail=_OUT_OF_REACH)
        said = await self._keep(session, text)
        try:
            await self._speaker.say(session, said, key=f"practice-read:{subject}")
        except DeliveryFailed as error:
            _LOG.warning("a file was read and nobody told: %s", error.reason)
        return None

    async def _read(self, session: PracticeSession) -> str | Unreadable:
        document = unpack_attachment(session.document)
        if document is None:
            return Unreadable(detail=_OUT_OF_REACH)
        return await self._reader.read(document, session.user)

    async def _keep(self, session: PracticeSession, text: str | Unreadable) -> Message:
        async with self._unit_of_work() as work:
            stored = await work.practice.locked(session.id)
            if stored is not None:
                background = text[:MAX_BACKGROUND] if isinstance(text, str) else stored.background
                await work.practice.update(replace(stored, document="", background=background))
        if isinstance(text, Unreadable):
            return say(text.detail)
        read = text[:MAX_BACKGROUND]
        cut = " (its beginning; the rest was too long)" if len(text) > MAX_BACKGROUND else ""
        return say(f"I have read your file: {word_count(read):,} words{cut}.")
