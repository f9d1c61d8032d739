"""What people are called and whether they run the workspace, remembered for a while."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.platforms.slack.payload import object_at, text_at
from bot.platforms.slack.web import SlackWeb
from handlers.ports import DeliveryFailed

_MOST: Final = 1000
_SECONDS: Final = 600.0
# Somebody who runs the workspace no longer must not go on running it here.
_LEADS_SECONDS: Final = 60.0
# A name is no reason to miss the three seconds in which Slack wants its acknowledgement.
_PATIENCE: Final = 1.0
NOBODY: Final = "Someone"


@dataclass(frozen=True)
class Person:
    """Somebody in the workspace.

    Attributes:
        name: what to call them; empty where Slack won't say.
        leads: whether they are an admin or owner of the workspace.
        zone: their IANA time zone; empty where Slack won't say, or says one unknown here.
    """

    name: str = ""
    leads: bool = False
    zone: str = ""


class People:
    """People by user id, from ``users.info``: the most recent thousand, for some minutes."""

    def __init__(self, web: SlackWeb, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._web = web
        self._monotonic = monotonic
        self._known: OrderedDict[str, tuple[float, Person]] = OrderedDict()

    async def find(self, user_id: str, *, fallback: str) -> Person:
        """Return who ``user_id`` is, called ``fallback`` where Slack won't say."""
        now = self._monotonic()
        expires, person = self._known.get(user_id, (0.0, Person()))
        if expires <= now:
            # A refusal is remembered too: without the scope every message would ask again.
            person = await self._ask(user_id)
            self._known[user_id] = (now + (_LEADS_SECONDS if person.leads else _SECONDS), person)
        self._known.move_to_end(user_id)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        return person if person.name else replace(person, name=fallback or NOBODY)

    async def _ask(self, user_id: str) -> Person:
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._web.read("users.info", user=user_id)
        except (DeliveryFailed, TimeoutError):
            return Person()
        candidates = (
            text_at(answer, "user", "profile", "display_name"),
            text_at(answer, "user", "profile", "real_name"),
            text_at(answer, "user", "real_name"),
            text_at(answer, "user", "name"),
        )
        user = object_at(answer, "user")
        return Person(
            name=next((name for name in candidates if name.strip()), ""),
            leads=user.get("is_admin") is True or user.get("is_owner") is True,
            zone=_known_zone(text_at(user, "tz")),
        )


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key if name else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
