"""A team's own questions."""

from __future__ import annotations

from bot.rooms.room import House, Room
from handlers.actions import ActionKind
from handlers.bank.command import QuestionsCommand
from handlers.offers.author import OfferButtons


def bank(house: House) -> Room:
    """Wire a team's own questions."""
    command = QuestionsCommand(
        house.database.unit_of_work,
        house.clock,
        OfferButtons(house.database.unit_of_work, house.clock),
    )
    return Room(
        features=[command.feature],
        forms={
            ActionKind.BANK_ADD: command.added,
            ActionKind.BANK_EDIT: command.edited,
            ActionKind.BANK_SUGGEST: command.suggested,
        },
    )
