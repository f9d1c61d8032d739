"""Saying something in a session, once; in an assistant's thread word by word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Final

from handlers.delivery import Deliverer, begin_delivery, finish_delivery
from handlers.message import Message, say
from handlers.ports import Posted, TurnStream
from handlers.practice.record import PracticeSession
from handlers.records import Delivery
from handlers.refs import ThreadRef
from handlers.storage import UnitOfWorkFactory

# A turn was checked as a whole before its first word is shown: the pace is for the eye alone.
_WORDS_A_PART: Final = 12


class Speaker:
    """Says things where a session is held.

    Args:
        unit_of_work: opens transactions.
        deliverer: posts messages once.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, deliverer: Deliverer) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer

    async def say(self, session: PracticeSession, message: Message, *, key: str) -> Posted:
        """Post a message in the session's place, unless it stands there already.

        Raises:
            TargetGone: the person can't be written to any more.
            DeliveryFailed: anything else; trying again may help.
        """
        return await self._deliverer.deliver(
            session.place, message, team_id=session.team_id, key=key
        )

    async def stream(self, session: PracticeSession, text: str, *, key: str) -> Posted:
        """Show a plain text as it comes into being, where the platform can; else post it.

        Raises:
            TargetGone: the person can't be written to any more.
            DeliveryFailed: anything else; a second try looks for what stands already.
        """
        place = session.place
        platform: object = self._deliverer.platform(place)
        if not isinstance(place, ThreadRef) or not isinstance(platform, TurnStream):
            return await self.say(session, say(text), key=key)
        delivery = Delivery(key=key, team_id=session.team_id)
        earlier = await self._unit_of_work.run(partial(begin_delivery, delivery))
        if earlier is not None and earlier.posted is not None:
            return earlier.posted
        posted = await platform.stream(
            place, session.user, _parts(text), key=key, maybe_sent=earlier is not None
        )
        await self._unit_of_work.run(partial(finish_delivery, key, posted))
        return posted


async def _parts(text: str) -> AsyncIterator[str]:
    words = text.split(" ")
    for start in range(0, len(words), _WORDS_A_PART):
        part = " ".join(words[start : start + _WORDS_A_PART])
        yield part if start + _WORDS_A_PART >= len(words) else f"{part} "
