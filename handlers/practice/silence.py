"""Nobody answers: a time box ends, a reminder is sent, and at last the session is paused."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from handlers.message import Message
from handlers.ports import Again, Clock, DeliveryFailed, Job, TargetGone
from handlers.practice.flow import PAUSE_AFTER, Silence, look_after, on_silence, time_box
from handlers.practice.message import FELL_SILENT, REMINDER, TIME_UP
from handlers.practice.pausing import paused
from handlers.practice.read import read_scene
from handlers.practice.record import PracticeSession, PracticeTurn, SessionState, TurnState
from handlers.practice.speaker import Speaker
from handlers.practice.step import SAY_NOTE, Ended, advance, past_of
from handlers.retry import delay_before
from handlers.storage import UnitOfWork, UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
_AT_ONCE: Final = 200
_RETRIES: Final = (2.0, 5.0, 15.0, 60.0, 300.0, 900.0)


class Note(StrEnum):
    """What is said about a silence."""

    REMINDER = "reminder"
    TIME_UP = "timeup"
    FELL_SILENT = "silent"


_NOTES: Final[dict[Note, Message]] = {
    Note.REMINDER: REMINDER,
    Note.TIME_UP: TIME_UP,
    Note.FELL_SILENT: FELL_SILENT,
}


class SilenceWatch:
    """Looks at sessions in which nobody has answered for a while, and says what comes of it.

    Args:
        unit_of_work: opens transactions.
        clock: what tells the time.
        speaker: says things.
        ended: told when a session has ended.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, clock: Clock, speaker: Speaker, ended: Ended
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._speaker = speaker
        self._ended = ended

    async def tick(self, now: datetime) -> None:
        """Look at every session whose time has come; see `handlers.daily.tick.Tick`."""
        async with self._unit_of_work(read_only=True) as work:
            due = await work.practice.due(now, limit=_AT_ONCE)
        for session in due:
            async with self._unit_of_work() as work:
                await _look(work, session.id, now)

    async def note(self, subject: str, attempt: int) -> Again | None:
        """Say something about a silence, once, and go on after a time box; see `JobHandler`."""
        turn_id, note, _ = _unpack(subject)
        async with self._unit_of_work(read_only=True) as work:
            scene = await read_scene(work, turn_id)
        if scene is None or scene.session.state.is_ended:
            return None
        try:
            await self._speaker.say(scene.session, _NOTES[note], key=f"practice-note:{subject}")
        except TargetGone as error:
            _LOG.warning("session %s is silent for good: %s", scene.session.id, error.reason)
        except DeliveryFailed as error:
            delay = delay_before(attempt, _RETRIES, error.retry_after)
            if delay is not None:
                return Again(delay)
        if note is Note.TIME_UP:
            await self._go_on(turn_id)
        return None

    async def gave_up(self, subject: str, error_id: str) -> None:
        """Go on after a time box without a word about it; see `handlers.ports.GaveUp`."""
        _LOG.error("nothing was said about a silence (%s): %s", subject, error_id)
        turn_id, note, _ = _unpack(subject)
        if note is Note.TIME_UP:
            await self._go_on(turn_id)

    async def _go_on(self, turn_id: str) -> None:
        async with self._unit_of_work() as work:
            scene = await read_scene(work, turn_id, lock=True)
            if scene is None or scene.session.state.is_ended:
                return
            if scene.turns[-1].number == scene.turn.number:
                await advance(work, scene.session, self._clock.now(), self._ended)


async def _look(work: UnitOfWork, session_id: str, now: datetime) -> None:
    """Decide about one session's silence; whoever looked a moment ago has decided already."""
    session = await work.practice.locked(session_id)
    if session is None or session.state is not SessionState.OPEN:
        return
    if session.wake_at is None or session.wake_at > now:
        return
    turns = await work.practice.turns(session_id)
    turn = turns[-1] if turns else None
    if turn is None or turn.state is not TurnState.ASKED or turn.asked_at is None:
        await work.practice.update(replace(session, wake_at=None))
        return
    box = time_box(turn.kind, session.mode)
    if box is not None and turn.deadline_at is not None:
        box = turn.deadline_at - turn.asked_at
    found = on_silence(
        past_of(turns[:-1]),
        silent_for=now - turn.asked_at,
        box=box,
        reminded=session.reminded,
    )
    match found:
        case Silence.WAIT:
            wake_at = turn.asked_at + look_after(box, reminded=session.reminded)
            await work.practice.update(replace(session, wake_at=wake_at))
        case Silence.REMIND:
            wake_at = turn.asked_at + PAUSE_AFTER
            session = replace(session, wake_at=wake_at, reminded=True)
            await work.practice.update(session)
            await work.enqueue(_job(session, turn, Note.REMINDER))
        case Silence.TIME_UP:
            await work.practice.update_turn(replace(turn, state=TurnState.TIMED_OUT))
            await work.practice.update(replace(session, wake_at=None))
            await work.enqueue(_job(session, turn, Note.TIME_UP))
        case Silence.PAUSE:
            session, turn = paused(session, turn, now)
            await work.practice.update(session)
            await work.practice.update_turn(turn)
            await work.enqueue(_job(session, turn, Note.FELL_SILENT))


def _job(session: PracticeSession, turn: PracticeTurn, note: Note) -> Job:
    subject = f"{turn.id}-{note}-{session.round}"
    return Job(kind=SAY_NOTE, subject=subject, lane=session.lane)


def _unpack(subject: str) -> tuple[str, Note, int]:
    turn_id, note, round_ = subject.rsplit("-", 2)
    return turn_id, Note(note), int(round_)
