"""Members' answers among the model answers."""

from __future__ import annotations

from bot.rooms.room import House, Room
from handlers.actions import ActionKind
from handlers.offers.author import OfferButtons
from handlers.offers.desk import OfferDesk


def offers(house: House) -> Room:
    """Wire the buttons of offers; their lists are part of other commands."""
    author = OfferButtons(house.database.unit_of_work, house.clock)
    desk = OfferDesk(house.database.unit_of_work, house.clock)
    return Room(
        clicks={
            ActionKind.OFFER: author.click,
            ActionKind.OFFER_NAMED: author.give,
            ActionKind.OFFER_UNNAMED: author.give,
            ActionKind.OFFER_WITHDRAW: author.withdraw,
            ActionKind.OFFER_ACCEPT: desk.click,
            ActionKind.OFFER_DECLINE: desk.click,
        }
    )
