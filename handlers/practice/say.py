"""The job that says a turn: words it once, shows it once, and then waits for the answer."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from handlers.delivery import begin_delivery, finish_delivery
from handlers.ports import Again, Clock, DeliveryFailed, Posted, TargetGone
from handlers.practice.claim import claim, holds, pass_on
from handlers.practice.flow import awaits_answer, look_after, time_box
from handlers.practice.message import is_plain, turn_message
from handlers.practice.read import read_scene
from handlers.practice.record import PracticeSession, PracticeTurn, SessionState, TurnState
from handlers.practice.speaker import Speaker
from handlers.practice.step import Ended, advance, end, say_job, turn_key, turn_of_subject
from handlers.practice.writer import Scene, TurnWriter, Worded
from handlers.records import Delivery
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
        scene = await self._unit_of_work.run(partial(_take_up, turn_of_subject(subject), subject))
        return None if scene is None else await self._say(scene, subject, attempt)

    async def after_answer(self, scene: Scene, claimant: str, attempt: int) -> Again | None:
        """Say a turn within the job that heard the answer before it.

        Args:
            scene: the turn, as it was begun just now or at an earlier attempt.
            claimant: names the job.
            attempt: which of the job's attempts it is, from 1.
        """
        if not scene.turn.text and _is_to_be_said(scene):
            return await self._say(scene, claimant, attempt)
        taken = await self._unit_of_work.run(partial(_take_up, scene.turn.id, claimant))
        return None if taken is None else await self._say(taken, claimant, attempt)

    async def gave_up(self, subject: str, error_id: str) -> None:
        """Pause the session: its person can resume it, which tries again; see `GaveUp`."""
        _LOG.error("turn %s could not be said: %s", subject, error_id)
        async with self._unit_of_work() as work:
            scene = await read_scene(work, turn_of_subject(subject), lock=True)
            if scene is not None and _is_to_be_said(scene):
                paused = replace(scene.session, state=SessionState.PAUSED, wake_at=None)
                await work.practice.update(paused)
                await pass_on(work, scene.turn, subject, _when_resumed(scene))

    async def _say(self, scene: Scene, claimant: str, attempt: int) -> Again | None:
        is_begun = False
        if not scene.turn.text:
            worded = await self._writer.word(scene)
            kept = await self._unit_of_work.run(partial(_keep, scene.turn.id, worded, claimant))
            if kept is None:
                return None
            scene, is_begun = kept, True
        try:
            posted = await self._show(scene, is_begun=is_begun)
        except TargetGone as error:
            _LOG.warning("session %s is lost: %s", scene.session.id, error.reason)
            await self._lose(scene.session.id)
            return None
        except DeliveryFailed as error:
            _LOG.warning("turn %s is not said yet: %s", scene.turn.id, error.reason)
            delay = delay_before(attempt, _RETRIES, error.retry_after)
            if delay is None:
                await self._lose(scene.session.id)
                return None
            return Again(delay)
        await self._unit_of_work.run(partial(self._stand, scene.turn.id, posted))
        return None

    async def _show(self, scene: Scene, *, is_begun: bool) -> Posted:
        said = scene.turn.text if is_plain(scene) else turn_message(scene)
        show = self._speaker.show if is_begun else self._speaker.say_turn
        return await show(scene.session, said, key=turn_key(scene.turn))

    async def _stand(self, turn_id: str, posted: Posted, work: UnitOfWork) -> None:
        """Store that the turn stands; one that nobody answers is followed by the next."""
        now = self._clock.now()
        scene = await read_scene(work, turn_id, lock=True)
        if scene is None:
            return
        await finish_delivery(turn_key(scene.turn), posted, work)
        if scene.turn.message is not None:
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


async def _take_up(turn_id: str, claimant: str, work: UnitOfWork) -> Scene | None:
    """Return the turn if this job is to say it; a session that is paused leaves it to later."""
    scene = await read_scene(work, turn_id, lock=True)
    if scene is None or scene.turn.state is not TurnState.DUE or scene.session.state.is_ended:
        return None
    if _is_to_be_said(scene):
        is_mine = not scene.turn.text or await holds(work, scene.turn, claimant)
        return scene if is_mine else None
    await pass_on(work, scene.turn, claimant, _when_resumed(scene))
    return None


async def _keep(turn_id: str, worded: Worded, claimant: str, work: UnitOfWork) -> Scene | None:
    """Store the words before they are shown, so that a second try says the same.

    That they are about to be shown is stored with them. ``None`` where they are not to be shown,
    or another job has stored its own.
    """
    scene = await read_scene(work, turn_id, lock=True)
    if scene is None or scene.turn.text or not _is_to_be_said(scene):
        return None
    turn = replace(scene.turn, text=worded.text, source=worded.source, probes=worded.probes)
    await work.practice.update_turn(turn)
    await claim(work, turn, claimant)
    await begin_delivery(Delivery(key=turn_key(turn), team_id=turn.team_id), work)
    return replace(scene, turn=turn)


def _when_resumed(scene: Scene) -> str:
    """Return the subject of the job that says the turn when the session is resumed."""
    following = replace(scene.session, round=scene.session.round + 1)
    return say_job(following, scene.turn).subject


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
