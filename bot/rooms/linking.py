"""One person, or one team, on several platforms."""

from __future__ import annotations

from bot.rooms.room import House, JobKind, Room
from handlers.actions import ActionKind
from handlers.linking.command import LinkCommands
from handlers.linking.join import GATHER_TEAM, TeamGatherer


def linking(house: House) -> Room:
    """Wire links."""
    unit_of_work = house.database.unit_of_work
    commands = LinkCommands(unit_of_work, house.clock)
    return Room(
        features=commands.features,
        clicks={ActionKind.JOIN_TEAMS: commands.confirm, ActionKind.UNLINK: commands.undo},
        jobs=[JobKind(name=GATHER_TEAM, handler=TeamGatherer(unit_of_work))],
    )
