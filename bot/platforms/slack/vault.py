"""An installation's tokens: sealed for the database, and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.platforms.slack.payload import dig, text_at
from bot.seal import Seal

# Slack's tokens live for twelve hours; one that lives less is renewed half-way.
_EARLY: Final = timedelta(hours=2)


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """What speaks in a workspace.

    Attributes:
        access: the token.
        refresh: what a new one is had for; empty where the token does not end.
        renew_at: when to have a new one, well before this one ends; ``None`` where it does not.
    """

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    renew_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Return whether it is time for a new token."""
        return bool(self.refresh) and self.renew_at is not None and self.renew_at <= now


def renewal_time(now: datetime, lifetime: timedelta) -> datetime:
    """Return when a token that was granted ``now`` for ``lifetime`` is to be renewed."""
    return now + max(lifetime - _EARLY, lifetime / 2)


def seal_tokens(seal: Seal, tokens: Tokens) -> str:
    """Return the tokens, unreadable."""
    renew_at = tokens.renew_at.timestamp() if tokens.renew_at else None
    kept = {"access": tokens.access, "refresh": tokens.refresh, "renew_at": renew_at}
    return seal.close(json.dumps(kept))


def open_tokens(seal: Seal, secret: str) -> Tokens:
    """Read sealed tokens.

    Raises:
        Unsealable: they were sealed with another key.
    """
    kept = json.loads(seal.open(secret))
    renew_at = dig(kept, "renew_at")
    return Tokens(
        access=text_at(kept, "access"),
        refresh=text_at(kept, "refresh"),
        renew_at=datetime.fromtimestamp(renew_at, UTC) if isinstance(renew_at, float) else None,
    )
