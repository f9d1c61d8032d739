"""Hints to a question, and skipping one."""

from __future__ import annotations

from bot.rooms.room import House, Room
from handlers.actions import ActionKind
from handlers.hints.skip import Skips
from handlers.hints.take import Hints


def hints(house: House) -> Room:
    """Wire hints and skips."""
    unit_of_work = house.database.unit_of_work
    taking, skipping = Hints(unit_of_work, house.clock), Skips(unit_of_work, house.clock)
    return Room(
        features=[taking.feature, skipping.feature],
        clicks={ActionKind.HINT: taking.click, ActionKind.SKIP: skipping.click},
    )
