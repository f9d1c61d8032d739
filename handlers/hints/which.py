"""Which question the Hint or the Skip button stands under."""

from __future__ import annotations

from handlers.invocation import Caller
from handlers.records import Occurrence
from handlers.storage import UnitOfWork
from handlers.teams.membership import known_team


async def posted_question(
    work: UnitOfWork, caller: Caller, occurrence_id: str
) -> Occurrence | None:
    """Return the question of the caller's team under which a button was pressed.

    A forwarded message must not let another team look into this one's questions.
    """
    found = await work.occurrences.get(occurrence_id)
    if found is None or found.question_id is None or not found.state.is_visible:
        return None
    team = await known_team(work, caller)
    return found if team is not None and team.id == found.team_id else None
