"""The fake Discord's forums: posts with titles and tags."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from tests.wire.fake_discord_gateway import GUILDS, Gateway
from tests.wire.fake_discord_rest import PREFIX, Created, Rest, _serve
from tests.wire.fake_discord_rules import Refused, check_message, check_thread_name
from tests.wire.fake_discord_world import FORUM, MEDIA, THREADS, Json, World

REQUIRES_TAG: Final = 1 << 4


class Forums:
    """Answers REST requests about posts in forums."""

    def __init__(self, world: World, gateway: Gateway, rest: Rest) -> None:
        self._world = world
        self._gateway = gateway
        self._rest = rest

    def routes(self) -> list[web.RouteDef]:
        active = f"{PREFIX}/guilds/{{guild}}/threads/active"
        return [
            web.post(f"{PREFIX}/channels/{{channel}}/threads", _serve(self._open_post)),
            web.get(active, _serve(self._get_active)),
        ]

    async def _open_post(self, request: web.Request, body: Json) -> Created:
        forum = self._rest._channel(request)
        if forum.kind not in (FORUM, MEDIA):
            raise Refused(50024, "Cannot execute action on this channel type")
        check_thread_name(body["name"])
        check_message(body["message"])
        applied = [str(tag) for tag in body.get("applied_tags") or []]
        tags = {tag["id"]: tag for tag in forum.tags}
        if len(applied) > 5 or any(id_ not in tags for id_ in applied):
            raise Refused(50035, "Invalid Form Body: applied_tags")
        if any(tags[id_]["moderated"] for id_ in applied):
            raise Refused(50013, "Missing Permissions", status=403)
        if forum.flags & REQUIRES_TAG and not applied:
            raise Refused(40067, "A tag is required to create a forum post in this channel")
        id_ = self._world.new_id()
        thread = self._world.add_thread(forum, body["name"], id_, self._world.bot)
        thread.applied_tags = applied
        message = self._world.build(body["message"], thread)
        message.id, message.thread = id_, thread
        if forum.id in self._rest.without_embeds:
            message.embeds = []
        await self._gateway.dispatch("THREAD_CREATE", thread.payload(), GUILDS)
        await self._rest._publish(message)
        return Created(thread.payload() | {"message": message.payload()})

    async def _get_active(self, request: web.Request, body: Json) -> Json:
        threads = [
            channel.payload()
            for channel in self._world.channels.values()
            if channel.kind in THREADS and not channel.archived
        ]
        return {"threads": threads, "members": [], "has_more": False}
