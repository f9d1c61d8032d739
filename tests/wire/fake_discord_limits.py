"""How many requests the fake Discord takes.

https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from tests.wire.fake_discord_reply import reply

_WINDOW: Final = 1.0
_OF_INTERACTIONS: Final = ("/interactions/", "/webhooks/")


@dataclass
class Limits:
    """The limit for the whole bot.

    Attributes:
        per_second: how many requests are taken within any second; ``None`` is no limit. Those
            that were refused count as well.
        taken: when each request came that counts, by a clock that only goes forward.
        refused: how many were refused.
    """

    per_second: int | None = None
    taken: deque[float] = field(default_factory=lambda: deque(maxlen=10_000))
    refused: int = 0

    def take(self, _method: str, path: str) -> web.Response | None:
        """Return a refusal if a request is one too many."""
        if self.per_second is None or path.startswith(_OF_INTERACTIONS):
            return None
        now = time.monotonic()
        self.taken.append(now)
        if len(self.taken) <= self.per_second:
            return None
        since = now - self.taken[-1 - self.per_second]
        if since >= _WINDOW:
            return None
        self.refused += 1
        wait = _WINDOW - since
        body = {"message": "You are being rate limited.", "retry_after": wait, "global": True}
        headers = {
            "Via": "1.1 google",
            "Retry-After": str(wait),
            "X-RateLimit-Global": "true",
            "X-RateLimit-Scope": "global",
        }
        return reply(body, 429, headers)
