"""What can be done with a session besides answering: hint, skip, pause, resume, restart, quit."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from handlers.actions import ActionKind
from handlers.hints.hint import hints_for
from handlers.invocation import ActionInvocation
from handlers.message import Message, Outcome, Response
from handlers.ports import Clock
from handlers.practice import message as words
from handlers.practice.begin import begin_again
from handlers.practice.pausing import paused, resumed
from handlers.practice.read import is_asked, read_scene
from handlers.practice.record import Mode, SessionState, TurnState, turn_id
from handlers.practice.step import Ended, advance, end, say_job
from handlers.practice.talk import Control
from handlers.practice.writer import Scene
from handlers.refs import UserRef
from handlers.storage import UnitOfWork, UnitOfWorkFactory

# The hint after these names a follow-up, which is still to be asked here.
_MOST_HINTS: Final = 2


class PracticeControls:
    """Steers sessions, by button and by word.

    Args:
        unit_of_work: opens transactions.
        clock: what tells the time.
        ended: told when a session has ended.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock, ended: Ended) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._ended = ended

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Do what a button of a session asks for."""
        control = _CONTROLS[invocation.action.kind]
        key = f"click:{invocation.id or secrets.token_hex(8)}"
        async with self._unit_of_work() as work:
            said = await self.steer(
                work, invocation.caller.user, control, key=key, about=invocation.action.subject
            )
        return Response(message=said)

    async def steer(
        self, work: UnitOfWork, user: UserRef, control: Control, *, key: str, about: str = ""
    ) -> Message:
        """Do what somebody asks for; return what they are told.

        Args:
            work: an open unit of work.
            user: who asks.
            control: what for.
            key: the idempotency key of what asks.
            about: the turn that a button stands under; empty for the newest one.
        """
        session = await work.practice.open_of(user)
        if session is None:
            return words.NOT_OPEN
        turns = await work.practice.turns(session.id)
        scene = await read_scene(work, turn_id(session.id, len(turns)))
        if scene is None:
            return words.NOT_OPEN
        if about and about != scene.turn.id:
            return words.OLD_TURN
        actions: dict[Control, Callable[[UnitOfWork, Scene, str], Awaitable[Message]]] = {
            Control.HINT: self._hint,
            Control.SKIP: self._skip,
            Control.PAUSE: self._pause,
            Control.RESUME: self._resume,
            Control.RESTART: self._restart,
            Control.QUIT: self._quit,
        }
        return await actions[control](work, scene, key)

    async def _hint(self, work: UnitOfWork, scene: Scene, key: str) -> Message:  # noqa: ARG002
        session, turn, question = scene.session, scene.turn, scene.question
        if session.state is SessionState.PAUSED:
            return words.PAUSED
        if session.mode is Mode.REAL:
            return words.NO_HINT_IN_REAL
        if question is None or not await is_asked(work, turn):
            return words.NOTHING_TO_HINT
        hints = hints_for(question)[:_MOST_HINTS]
        if turn.hints >= len(hints):
            return words.NO_MORE_HINTS
        await work.practice.update_turn(replace(turn, hints=turn.hints + 1))
        return words.hint_message(hints[turn.hints], turn.hints + 1, len(hints))

    async def _skip(self, work: UnitOfWork, scene: Scene, key: str) -> Message:
        session, turn = scene.session, scene.turn
        if session.state is SessionState.PAUSED:
            return words.PAUSED
        if not await is_asked(work, turn):
            return words.WAIT
        await work.practice.update_turn(replace(turn, state=TurnState.SKIPPED, answer_key=key))
        await advance(work, session, self._clock.now(), self._ended)
        if session.mode is Mode.STUDY and scene.question is not None:
            return words.skipped_message(scene.question)
        return words.SKIPPED

    async def _pause(self, work: UnitOfWork, scene: Scene, key: str) -> Message:  # noqa: ARG002
        if scene.session.state is SessionState.OPEN:
            session, turn = paused(scene.session, scene.turn, self._clock.now())
            await work.practice.update(session)
            await work.practice.update_turn(turn)
        return words.PAUSED

    async def _resume(self, work: UnitOfWork, scene: Scene, key: str) -> Message:  # noqa: ARG002
        if scene.session.state is SessionState.OPEN:
            return words.status_message(scene.session, scene.turns)
        session, turn = resumed(scene.session, scene.turn, self._clock.now())
        await work.practice.update(session)
        await work.practice.update_turn(turn)
        if turn.state is TurnState.DUE:
            await work.enqueue(say_job(session, turn))
            return words.RESUMED
        shown = words.turn_message(replace(scene, session=session, turn=turn))
        return Message(blocks=(*words.RESUMED.blocks, *shown.blocks), summary="Welcome back")

    async def _restart(self, work: UnitOfWork, scene: Scene, key: str) -> Message:
        await begin_again(work, scene.session, key=key, now=self._clock.now(), ended=self._ended)
        return words.RESTARTED

    async def _quit(self, work: UnitOfWork, scene: Scene, key: str) -> Message:  # noqa: ARG002
        answered = any(turn.answer for turn in scene.turns)
        await end(work, scene.session, SessionState.QUIT, self._clock.now(), self._ended)
        return words.ended_message(answered=answered)


_CONTROLS: Final = {
    ActionKind.PRACTICE_HINT: Control.HINT,
    ActionKind.PRACTICE_PAUSE: Control.PAUSE,
    ActionKind.PRACTICE_QUIT: Control.QUIT,
    ActionKind.PRACTICE_RESTART: Control.RESTART,
    ActionKind.PRACTICE_RESUME: Control.RESUME,
    ActionKind.PRACTICE_SKIP: Control.SKIP,
}
