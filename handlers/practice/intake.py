"""Taking in what somebody writes during a session: answers, words to steer by, edits, deletions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from handlers.dispatch import Reception
from handlers.invocation import IncomingDeletion, IncomingEdit, IncomingReply
from handlers.message import say
from handlers.ports import Clock, Job
from handlers.practice import message as words
from handlers.practice.age import written_at
from handlers.practice.attachment import find_document, find_recording, pack_attachment
from handlers.practice.controls import PracticeControls
from handlers.practice.listen import without_answer
from handlers.practice.read import is_asked
from handlers.practice.record import (
    MAX_BACKGROUND,
    PracticeSession,
    PracticeTurn,
    SessionState,
    TurnKind,
    TurnState,
)
from handlers.practice.step import READ_DOCUMENT, hear_job
from handlers.practice.talk import Control, asks_back, read_control
from handlers.records import Delivery
from handlers.refs import MessageRef, ThreadRef
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from questions.grading import refuse_reply

_GRADED: Final = frozenset({TurnKind.QUESTION, TurnKind.FOLLOW_UP})
# What a paused session still listens for; anything else is meant for somebody else.
_WHILE_PAUSED: Final = frozenset({Control.RESUME, Control.QUIT, Control.RESTART, Control.PAUSE})
_BACKGROUND: Final = re.compile(
    r"^\s*(?:job description|job|jd|cv|resume|résumé|background)\s*[:\n]\s*(?P<text>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_JUST_NOW: Final = timedelta(seconds=90)
_NOTED: Final = say("Thank you, I have read that. Your answer can follow in a message of its own.")
_READING: Final = say("Thank you, I'm reading that file. Your answer can follow meanwhile.")
_NOTHING: Final = say("I can read text, and files with a job description or CV. Please write.")


class PracticeIntake:
    """Takes in messages of people who are in an interview.

    Args:
        unit_of_work: opens transactions.
        clock: what tells the time.
        controls: does what a word asks for.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, clock: Clock, controls: PracticeControls
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._controls = controls

    async def reply(self, reply: IncomingReply) -> Reception | None:
        """Take in a message; ``None`` where it is not meant for a session.

        Raises:
            StorageUnavailable: it could not be stored.
        """
        if not reply.caller.is_direct:
            return None
        async with self._unit_of_work(read_only=True) as work:
            if not await work.practice.has_open(reply.caller.user):
                return None
        return await self._unit_of_work.run(partial(self._receive, reply))

    async def edited(self, edit: IncomingEdit) -> bool:
        """Take in a changed message; ``False`` where it is not an interview's.

        Raises:
            StorageUnavailable: it could not be stored.
        """
        async with self._unit_of_work() as work:
            turn = await work.practice.turn_of_message(edit.message)
            if turn is None:
                return await self._is_session_here(work, edit)
            session = await work.practice.locked(turn.session_id)
            turn = await work.practice.turn(turn.id)
            waits = turn is not None and turn.state is TurnState.ANSWERED and not turn.begun
            if session is not None and turn is not None and waits and edit.text.strip():
                await work.practice.update_turn(replace(turn, answer=edit.text))
        return True

    async def deleted(self, deletion: IncomingDeletion) -> bool:
        """Take back an answer that is not being judged yet; ``False`` where it is none.

        Raises:
            StorageUnavailable: it could not be stored.
        """
        async with self._unit_of_work() as work:
            turn = await work.practice.turn_of_message(deletion.message)
            if turn is None:
                return False
            await work.practice.locked(turn.session_id)
            turn = await work.practice.turn(turn.id)
            if turn is not None and turn.state is TurnState.ANSWERED and not turn.begun:
                await work.practice.update_turn(without_answer(turn))
        return True

    async def _receive(self, reply: IncomingReply, work: UnitOfWork) -> Reception | None:
        session = await work.practice.open_of(reply.caller.user)
        turns = [] if session is None else await work.practice.turns(session.id)
        if session is None or not turns or not _is_here(session, turns, reply.message):
            return None
        return await self._take(work, session, turns[-1], reply)

    async def _take(
        self, work: UnitOfWork, session: PracticeSession, turn: PracticeTurn, reply: IncomingReply
    ) -> Reception | None:
        key = f"message:{reply.message.pack()}"
        control = read_control(reply.text)
        if session.state is SessionState.PAUSED and control not in _WHILE_PAUSED:
            return None
        known = await work.practice.turn_of_answer(key) is not None
        if known or await work.answers.is_deleted(reply.message):
            return Reception(stored=True)
        if control is not None:
            return await self._steer(work, session, reply, control, key)
        early = _written_early(turn, reply.message)
        taken = early or await _take_background(work, session, reply)
        if taken is not None:
            return taken
        if not await is_asked(work, turn):
            return Reception(stored=False, message=words.WAIT)
        return await self._answer(work, session, turn, reply, key)

    async def _steer(
        self,
        work: UnitOfWork,
        session: PracticeSession,
        reply: IncomingReply,
        control: Control,
        key: str,
    ) -> Reception:
        """Do what a word asks for, once: conversations are read again after every disconnect."""
        marker = f"practice-word:{key}"
        if await work.deliveries.get(marker) is not None:
            return Reception(stored=True)
        await work.deliveries.begin(Delivery(key=marker, team_id=session.team_id))
        said = await self._controls.steer(work, reply.caller.user, control, key=key)
        return Reception(stored=True, message=said)

    async def _answer(
        self,
        work: UnitOfWork,
        session: PracticeSession,
        turn: PracticeTurn,
        reply: IncomingReply,
        key: str,
    ) -> Reception:
        recording = find_recording(reply.attachments)
        text = reply.text.strip()
        if not text and recording is None:
            return Reception(stored=False, message=_NOTHING)
        graded = turn.kind in _GRADED
        if graded and not turn.clarified and text and asks_back(text):
            clarified = replace(turn, clarified=True, answer_key=key)
            await work.practice.update_turn(clarified)
            return Reception(stored=True, message=words.CLARIFICATION)
        refusal = refuse_reply(text) if graded and text else None
        if refusal is not None:
            return Reception(stored=False, message=say(refusal.detail))
        answered = replace(
            turn,
            state=TurnState.ANSWERED,
            answer=text,
            answer_key=key,
            answer_message=reply.message,
            answer_round=turn.answer_round + 1,
            asked_at=turn.asked_at or self._clock.now(),
            answered_at=self._clock.now(),
            recording="" if recording is None or text else pack_attachment(recording),
        )
        await work.practice.update_turn(answered)
        await work.practice.update(replace(session, wake_at=None))
        await work.enqueue(hear_job(session, answered))
        return Reception(stored=True)

    async def _is_session_here(self, work: UnitOfWork, edit: IncomingEdit) -> bool:
        """Return whether a changed message, which answers nothing, belongs to a session's talk."""
        session = await work.practice.open_of(edit.caller.user)
        if session is None or session.state is not SessionState.OPEN:
            return False
        turns = await work.practice.turns(session.id)
        if await work.answers.of_message(edit.message) is not None:
            return False
        return _is_here(session, turns, edit.message)


