"""The fake Discord's servers, as its REST interface describes them, and who sees which channel."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from tests.wire.fake_discord_rest import PREFIX, Rest, _serve
from tests.wire.fake_discord_world import FORUM, MEDIA, NEWS, TEXT, Json, World

_IN_THE_LIST: Final = (TEXT, NEWS, FORUM, MEDIA)
_ALSO_AT_THE_GATEWAY: Final = (
    "id",
    "name",
    "owner_id",
    "roles",
    "emojis",
    "stickers",
    "features",
)
_UNSET: Final = (
    "icon",
    "description",
    "home_header",
    "splash",
    "discovery_splash",
    "banner",
    "application_id",
    "afk_channel_id",
    "system_channel_id",
    "widget_channel_id",
    "max_presences",
    "vanity_url_code",
    "rules_channel_id",
    "safety_alerts_channel_id",
    "public_updates_channel_id",
    "incidents_data",
)
_USUAL: Final[Json] = {
    "region": "deprecated",
    "afk_timeout": 300,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "verification_level": 0,
    "default_message_notifications": 0,
    "mfa_level": 0,
    "explicit_content_filter": 0,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "preferred_locale": "en-GB",
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
}


class Guilds:
    """Answers REST requests about servers."""

    def __init__(self, world: World, rest: Rest) -> None:
        self._world = world
        self._rest = rest

    def routes(self) -> list[web.RouteDef]:
        guild = f"{PREFIX}/guilds/{{guild}}"
        return [
            web.get(guild, _serve(self._get_guild)),
            web.get(f"{guild}/channels", _serve(self._get_channels)),
        ]

    async def _get_guild(self, request: web.Request, body: Json) -> Json:
        payload = self._world.guild_payload(self._rest._guild(request))
        return {key: payload[key] for key in _ALSO_AT_THE_GATEWAY} | dict.fromkeys(_UNSET) | _USUAL

    async def _get_channels(self, request: web.Request, body: Json) -> list[Json]:
        guild_id = self._rest._guild(request)
        return [
            channel.payload()
            for channel in self._world.channels.values()
            if channel.guild_id == guild_id and channel.kind in _IN_THE_LIST
        ]
