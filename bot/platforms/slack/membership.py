"""Which channels people are in, remembered for a while.

https://docs.slack.dev/reference/methods/users.conversations
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from bot.platforms.slack.payload import dig, object_at, objects_at, text_at
from bot.platforms.slack.web import SlackWeb
from handlers.ports import DeliveryFailed
from handlers.refs import ChannelRef, UserRef

_MOST: Final = 1000
_SECONDS: Final = 60.0
# Whoever did something in a channel was in it; that counts while Slack won't say.
_WITNESS_SECONDS: Final = 3600.0
_PATIENCE: Final = 5.0
_PAGES: Final = 10
# Slack takes 999 at most.
_PAGE: Final = 999


@dataclass
class _Known:
    """What is known of somebody; ``channels`` is ``None`` where Slack would not say."""

    until: float = 0.0
    channels: frozenset[str] | None = None
    witnessed: dict[str, float] = field(default_factory=dict)


class Memberships:
    """Tells which channels people see: those that they are in.

    Where Slack does not say who is in what, it is the public channels, and those in which somebody
    did something within the hour.

    Args:
        web: asks Slack.
        monotonic: tells the time, in seconds.
    """

    def __init__(self, web: SlackWeb, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._web = web
        self._monotonic = monotonic
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def witness(self, user: UserRef, channel: ChannelRef) -> None:
        """Note that somebody did something in a channel just now."""
        if not channel.is_direct:
            self._of(user.id).witnessed[channel.id] = self._monotonic() + _WITNESS_SECONDS

    async def sees(self, user: UserRef, channels: Collection[ChannelRef]) -> frozenset[ChannelRef]:
        """Return those of the channels that somebody sees. Never raises."""
        here = {each for each in channels if each.workspace_id == user.realm}
        if not here:
            return frozenset()
        known = self._of(user.id)
        if known.until <= self._monotonic():
            known.channels = await self._ask(user)
            known.until = self._monotonic() + _SECONDS
        if known.channels is not None:
            return frozenset(each for each in here if each.id in known.channels)
        now = self._monotonic()
        return frozenset(
            [
                each
                for each in here
                if known.witnessed.get(each.id, 0.0) > now or await self._is_public(each)
            ]
        )

    def _of(self, user_id: str) -> _Known:
        known = self._known.setdefault(user_id, _Known())
        self._known.move_to_end(user_id)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return known

    async def _ask(self, user: UserRef) -> frozenset[str] | None:
        arguments: dict[str, object] = {
            "user": user.id,
            "types": "public_channel,private_channel",
            "exclude_archived": True,
            "limit": _PAGE,
            # Only an organisation's token needs it.
            "team_id": user.realm,
        }
        found: set[str] = set()
        try:
            async with asyncio.timeout(_PATIENCE):
                for _ in range(_PAGES):
                    page = await self._web.read("users.conversations", **arguments)
                    if not isinstance(dig(page, "channels"), list):
                        return None
                    found |= {text_at(each, "id") for each in objects_at(page, "channels")}
                    arguments["cursor"] = text_at(page, "response_metadata", "next_cursor")
                    if not arguments["cursor"]:
                        break
        except (DeliveryFailed, TimeoutError):
            return None
        return frozenset(found)

    async def _is_public(self, channel: ChannelRef) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._web.read("conversations.info", channel=channel.id)
        except (DeliveryFailed, TimeoutError):
            return False
        return object_at(answer, "channel").get("is_private") is False
