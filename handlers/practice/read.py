"""Reading a turn with what surrounds it."""

from __future__ import annotations

from handlers.practice.flow import awaits_answer
from handlers.practice.record import PracticeTurn, TurnKind, TurnState
from handlers.practice.step import turn_key
from handlers.practice.writer import Scene
from handlers.storage import UnitOfWork


async def read_scene(work: UnitOfWork, turn_id: str, *, lock: bool = False) -> Scene | None:
    """Return a turn with its session, the other turns and its question; ``None`` if it is gone.

    Args:
        work: an open unit of work.
        turn_id: the turn.
        lock: keep others from changing the session until the unit of work ends.
    """
    session_id = turn_id.rpartition("-")[0]
    found = work.practice.locked if lock else work.practice.get
    session = await found(session_id)
    turns = await work.practice.turns(session_id)
    turn = next((turn for turn in turns if turn.id == turn_id), None)
    if session is None or turn is None:
        return None
    question = None
    if turn.question_id is not None:
        question = await work.questions.get(
            session.team_id, turn.question_id, turn.question_version
        )
    return Scene(session=session, turn=turn, turns=tuple(turns), question=question)


async def is_asked(work: UnitOfWork, turn: PracticeTurn) -> bool:
    """Return whether an answer to a turn may come.

    One that is just being said may be seen before it is stored that it stands.
    """
    if turn.state is not TurnState.DUE:
        return turn.state is TurnState.ASKED
    turns = await work.practice.turns(turn.session_id)
    replies = sum(each.kind is TurnKind.REPLY for each in turns)
    if not awaits_answer(turn.kind, replies):
        return False
    return await work.deliveries.get(turn_key(turn)) is not None
