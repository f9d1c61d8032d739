"""The job that hears an answer: judges it, says so in study mode, and goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from handlers.metering.budget import Payer
from handlers.metering.metered import MeteredGrader
from handlers.ports import Again, Clock, DeliveryFailed, TargetGone
from handlers.practice.claim import pass_on
from handlers.practice.flow import next_kind
from handlers.practice.listen import Listener, with_turn
from handlers.practice.message import (
    PENDING,
    feedback_message,
    ungraded_message,
)
from handlers.practice.read import read_scene
from handlers.practice.record import (
    Mode,
    PracticeTurn,
    SessionState,
    TurnKind,
    TurnState,
    said_to,
)
from handlers.practice.record import turn_id as name_turn
from handlers.practice.say import SayTurn
from handlers.practice.speaker import Speaker
from handlers.practice.step import (
    Ended,
    advance,
    end,
    past_of,
    say_job,
    time_taken,
    turn_of_subject,
)
from handlers.practice.writer import Scene
from handlers.retry import delay_before
from handlers.reviews.note import note_turn
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from questions.grading import Grade, Ungraded, UngradedReason
from questions.ports import GraderUnavailable
from questions.question import Question

_LOG = logging.getLogger(__name__)
# Somebody waits: an interview goes on without a grade sooner than a channel does.
_GRADER_RETRIES: Final = (3.0, 10.0, 30.0)
_SAY_RETRIES: Final = (2.0, 5.0, 15.0, 60.0, 300.0, *(900.0,) * 96)
PENDING_NOTE_AFTER: Final = 30.0
_GRADED_KINDS: Final = frozenset({TurnKind.QUESTION, TurnKind.FOLLOW_UP})


class HearAnswer:
    """Handles `HEAR_ANSWER`; its subject is that of `hear_job`.

    Args:
        unit_of_work: opens transactions.
        clock: what tells the time.
        speaker: says things.
        grader: judges answers.
        saying: says the next turn; a job of its own would come to it a moment later.
        listener: has spoken answers written down.
        ended: told when a session has ended.
        pending_note_after: seconds after which a person is told that a grade takes longer.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        speaker: Speaker,
        grader: MeteredGrader,
        saying: SayTurn,
        listener: Listener,
        ended: Ended,
        *,
        pending_note_after: float = PENDING_NOTE_AFTER,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._speaker = speaker
        self._grader = grader
        self._saying = saying
        self._ended = ended
        self._listener = listener
        self._pending_note_after = pending_note_after

    async def __call__(self, subject: str, attempt: int) -> Again | None:
        """Hear the answer, as far as that has not happened; see `JobHandler`."""
        scene = await self._unit_of_work.run(partial(_begin, subject))
        if scene is None:
            return None
        heard = await self._hear(scene, attempt)
        if not isinstance(heard, _Heard):
            return heard
        try:
            await self._say_grade(heard.scene)
        except TargetGone as error:
            _LOG.warning("session %s is lost: %s", scene.session.id, error.reason)
            await self._lose(scene)
            return None
        except DeliveryFailed as error:
            _LOG.warning("the grade of %s is not shown yet: %s", scene.turn.id, error.reason)
            delay = delay_before(attempt, _SAY_RETRIES, error.retry_after)
            if delay is not None:
                return Again(delay)
        if heard.following is None:
            return None
        return await self._saying.after_answer(heard.following, _claimant(subject), attempt)

    async def gave_up(self, subject: str, error_id: str) -> None:
        """Go on without a grade; see `handlers.ports.GaveUp`."""
        detail = f"Something went wrong on my side (number {error_id}); we go on without it."
        ungraded = Ungraded(reason=UngradedReason.INTERNAL, detail=detail)
        async with self._unit_of_work() as work:
            heard = await self._conclude(turn_of_subject(subject), ungraded, work)
            if heard is None or heard.following is None:
                return
            session, turn = heard.following.session, heard.following.turn
            await pass_on(work, turn, _claimant(subject), say_job(session, turn).subject)
            await work.enqueue(say_job(session, turn))

    async def _hear(self, scene: Scene, attempt: int) -> _Heard | Again | None:
        """Have the answer judged; ``None`` where another answer is waited for."""
        if scene.turn.state is not TurnState.ANSWERED:
            return await self._store(scene, None)
        try:
            heard = await self._listener.listen(scene)
            return None if heard is None else await self._store(heard, await self._judge(heard))
        except GraderUnavailable as error:
            delay = delay_before(attempt, _GRADER_RETRIES, error.retry_after)
            if delay is None:
                return await self._store(scene, _unavailable(error))
            _LOG.warning("turn %s waits for its grade: %s", scene.turn.id, error.reason)
            await self._say_pending(scene)
            return Again(delay)

    async def _lose(self, scene: Scene) -> None:
        async with self._unit_of_work() as work:
            session = await work.practice.locked(scene.session.id)
            if session is not None and not session.state.is_ended:
                await end(work, session, SessionState.LOST, self._clock.now(), self._ended)

    async def _judge(self, scene: Scene) -> Grade | Ungraded | None:
        """Judge all that was said to the question; ``None`` where there is nothing to judge."""
        turn, question = scene.turn, scene.question
        if turn.kind not in _GRADED_KINDS or question is None:
            return None
        payer = Payer(team_id=turn.team_id, member_id=turn.member_id, key=f"practice:{turn.id}")
        said = said_to(scene.turns, question.id, turn.number)
        judging = asyncio.create_task(self._grader.grade(question, said, payer))
        try:
            await asyncio.wait({judging}, timeout=self._pending_note_after)
            if not judging.done():
                await self._say_pending(scene)
            return await judging
        finally:
            judging.cancel()

    async def _store(self, scene: Scene, outcome: Grade | Ungraded | None) -> _Heard | None:
        return await self._unit_of_work.run(partial(self._conclude, scene.turn.id, outcome))

    async def _conclude(
        self, turn_id: str, outcome: Grade | Ungraded | None, work: UnitOfWork
    ) -> _Heard | None:
        """Store what came of an answer, unless that has happened, and begin the next turn."""
        scene = await read_scene(work, turn_id, lock=True)
        if scene is None:
            return None
        if scene.turn.state is TurnState.ANSWERED:
            turn = _judged(scene.turn, outcome)
            await work.practice.update_turn(turn)
            if turn.grade is not None and scene.question is not None:
                now = self._clock.now()
                await _note(work, turn, scene.turns, scene.question, turn.grade, now)
            scene = with_turn(scene, turn)
        return _Heard(scene=scene, following=await self._go_on(work, scene))

    async def _say_grade(self, scene: Scene) -> None:
        turn, question = scene.turn, scene.question
        if scene.session.mode is not Mode.STUDY or question is None:
            return
        if turn.state not in {TurnState.GRADED, TurnState.UNGRADED}:
            return
        following = next_kind(
            past_of(scene.turns[: turn.number]),
            length=scene.session.length,
            can_ask=True,
            took=time_taken(scene.turns[: turn.number]),
        )
        is_last = following is not TurnKind.FOLLOW_UP
        if turn.grade is not None:
            message = feedback_message(turn.grade, question, is_last=is_last)
        else:
            message = ungraded_message(turn, question, is_last=is_last)
        await self._speaker.say(scene.session, message, key=f"practice-grade:{turn.id}")

    async def _go_on(self, work: UnitOfWork, scene: Scene) -> Scene | None:
        """Begin the next turn, unless that has happened; return it while it is to be said."""
        session, number = scene.session, scene.turn.number
        if session.state.is_ended:
            return None
        if scene.turns[-1].number == number:
            await advance(work, session, self._clock.now(), self._ended, leaves_saying=False)
        following = await read_scene(work, name_turn(session.id, number + 1))
        if following is None or following.turn.state is not TurnState.DUE:
            return None
        return following

    async def _say_pending(self, scene: Scene) -> None:
        try:
            await self._speaker.say(scene.session, PENDING, key=f"practice-pending:{scene.turn.id}")
        except DeliveryFailed as error:
            _LOG.warning("no pending note for %s: %s", scene.turn.id, error.reason)


