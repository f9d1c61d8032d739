"""What people are called, remembered for a while."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from bot.platforms.slack.payload import text_at
from bot.platforms.slack.web import SlackWeb
from handlers.ports import DeliveryFailed

_MOST: Final = 1000
_SECONDS: Final = 3600.0
# A name is no reason to miss the three seconds in which Slack wants its acknowledgement.
_PATIENCE: Final = 1.0
NOBODY: Final = "Someone"


class People:
    """Names by user id, from ``users.info``: the most recent thousand, for an hour each."""

    def __init__(self, web: SlackWeb, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._web = web
        self._monotonic = monotonic
        self._names: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def name(self, user_id: str, *, fallback: str) -> str:
        """Return what ``user_id`` is called, or ``fallback`` where Slack won't say."""
        now = self._monotonic()
        expires, name = self._names.get(user_id, (0.0, ""))
        if expires <= now:
            # A refusal is remembered too: without the scope every message would ask again.
            name = await self._ask(user_id)
            self._names[user_id] = (now + _SECONDS, name)
        self._names.move_to_end(user_id)
        while len(self._names) > _MOST:
            self._names.popitem(last=False)
        return name or fallback or NOBODY

    async def _ask(self, user_id: str) -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                answer = await self._web.read("users.info", user=user_id)
        except (DeliveryFailed, TimeoutError):
            return ""
        candidates = (
            text_at(answer, "user", "profile", "display_name"),
            text_at(answer, "user", "profile", "real_name"),
            text_at(answer, "user", "real_name"),
            text_at(answer, "user", "name"),
        )
        return next((name for name in candidates if name.strip()), "")
