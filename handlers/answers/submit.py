"""Taking an answer in: its row and its job are written in one transaction."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from handlers.answers.talk import is_talk
from handlers.dispatch import NotStored, Reception
from handlers.invocation import Caller, IncomingReply
from handlers.markdown import from_markdown
from handlers.message import Message, code, say
from handlers.ports import Clock, Job
from handlers.records import Answer, AnswerSource, Occurrence, OccurrenceState
from handlers.refs import ChannelRef, MessageRef, ThreadRef
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join
from questions.grading import refuse_reply

GRADE_ANSWER: Final = "grade-answer"
SHOW_GRADE: Final = "show-grade"
# Two seconds in all: a platform waits three for its acknowledgement.
_POSTING_LOOKS: Final = 20
POSTING_PAUSE: Final = 0.1
# A claim that is older is stuck for some other reason than a post under way.
_POSTING_AGE: Final = timedelta(hours=1)

NO_QUESTION: Final = say(
    "There is no open question here yet. Ask for one with ",
    code("/prep today"),
    ", then answer it.",
)


TALK: Final = say(
    "I took that for conversation. To answer once more, write a few sentences or use ",
    code("/prep answer"),
    ".",
)


def grade_job(answer: Answer) -> Job:
    """Return the job that grades an answer and shows the grade."""
    return Job(kind=GRADE_ANSWER, subject=answer.id, lane=answer.show_in.platform)


def show_job(answer: Answer) -> Job:
    """Return the job that shows a grade which could not be shown at once."""
    return Job(kind=SHOW_GRADE, subject=answer.id, lane=answer.show_in.platform)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """An answer on its way in.

    Attributes:
        key: the idempotency key.
        message: the message that holds it, where there is one.
        show_in: where its grade goes; the question's own place if ``None``.
    """

    caller: Caller
    text: str
    source: AnswerSource
    key: str
    message: MessageRef | None = None
    show_in: ChannelRef | ThreadRef | None = None


class AnswerIntake:
    """Stores answers and enqueues their grading."""

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        *,
        posting_pause: float = POSTING_PAUSE,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._posting_pause = posting_pause

    async def reply(self, reply: IncomingReply) -> Reception:
        """Take in a message that may answer a question.

        Raises:
            StorageUnavailable: it could not be stored.
            NotStored: it may answer a question whose thread is not known yet.
            NoTeam: see `handlers.teams.membership.find_team`.
        """
        caller = reply.caller
        occurrence = await self._replied_to(reply)
        if occurrence is None:
            return Reception(stored=False, message=NO_QUESTION if caller.is_direct else None)
        submission = Submission(
            caller=caller,
            text=reply.text,
            source=AnswerSource.MESSAGE,
            key=f"message:{reply.message.pack()}",
            message=reply.message,
            show_in=reply.message.thread or (caller.channel if caller.is_direct else None),
        )
        return await self.submit(submission, occurrence)

    async def submit(self, submission: Submission, occurrence: Occurrence) -> Reception:
        """Store an answer to ``occurrence``, unless it is refused, known already, or just talk.

        Raises:
            StorageUnavailable: it could not be stored.
            NoTeam: see `handlers.teams.membership.find_team`.
        """
        refusal = refuse_reply(submission.text)
        async with self._unit_of_work() as work:
            if await work.answers.by_key(submission.key) is not None:
                return Reception(stored=True)
            membership = await join(work, submission.caller)
            if submission.source is AnswerSource.MESSAGE:
                answered = await work.answers.has_answered(membership.member.id, occurrence.id)
                if is_talk(submission.text, has_answered=answered):
                    direct = submission.caller.is_direct
                    return Reception(stored=False, message=TALK if direct else None)
            if refusal is not None:
                return Reception(stored=False, message=say(refusal.detail))
            answer = self._answer(submission, occurrence, membership.member.id)
            if answer is None:
                return Reception(stored=False, message=NO_QUESTION)
            if await work.answers.add(answer):
                await work.enqueue(grade_job(answer))
        return Reception(stored=True)

    async def open_question(self, caller: Caller) -> Occurrence | None:
        """Return the question that an answer without an address is meant for."""
        async with self._unit_of_work(read_only=True) as work:
            if caller.thread is not None:
                found = await work.occurrences.of_thread(caller.thread)
                if found is not None:
                    return found
            return await work.occurrences.newest_posted(caller.channel)

    async def question(self, occurrence_id: str) -> tuple[Occurrence, Message] | None:
        """Return a posted occurrence and its prompt, to show above a form."""
        async with self._unit_of_work(read_only=True) as work:
            occurrence = await work.occurrences.get(occurrence_id)
            if occurrence is None or occurrence.question_id is None:
                return None
            question = await work.questions.get(
                occurrence.team_id, occurrence.question_id, occurrence.question_version
            )
        if question is None or occurrence.state is not OccurrenceState.POSTED:
            return None
        return occurrence, Message(blocks=from_markdown(question.prompt))

    async def _replied_to(self, reply: IncomingReply) -> Occurrence | None:
        """Find the question, giving one that is being posted a moment to become known.

        A reply can overtake the platform's response to our post, or follow a post after which we
        were killed: were it taken for talk, it would be lost.
        """
        for _ in range(_POSTING_LOOKS):
            async with self._unit_of_work(read_only=True) as work:
                found = await _replied_to(work, reply)
                since = self._clock.now() - _POSTING_AGE
                if found or not await work.occurrences.is_posting(reply.caller.channel, since):
                    return found
            await asyncio.sleep(self._posting_pause)
        raise NotStored

    def _answer(
        self, submission: Submission, occurrence: Occurrence, member_id: str
    ) -> Answer | None:
        if occurrence.question_id is None or occurrence.question_version is None:
            return None
        return Answer(
            id=uuid.uuid4().hex,
            team_id=occurrence.team_id,
            member_id=member_id,
            occurrence_id=occurrence.id,
            question_id=occurrence.question_id,
            question_version=occurrence.question_version,
            source=submission.source,
            key=submission.key,
            text=submission.text,
            show_in=submission.show_in or occurrence.thread or occurrence.channel,
            created_at=self._clock.now(),
            message=submission.message,
        )


async def _replied_to(work: UnitOfWork, reply: IncomingReply) -> Occurrence | None:
    thread = reply.message.thread
    if thread is not None:
        found = await work.occurrences.of_thread(thread)
        if found is not None or not reply.caller.is_direct:
            return found
    if not reply.caller.is_direct:
        return None
    return await work.occurrences.newest_posted(reply.caller.channel)
