"""When a message was written, as far as its id tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from handlers.refs import MessageRef, Platform

# https://discord.com/developers/docs/reference#snowflakes
_DISCORD_EPOCH: Final = datetime(2015, 1, 1, tzinfo=UTC)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def written_at(message: MessageRef) -> datetime | None:
    """Return when a message was written; ``None`` where its id does not tell.

    Slack's ids are seconds since 1970, Discord's begin with milliseconds since 2015.
    """
    try:
        match message.channel.platform:
            case Platform.SLACK:
                return _EPOCH + timedelta(seconds=float(message.id))
            case Platform.DISCORD:
                return _DISCORD_EPOCH + timedelta(milliseconds=int(message.id) >> 22)
            case Platform.CONSOLE:
                return None
    except (ValueError, OverflowError):
        return None


def later(first: MessageRef | None, second: MessageRef | None) -> MessageRef | None:
    """Return the later of two messages; the second where their ids do not tell."""
    if first is None or second is None:
        return first or second
    ours, theirs = written_at(first), written_at(second)
    return first if ours is not None and theirs is not None and ours > theirs else second
