"""Reviews: what was missed comes back, on request at a person's own time."""

from __future__ import annotations

from bot.rooms.room import House, JobKind, Room
from handlers.reviews.plan import PlanCommand
from handlers.reviews.remind import RemindCommand
from handlers.reviews.remind_job import REMIND, Reminding


def reviews(house: House) -> Room:
    """Wire plans and reminders."""
    unit_of_work = house.database.unit_of_work
    reminding = Reminding(unit_of_work, house.deliverer, house.clock)
    return Room(
        features=[
            PlanCommand(unit_of_work, house.clock).feature,
            RemindCommand(unit_of_work, house.clock).feature,
        ],
        jobs=[JobKind(name=REMIND, handler=reminding)],
        ticks=[reminding.look],
    )
