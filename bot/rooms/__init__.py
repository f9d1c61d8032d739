"""One module a feature: each wires its own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rooms.bank import bank
from bot.rooms.channel import channel
from bot.rooms.drafts import drafts
from bot.rooms.hints import hints
from bot.rooms.linking import linking
from bot.rooms.offers import offers
from bot.rooms.reviews import reviews
from bot.rooms.room import House, Room
from bot.rooms.team import team


def furnish(house: House) -> Sequence[Room]:
    """Return the rooms of every feature that needs nothing but the house."""
    return [
        team(house),
        linking(house),
        channel(house),
        hints(house),
        reviews(house),
        drafts(house),
        bank(house),
        offers(house),
    ]
