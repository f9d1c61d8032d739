"""Where Discord is and who we are there, and the one place that tells discord.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

_API: Final = "https://discord.com/api/v10"
_GATEWAY: Final = "wss://gateway.discord.gg/"


@dataclass(frozen=True, kw_only=True)
class DiscordConfig:
    """How to reach Discord.

    Attributes:
        token: the bot's token.
        api_url: the REST interface, with its version; Discord's own if ``None``.
        gateway_url: the gateway; if ``None``, where the REST interface says that it is.
    """

    token: str = field(repr=False)
    api_url: str | None = None
    gateway_url: str | None = None


def point_library_at(config: DiscordConfig) -> None:
    """Make discord.py use the configured addresses.

    The library keeps both addresses as class attributes and offers no other way, so one process
    talks to one Discord: the last call wins.
    """
    Route.BASE = (config.api_url or _API).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.gateway_url or _GATEWAY)
    # We never speak; the library would warn of missing voice libraries at every start.
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False


def point_gateway_at(config: DiscordConfig, address: str) -> None:
    """Make discord.py use the gateway that the REST interface names, unless one is configured."""
    if config.gateway_url is None:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address)
