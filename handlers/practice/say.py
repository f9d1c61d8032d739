"""The job that says a turn: words it once, shows it once, and then waits for the answer."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Final

from handlers.ports import Again, Clock, DeliveryFailed, Posted, TargetGone
from handlers.practice.flow import awaits_answer, look_after, time_box
from handlers.practice.message import is_plain, turn_message
from handlers.practice.read import read_scene
from handlers.practice.record import PracticeSession, PracticeTurn, SessionState, TurnState
from handlers.practice.speaker import Speaker
from handlers.practice.step import Ended, advance, end, turn_key, turn_of_subject
from handlers.practice.writer import Scene, TurnWriter, Worded
from handlers.retry import delay_before
from handlers.storage import UnitOfWork, UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
# A platform may be down for long; an interview is worth a day of trying.
_RETRIES: Final = (2.0, 5.0, 15.0, 60.0, 300.0, *(900.0,) * 96)


class SayTurn:
    """Handles `SAY_TURN`; its subject is that of `say_job`.

    Args:
        unit_of_work: opens transactions.
        clock: tells when a turn was asked.
        speaker: says things.
        writer: words turns.
        ended: told when a session has ended.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        speaker: Speaker,
        writer: TurnWriter,
        ended: Ended,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._speaker = speaker
        self._writer = writer
        self._ended = ended

    async def __call__(self, subject: str, attempt: int) -> Again | None:
        """Say the turn, as far as that has not happened; see `JobHandler`."""
        turn_id = turn_of_subject(subject)
        async with self._unit_of_work(read_only=True) as work:
            scene = await read_scene(work, turn_id)
        if scene is None or not _is_to_be_said(scene):
            return None
        if not scene.turn.text:
            scene = await self._keep(scene, await self._writer.word(scene))
            if not _is_to_be_said(scene):
                return None
        try:
            posted = await self._show(scene)
        except TargetGone as error:
            _LOG.warning("session %s is lost: %s", scene.session.id, error.reason)
            await self._lose(scene.session.id)
            return None
        except DeliveryFailed as error:
            _LOG.warning("turn %s is not said yet: %s", turn_id, error.reason)
            delay = delay_before(attempt, _RETRIES, error.retry_after)
            if delay is None:
                await self._lose(scene.session.id)
                return None
            return Again(delay)
        await self._stand(turn_id, posted)
        return None

    async def gave_up(self, subject: str, error_id: str) -> None:
        """Pause the session: its person can resume it, which tries again; see `GaveUp`."""
        _LOG.error("turn %s could not be said: %s", subject, error_id)
        async with self._unit_of_work() as work:
            scene = await read_scene(work, turn_of_subject(subject), lock=True)
            if scene is not None and _is_to_be_said(scene):
                paused = replace(scene.session, state=SessionState.PAUSED, wake_at=None)
                await work.practice.update(paused)

    async def _keep(self, scene: Scene, worded: Worded) -> Scene:
        """Store the words before they are shown, so that a second try says the same."""
        async with self._unit_of_work() as work:
            stored = await read_scene(work, scene.turn.id, lock=True)
            if stored is None:
                return replace(scene, turn=replace(scene.turn, state=TurnState.LEFT))
            if stored.turn.text or not _is_to_be_said(stored):
                return stored
            turn = replace(
                stored.turn, text=worded.text, source=worded.source, probes=worded.probes
            )
            await work.practice.update_turn(turn)
        return replace(stored, turn=turn)

    async def _show(self, scene: Scene) -> Posted:
        key = turn_key(scene.turn)
        if is_plain(scene):
            return await self._speaker.stream(scene.session, scene.turn.text, key=key)
        return await self._speaker.say(scene.session, turn_message(scene), key=key)

    async def _stand(self, turn_id: str, posted: Posted) -> None:
        """Store that the turn stands; one that nobody answers is followed by the next."""
        now = self._clock.now()
        async with self._unit_of_work() as work:
            scene = await read_scene(work, turn_id, lock=True)
            if scene is None or scene.turn.message is not None:
                return
            session = scene.session
            if session.started_at is None:
                session = replace(session, started_at=now)
            turn = replace(scene.turn, message=posted.message)
            if turn.state is not TurnState.DUE:
                # Somebody was quicker with their answer than we with this.
                await work.practice.update_turn(turn)
                await work.practice.update(session)
                return
            turn = replace(turn, asked_at=now)
            if awaits_answer(turn.kind, scene.replies):
                await _wait_for_answer(work, session, turn, now)
                return
            await work.practice.update_turn(replace(turn, state=TurnState.HEARD))
            await work.practice.update(session)
            if not session.state.is_ended:
                await advance(work, session, now, self._ended)

    async def _lose(self, session_id: str) -> None:
        async with self._unit_of_work() as work:
            session = await work.practice.locked(session_id)
            if session is not None and not session.state.is_ended:
                await end(work, session, SessionState.LOST, self._clock.now(), self._ended)


async def _wait_for_answer(
    work: UnitOfWork, session: PracticeSession, turn: PracticeTurn, now: datetime
) -> None:
    box = time_box(turn.kind, session.mode)
    turn = replace(turn, state=TurnState.ASKED, deadline_at=now + box if box else None)
    await work.practice.update_turn(turn)
    wake_at = now + look_after(box, reminded=False)
    is_open = session.state is SessionState.OPEN
    await work.practice.update(
        replace(session, wake_at=wake_at if is_open else None, reminded=False)
    )


def _is_to_be_said(scene: Scene) -> bool:
    return scene.session.state is SessionState.OPEN and scene.turn.state is TurnState.DUE
