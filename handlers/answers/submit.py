"""Taking an answer in: its row and its job are written in one transaction."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from handlers.answers.audience import is_closed
from handlers.answers.share import acknowledgement
from handlers.answers.talk import TALK_WORDS, is_talk
from handlers.answers.which import hidden_for, hidden_places, open_question, replied_to
from handlers.channels.sight import Sight
from handlers.dispatch import NotStored, Reception
from handlers.invocation import Caller, IncomingReply
from handlers.markdown import from_markdown
from handlers.message import Message, code, say
from handlers.notices.notice import tell
from handlers.ports import Clock, Job
from handlers.records import (
    Answer,
    AnswerSource,
    GradeMode,
    Member,
    NoticeKind,
    Occurrence,
    OccurrenceState,
)
from handlers.refs import ChannelRef, MessageRef, Place
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join
from questions.grading import refuse_reply
from questions.question import Question

GRADE_ANSWER: Final = "grade-answer"
REGRADE_ANSWER: Final = "regrade-answer"
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


CLOSED: Final = say(
    "That question was revealed, so answers to it no longer count: its thread has the model "
    "answer. Ask for another one with ",
    code("/prep today"),
    ".",
)
MANY_OPEN: Final = say(
    "More than one question is open for you, so I can't tell which one you mean. Use the Answer "
    "button under the question."
)
TALK: Final = say(
    "I took that for conversation. To answer once more, write a few sentences or use ",
    code("/prep answer"),
    ".",
)


def grade_job(answer: Answer) -> Job:
    """Return the job that grades an answer and shows the grade."""
    return Job(kind=GRADE_ANSWER, subject=answer.id, lane=answer.show_in.platform)


def regrade_job(answer: Answer) -> Job:
    """Return the job that grades an edited answer once more and shows the grade."""
    return Job(kind=REGRADE_ANSWER, subject=answer.id, lane=answer.show_in.platform)


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
    show_in: Place | None = None


class AnswerIntake:
    """Stores answers and enqueues their grading."""

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        sight: Sight,
        *,
        posting_pause: float = POSTING_PAUSE,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sight = sight
        self._posting_pause = posting_pause

    async def reply(self, reply: IncomingReply) -> Reception:
        """Take in a message that may answer a question.

        Raises:
            StorageUnavailable: it could not be stored.
            NotStored: it may answer a question whose thread is not known yet.
            NoTeam: see `handlers.teams.membership.find_team`.
        """
        if reply.message.thread is None and not reply.caller.is_direct:
            return Reception(stored=False)
        visible = await self._visible(reply.caller)
        for _ in range(_POSTING_LOOKS):
            reception = await self._unit_of_work.run(partial(self._take, reply, visible))
            if reception is not None:
                return reception
            await asyncio.sleep(self._posting_pause)
        raise NotStored

    async def _visible(self, caller: Caller) -> frozenset[ChannelRef]:
        """Return the channels whose blind questions a direct message may answer.

        The platform is asked before the transaction begins, which must wait for nothing else.
        """
        if not caller.is_direct:
            return frozenset()
        now = self._clock.now()
        places = await self._unit_of_work.run(
            lambda work: hidden_places(work, caller, now), read_only=True
        )
        return await self._sight.visible(caller, places) if places else frozenset()

    async def submit(self, submission: Submission, occurrence: Occurrence) -> Reception:
        """Store an answer to ``occurrence``, unless it is refused, known already, or just talk.

        Raises:
            StorageUnavailable: it could not be stored.
            NoTeam: see `handlers.teams.membership.find_team`.
        """
        return await self._unit_of_work.run(partial(self._submit_anew, submission, occurrence))

    async def open_question(self, caller: Caller) -> Occurrence | None:
        """Return the question that an answer without an address is meant for."""
        return await self._unit_of_work.run(
            lambda work: open_question(work, caller), read_only=True
        )

    async def question(self, occurrence_id: str) -> tuple[Occurrence, Message] | None:
        """Return a posted occurrence and its prompt, to show above a form.

        Of one that is just being posted it is known a moment later where its grades belong.
        """
        found = await self._look_up(occurrence_id)
        for _ in range(_POSTING_LOOKS):
            if found is None or found[0].state is OccurrenceState.POSTED:
                break
            await asyncio.sleep(self._posting_pause)
            found = await self._look_up(occurrence_id)
        return found

    async def _look_up(self, occurrence_id: str) -> tuple[Occurrence, Message] | None:
        found = await self._unit_of_work.run(partial(_asked, occurrence_id), read_only=True)
        if found is None:
            return None
        occurrence, question = found
        return occurrence, Message(blocks=from_markdown(question.prompt))

    async def _take(
        self, reply: IncomingReply, visible: frozenset[ChannelRef], work: UnitOfWork
    ) -> Reception | None:
        """Take in a message, unless the question that it may answer is just being posted.

        A reply can overtake the platform's response to our post, or follow a post after which we
        were killed: were it taken for talk, it would be lost. ``None`` says to look again.
        """
        occurrence = await replied_to(work, reply)
        since = self._clock.now() - _POSTING_AGE
        if occurrence is None and await work.occurrences.is_posting(reply.caller.channel, since):
            return None
        if reply.caller.is_direct:
            return await self._direct(reply, occurrence, visible, work)
        if occurrence is None:
            return Reception(stored=False)
        if occurrence.grades is GradeMode.BLIND:
            return await _send_away(reply.caller, occurrence, work)
        return await self._submit(_submission(reply), occurrence, work)

    async def _submit_anew(
        self, submission: Submission, occurrence: Occurrence, work: UnitOfWork
    ) -> Reception:
        # It may have been revealed since the form was opened.
        current = await work.occurrences.get(occurrence.id)
        return await self._submit(submission, current or occurrence, work)

    async def _submit(
        self, submission: Submission, occurrence: Occurrence, work: UnitOfWork
    ) -> Reception:
        if await _is_known(work, submission):
            return Reception(stored=True)
        member = (await join(work, submission.caller)).member
        refusal = await _refuse(work, submission, occurrence, member)
        if refusal is not None:
            return refusal
        answer = self._answer(submission, occurrence, member.id)
        if answer is None:
            return Reception(stored=False, message=NO_QUESTION)
        if await work.answers.add(answer):
            await work.enqueue(grade_job(answer))
        return Reception(stored=True, message=acknowledgement(occurrence, answer))

    async def _direct(
        self,
        reply: IncomingReply,
        own: Occurrence | None,
        visible: frozenset[ChannelRef],
        work: UnitOfWork,
    ) -> Reception:
        """Take in a direct message.

        Outside a question's own thread, it answers a blind question of the team's where one came
        later than the conversation's own newest question, or where the conversation has none.
        """
        hidden: list[Occurrence] = []
        thread = reply.message.thread
        if own is None or thread is None or own.thread != thread:
            hidden = await hidden_for(work, reply.caller, own, self._clock.now(), visible)
        if not hidden:
            if own is None:
                return Reception(stored=False, message=NO_QUESTION)
            return await self._submit(_submission(reply), own, work)
        if len(hidden) > 1:
            return Reception(stored=False, message=MANY_OPEN)
        # It may be a greeting: nobody asked this question in this conversation.
        if len(reply.text.split()) < TALK_WORDS:
            return Reception(stored=False, message=TALK)
        return await self._submit(_submission(reply), hidden[0], work)

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
            author=submission.caller.user,
        )


async def _asked(occurrence_id: str, work: UnitOfWork) -> tuple[Occurrence, Question] | None:
    """Return an open question, as it was asked."""
    occurrence = await work.occurrences.get(occurrence_id)
    if occurrence is None or occurrence.question_id is None or not occurrence.state.is_visible:
        return None
    question = await work.questions.get(
        occurrence.team_id, occurrence.question_id, occurrence.question_version
    )
    return None if question is None else (occurrence, question)


def _submission(reply: IncomingReply) -> Submission:
    direct = reply.caller.channel if reply.caller.is_direct else None
    return Submission(
        caller=reply.caller,
        text=reply.text,
        source=AnswerSource.MESSAGE,
        key=f"message:{reply.message.pack()}",
        message=reply.message,
        show_in=reply.message.thread or direct,
    )


async def _send_away(caller: Caller, occurrence: Occurrence, work: UnitOfWork) -> Reception:
    """Tell somebody privately, once, how a blind question is answered."""
    member = (await join(work, caller)).member
    knows = await work.answers.has_answered(member.id, occurrence.id)
    if not knows and not is_closed(occurrence):
        await tell(
            work,
            NoticeKind.BLIND,
            caller.user,
            team_id=occurrence.team_id,
            subject=occurrence.id,
            key=f"blind:{occurrence.id}:{member.id}",
        )
    return Reception(stored=False)


async def _is_known(work: UnitOfWork, submission: Submission) -> bool:
    """Return whether an answer is stored already, or its message was deleted before it came."""
    if await work.answers.by_key(submission.key) is not None:
        return True
    message = submission.message
    return message is not None and await work.answers.is_deleted(message)


async def _refuse(
    work: UnitOfWork, submission: Submission, occurrence: Occurrence, member: Member
) -> Reception | None:
    """Return why something is not taken as an answer, or ``None``."""
    if is_closed(occurrence):
        return Reception(stored=False, message=CLOSED)
    if submission.source is AnswerSource.MESSAGE:
        answered = await work.answers.has_answered(member.id, occurrence.id)
        if is_talk(submission.text, has_answered=answered):
            return Reception(stored=False, message=TALK if submission.caller.is_direct else None)
    refusal = refuse_reply(submission.text)
    return None if refusal is None else Reception(stored=False, message=say(refusal.detail))
