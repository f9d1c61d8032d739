"""Saying something once, however often the work behind it is repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from handlers.message import Message
from handlers.ports import (
    ChatPlatform,
    DeliveryFailed,
    FileSharer,
    OutgoingFile,
    Posted,
    ReplyReader,
    TargetGone,
)
from handlers.records import Delivery
from handlers.refs import ChannelRef, MessageRef, Place, Platform, UserRef
from handlers.storage import UnitOfWork, UnitOfWorkFactory

Platforms = Mapping[Platform, ChatPlatform]


class Deliverer:
    """Posts messages, one for each idempotency key.

    A row says that a message is about to be sent before it is, and where it stands afterwards.
    A second try that finds the first half only tells the platform to look before it sends.

    Args:
        unit_of_work: opens transactions.
        platforms: the platforms that run.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, platforms: Platforms) -> None:
        self._unit_of_work = unit_of_work
        self._platforms = platforms

    def platform(self, to: Place) -> ChatPlatform | None:
        """Return the platform that an address belongs to, if it runs here."""
        return self._platforms.get(to.platform)

    def reads_replies(self, to: Place) -> bool:
        """Return whether what people write in a place, and in its threads, can be read."""
        platform = self.platform(to)
        if platform is None or not isinstance(platform, ReplyReader):
            return True
        return platform.reads_replies(to)

    async def direct(self, user: UserRef) -> ChannelRef:
        """Return the direct-message conversation with somebody.

        Raises:
            TargetGone: they can't be written to.
            DeliveryFailed: anything else; trying again may help.
        """
        platform = self._platforms.get(user.platform)
        if platform is None:
            raise DeliveryFailed(f"{user.platform} is not served here")
        return await platform.direct(user)

    async def link(self, message: MessageRef | None) -> str:
        """Return the address at which people find a message; empty where there is none."""
        platform = None if message is None else self._platforms.get(message.channel.platform)
        return "" if platform is None or message is None else await platform.link(message)

    async def deliver(
        self,
        to: Place,
        message: Message,
        *,
        team_id: str,
        key: str,
        thread_title: str | None = None,
    ) -> Posted:
        """Post ``message`` unless it stands already, and return where it stands.

        Raises:
            TargetGone: the channel is lost to us.
            DeliveryFailed: anything else; trying again may help.
        """
        platform = self.platform(to)
        if platform is None:
            # Jobs run in lanes, so this takes a platform that was switched off just now.
            raise DeliveryFailed(f"{to.platform} is not served here")
        delivery = Delivery(key=key, team_id=team_id)
        earlier = await self._unit_of_work.run(partial(begin_delivery, delivery))
        if earlier is not None and earlier.posted is not None:
            return earlier.posted
        posted = await platform.post(
            to, message, key=key, maybe_sent=earlier is not None, thread_title=thread_title
        )
        await self._unit_of_work.run(partial(finish_delivery, key, posted))
        return posted

    async def share(
        self,
        to: Place,
        files: Sequence[OutgoingFile],
        *,
        text: str,
        team_id: str,
        key: str,
    ) -> Posted:
        """Hand files over unless they stand already; see `handlers.ports.FileSharer.share`.

        Raises:
            TargetGone: the place is lost to us, or its platform takes no files.
            DeliveryFailed: anything else; trying again may help.
        """
        platform = self.platform(to)
        if platform is None:
            raise DeliveryFailed(f"{to.platform} is not served here")
        if not isinstance(platform, FileSharer):
            raise TargetGone(f"{to.platform} takes no files from me")
        delivery = Delivery(key=key, team_id=team_id)
        earlier = await self._unit_of_work.run(partial(begin_delivery, delivery))
        if earlier is not None and earlier.posted is not None:
            return earlier.posted
        posted = await platform.share(to, files, text=text, key=key, maybe_sent=earlier is not None)
        await self._unit_of_work.run(partial(finish_delivery, key, posted))
        return posted


async def begin_delivery(delivery: Delivery, work: UnitOfWork) -> Delivery | None:
    """Store that a message is about to be sent; return what was stored before."""
    earlier = await work.deliveries.get(delivery.key)
    if earlier is None:
        await work.deliveries.begin(delivery)
    return earlier


async def finish_delivery(key: str, posted: Posted, work: UnitOfWork) -> None:
    """Store where a message stands."""
    await work.deliveries.finish(key, posted)
