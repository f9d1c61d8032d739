"""Appeals against grades."""

from __future__ import annotations

from bot.rooms.room import House, JobKind, Room
from handlers.actions import ActionKind
from handlers.appeals.button import AppealButton
from handlers.appeals.decide import AppealsCommand
from handlers.appeals.job import RECONSIDER, TELL_DECISION, TELL_READING
from handlers.appeals.reconsider import Reconsideration
from handlers.appeals.second import SecondReader
from handlers.appeals.tell import AppealTeller


def appeals(house: House, second_reader: SecondReader | None) -> Room:
    """Wire appeals.

    Args:
        house: what they build on.
        second_reader: what reads an answer once more; without one, appeals go to a lead as they
            are.
    """
    unit_of_work = house.database.unit_of_work
    button = AppealButton(unit_of_work, house.clock)
    command = AppealsCommand(unit_of_work, house.clock)
    reconsidering = Reconsideration(unit_of_work, second_reader, house.clock, house.budget)
    telling = AppealTeller(unit_of_work, house.deliverer)
    decided = house.home.refresher.after_appeal(telling.decision, unit_of_work)
    return Room(
        features=[command.feature],
        clicks={
            ActionKind.APPEAL: button.click,
            ActionKind.OVERRIDE: command.override,
            ActionKind.UPHOLD: command.uphold,
        },
        forms={ActionKind.APPEAL: button.sent, ActionKind.OVERRIDE: command.overridden},
        jobs=[
            JobKind(name=RECONSIDER, handler=reconsidering, gave_up=reconsidering.gave_up),
            JobKind(name=TELL_READING, handler=telling.reading),
            JobKind(name=TELL_DECISION, handler=decided),
        ],
    )