def _is_here(session: PracticeSession, turns: Sequence[PracticeTurn], message: MessageRef) -> bool:
    """Return whether a message stands where a session is held.

    In a direct message without threads of its own, somebody may still answer in the thread of a
    turn.
    """
    if isinstance(session.place, ThreadRef):
        return message.thread == session.place
    if message.channel != session.place:
        return False
    stood = {turn.message.id for turn in turns if turn.message is not None}
    return message.thread_id is None or message.thread_id in stood


def _written_early(turn: PracticeTurn, message: MessageRef) -> Reception | None:
    """Return what is done about a message that was written before the newest turn stood.

    It can't answer that turn. Just now, somebody may have missed that we went on; what is older
    was found by reading the conversation again. ``None`` for any other message.
    """
    stood = None if turn.message is None else written_at(turn.message)
    written = written_at(message)
    if stood is None or written is None or written >= stood:
        return None
    is_recent = stood - written < _JUST_NOW
    return Reception(stored=False, message=words.WAIT if is_recent else None)


async def _take_background(
    work: UnitOfWork, session: PracticeSession, reply: IncomingReply
) -> Reception | None:
    """Take in a job description or CV; ``None`` where the message holds none."""
    document = find_document(reply.attachments)
    if document is not None:
        packed = pack_attachment(document)
        await work.practice.update(replace(session, document=packed))
        job = Job(
            kind=READ_DOCUMENT,
            subject=f"{session.id}-{reply.message.id}".replace(".", "_"),
            lane=session.lane,
        )
        await work.enqueue(job)
        return Reception(stored=True, message=_READING)
    found = _BACKGROUND.match(reply.text)
    if found is None:
        return None
    text = found["text"].strip()[:MAX_BACKGROUND]
    await work.practice.update(replace(session, background=text))
    return Reception(stored=True, message=_NOTED)
