"""Imported drafts."""

from __future__ import annotations

from bot.rooms.room import House, Room
from handlers.actions import ActionKind
from handlers.drafts.command import DraftsCommand
from handlers.offers.desk import OfferDesk


def drafts(house: House) -> Room:
    """Wire looking through drafts."""
    command = DraftsCommand(
        house.database.unit_of_work, OfferDesk(house.database.unit_of_work, house.clock)
    )
    return Room(
        features=[command.feature],
        clicks={
            ActionKind.DRAFT_APPROVE: command.approve,
            ActionKind.DRAFT_DROP: command.drop,
            ActionKind.DRAFT_EDIT: command.edit,
            ActionKind.DRAFT_LOOK: command.look,
            ActionKind.DRAFTS_MORE: command.more,
        },
        forms={ActionKind.DRAFT_EDIT: command.edited},
    )
