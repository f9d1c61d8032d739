"""Which question a hint or a skip is about."""

from __future__ import annotations

from typing import Final

from handlers.invocation import Caller
from handlers.records import Occurrence, OccurrenceState
from handlers.storage import UnitOfWork
from handlers.teams.membership import known_team

_VISIBLE: Final = frozenset({OccurrenceState.CLAIMED, OccurrenceState.POSTED})


async def open_question(work: UnitOfWork, caller: Caller) -> Occurrence | None:
    """Return the question of the caller's thread, or else their channel's newest."""
    if caller.thread is not None:
        found = await work.occurrences.of_thread(caller.thread)
        if found is not None:
            return found
    return await work.occurrences.newest_posted(caller.channel)


async def posted_question(
    work: UnitOfWork, caller: Caller, occurrence_id: str
) -> Occurrence | None:
    """Return the question of the caller's team under which a button was pressed.

    A press can be faster than the platform's answer to our post: then it is still claimed. A
    forwarded message must not let another team look into this one's questions.
    """
    found = await work.occurrences.get(occurrence_id)
    if found is None or found.question_id is None or found.state not in _VISIBLE:
        return None
    team = await known_team(work, caller)
    return found if team is not None and team.id == found.team_id else None
