"""Which channels somebody sees: what is asked in any other stays there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handlers.invocation import Caller
from handlers.ports import ChannelViewer, ChatPlatform
from handlers.refs import ChannelRef, Platform


class Sight:
    """Tells which of a team's channels a person sees.

    A team may meet in channels that some of its members are not in, and in conversations with the
    bot that are one person's alone.

    Args:
        platforms: what speaks on each platform; those that are a `ChannelViewer` are asked.
    """

    def __init__(self, platforms: Mapping[Platform, ChatPlatform]) -> None:
        self._viewers = {
            name: platform
            for name, platform in platforms.items()
            if isinstance(platform, ChannelViewer)
        }

    async def visible(
        self, caller: Caller, channels: Iterable[ChannelRef]
    ) -> frozenset[ChannelRef]:
        """Return those of the channels that the caller sees; the one they are in is one of them."""
        asked = set(channels)
        here = asked & {caller.channel}
        shared = {channel for channel in asked - here if not channel.is_direct}
        viewer = self._viewers.get(caller.user.platform)
        if viewer is None:
            return frozenset(here | shared)
        known = {channel for channel in shared if channel.platform is caller.user.platform}
        return frozenset(here | (await viewer.sees(caller.user, known) if known else set()))
