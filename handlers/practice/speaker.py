"""Saying something in a session, once; in an assistant's thread word by word."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Final

from handlers.delivery import Deliverer, begin_delivery, finish_delivery
from handlers.message import Message, say
from handlers.ports import DeliveryFailed, Posted, TurnStream
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

    async def say_turn(self, session: PracticeSession, said: Message | str, *, key: str) -> Posted:
        """Show a turn as `show` does, unless it stands there already.

        Raises:
            TargetGone: the person can't be written to any more.
            DeliveryFailed: anything else; a second try looks for what stands already.
        """
        delivery = Delivery(key=key, team_id=session.team_id)
        earlier = await self._unit_of_work.run(partial(begin_delivery, delivery))
        if earlier is not None and earlier.posted is not None:
            return earlier.posted
        posted = await self.show(session, said, key=key, maybe_sent=earlier is not None)
        await self._unit_of_work.run(partial(finish_delivery, key, posted))
        return posted

    async def show(
        self, session: PracticeSession, said: Message | str, *, key: str, maybe_sent: bool = False
    ) -> Posted:
        """Show a turn; a plain text as it comes into being, where the platform can.

        Whoever calls this has stored that it is about to be shown, and stores where it stands.

        Args:
            session: the session.
            said: a message, or a plain text.
            key: its idempotency key.
            maybe_sent: whether it may stand there already.

        Raises:
            TargetGone: the person can't be written to any more.
            DeliveryFailed: anything else; trying again may help.
        """
        place = session.place
        platform = self._deliverer.platform(place)
        if platform is None:
            raise DeliveryFailed(f"{place.platform} is not served here")
        if isinstance(said, Message):
            return await platform.post(place, said, key=key, maybe_sent=maybe_sent)
        streaming: object = platform
        if isinstance(place, ThreadRef) and isinstance(streaming, TurnStream):
            return await streaming.stream(
                place, session.user, _parts(said), key=key, maybe_sent=maybe_sent
            )
        return await platform.post(place, say(said), key=key, maybe_sent=maybe_sent)


async def _parts(text: str) -> AsyncIterator[str]:
    words = text.split(" ")
    for start in range(0, len(words), _WORDS_A_PART):
        part = " ".join(words[start : start + _WORDS_A_PART])
        yield part if start + _WORDS_A_PART >= len(words) else f"{part} "
