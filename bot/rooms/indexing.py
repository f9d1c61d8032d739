"""The index of teams' own questions."""

from __future__ import annotations

from bot.rooms.room import House, JobKind, Room
from handlers.bank.index import INDEX_TEAM, TeamIndex, TeamIndexer


def indexing(house: House, index: TeamIndex | None) -> Room:
    """Wire the index of teams' own questions.

    Args:
        house: what it builds on.
        index: what holds them; without one nothing is indexed.
    """
    indexer = TeamIndexer(house.database.unit_of_work, index)
    return Room(jobs=[JobKind(name=INDEX_TEAM, handler=indexer)])