@dataclass(frozen=True, kw_only=True)
class _Heard:
    """An answer that was heard.

    Attributes:
        scene: its turn.
        following: the next one; ``None`` where none is to be said.
    """

    scene: Scene
    following: Scene | None


async def _begin(subject: str, work: UnitOfWork) -> Scene | None:
    """Pin the text that is judged: an edit that comes later changes nothing."""
    scene = await read_scene(work, turn_of_subject(subject), lock=True)
    if scene is None or subject != f"{scene.turn.id}-{scene.turn.answer_round}":
        return None
    turn = scene.turn
    if turn.state is TurnState.ANSWERED and not turn.begun:
        turn = replace(turn, begun=True)
        await work.practice.update_turn(turn)
        return with_turn(scene, turn)
    heard = {TurnState.ANSWERED, TurnState.GRADED, TurnState.UNGRADED, TurnState.HEARD}
    return scene if turn.state in heard else None


def _claimant(subject: str) -> str:
    return f"hear-{subject}"


def _judged(turn: PracticeTurn, outcome: Grade | Ungraded | None) -> PracticeTurn:
    if outcome is None:
        return replace(turn, state=TurnState.HEARD)
    if isinstance(outcome, Ungraded):
        return replace(turn, state=TurnState.UNGRADED, reason=outcome.reason, detail=outcome.detail)
    return replace(turn, state=TurnState.GRADED, grade=outcome)


async def _note(
    work: UnitOfWork,
    turn: PracticeTurn,
    turns: Sequence[PracticeTurn],
    question: Question,
    grade: Grade,
    at: datetime,
) -> None:
    """Keep the grade for ratings and reviews, as one more of the question's own turn."""
    asked = next(
        each
        for each in turns
        if each.kind is TurnKind.QUESTION and each.question_id == turn.question_id
    )
    await note_turn(
        work,
        team_id=turn.team_id,
        member_id=turn.member_id,
        turn_id=asked.id,
        number=turn.follow_up + 1,
        question=question,
        grade=grade,
        at=asked.answered_at or at,
    )


def _unavailable(error: GraderUnavailable) -> Ungraded:
    return Ungraded(
        reason=UngradedReason.UNAVAILABLE,
        detail=f"I tried several times, but {error.reason}. We go on without a grade for it.",
    )
