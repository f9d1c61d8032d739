"""Having a spoken answer written down, or saying why that can't be."""

from __future__ import annotations

import logging
from dataclasses import replace

from handlers.message import say
from handlers.metering.budget import Payer
from handlers.ports import DeliveryFailed
from handlers.practice.attachment import unpack_attachment
from handlers.practice.message import SPOKEN_UNAVAILABLE
from handlers.practice.ports import Transcriber, Transcript
from handlers.practice.read import read_scene
from handlers.practice.record import PracticeTurn, TurnState
from handlers.practice.speaker import Speaker
from handlers.practice.writer import Scene
from handlers.storage import UnitOfWorkFactory

_LOG = logging.getLogger(__name__)


class Listener:
    """Turns spoken answers into text.

    Args:
        unit_of_work: opens transactions.
        speaker: says things.
        transcriber: writes down what is said; ``None`` where nothing can.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, speaker: Speaker, transcriber: Transcriber | None
    ) -> None:
        self._unit_of_work = unit_of_work
        self._speaker = speaker
        self._transcriber = transcriber

    async def listen(self, scene: Scene) -> Scene | None:
        """Return the scene with a spoken answer as text; ``None``, saying why, where that can't be.

        Raises:
            GraderUnavailable: trying again later may help.
        """
        if not scene.turn.recording or scene.turn.answer:
            return scene
        recording = unpack_attachment(scene.turn.recording)
        detail = SPOKEN_UNAVAILABLE
        if recording is not None and self._transcriber is not None:
            turn = scene.turn
            payer = Payer(team_id=turn.team_id, member_id=turn.member_id, key=f"voice:{turn.id}")
            heard = await self._transcriber.transcribe(recording, scene.session.user, payer)
            if isinstance(heard, Transcript):
                return await self._write_down(scene, heard)
            detail = heard.detail
        await self._ask_again(scene, detail)
        return None

    async def _write_down(self, scene: Scene, heard: Transcript) -> Scene:
        async with self._unit_of_work() as work:
            stored = await read_scene(work, scene.turn.id, lock=True)
            if stored is None or stored.turn.answer:
                return stored or scene
            turn = replace(stored.turn, answer=heard.text, spoken_seconds=heard.seconds)
            await work.practice.update_turn(turn)
        return with_turn(stored, turn)

    async def _ask_again(self, scene: Scene, detail: str) -> None:
        """Say why a recording can't be used, and wait for another answer."""
        turn = scene.turn
        key = f"practice-unheard:{turn.id}-{turn.answer_round}"
        try:
            await self._speaker.say(scene.session, say(detail), key=key)
        except DeliveryFailed as error:
            _LOG.warning("%s could not be told: %s", turn.id, error.reason)
        async with self._unit_of_work() as work:
            stored = await read_scene(work, turn.id, lock=True)
            if stored is not None and stored.turn.state is TurnState.ANSWERED:
                await work.practice.update_turn(without_answer(stored.turn))


def without_answer(turn: PracticeTurn) -> PracticeTurn:
    """Return a turn that waits for its answer again."""
    return replace(
        turn,
        state=TurnState.ASKED,
        answer="",
        answer_key=None,
        answer_message=None,
        answered_at=None,
        begun=False,
        recording="",
        spoken_seconds=None,
    )


def with_turn(scene: Scene, turn: PracticeTurn) -> Scene:
    """Return a scene with its turn changed."""
    turns = tuple(turn if each.number == turn.number else each for each in scene.turns)
    return replace(scene, turn=turn, turns=turns)
