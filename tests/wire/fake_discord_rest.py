"""The fake Discord's REST routes below ``/api/v10``."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from aiohttp import web

from tests.wire.fake_discord_files import Upload, read_body, read_uploads
from tests.wire.fake_discord_gateway import GUILDS, MESSAGE_CONTENT, Gateway
from tests.wire.fake_discord_hooks import FakeInteraction, Handler, Hooks
from tests.wire.fake_discord_permissions import Permission, allowed_in
from tests.wire.fake_discord_reply import reply
from tests.wire.fake_discord_rules import (
    Refused,
    check_commands,
    check_message,
    check_thread_name,
)
from tests.wire.fake_discord_world import (
    DIRECT,
    FORUM,
    MEDIA,
    THREADS,
    FakeChannel,
    FakeMessage,
    Json,
    World,
)

PREFIX: Final = "/api/v10"
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _UPDATE, _MODAL = 4, 5, 6, 7, 9


@dataclass(frozen=True)
class Created:
    """What a request made; answered with 201."""

    body: Json


class Rest:
    """Answers REST requests and changes the world."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.posts: list[FakeMessage] = []
        self.uploads: dict[str, bytes] = {}
        self.command_syncs: list[list[Json]] = []
        self.nonces: dict[str, FakeMessage] = {}
        self.refusals: dict[int, Refused] = {}
        self.without_embeds: set[int] = set()
        self.nonce_window = 300.0
        self.hooks = Hooks(world, gateway)
        self._world = world
        self._gateway = gateway

    def routes(self) -> list[web.RouteDef]:
        message = "/channels/{channel}/messages/{message}"
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/gateway", self._get_gateway),
            ("GET", "/gateway/bot", self._get_gateway),
            ("GET", "/users/@me", self._get_me),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", "/oauth2/applications/@me", self._get_application),
            ("GET", "/applications/@me", self._get_application),
            ("PUT", "/applications/{application}/commands", self._put_commands),
            ("GET", "/channels/{channel}", self._get_channel),
            ("PATCH", "/channels/{channel}", self._edit_channel),
            ("GET", "/channels/{channel}/messages", self._get_messages),
            ("POST", "/channels/{channel}/messages", self._post_message),
            ("GET", message, self._get_message),
            ("PATCH", message, self._edit_message),
            ("DELETE", message, self._delete_message),
            ("POST", message + "/threads", self._start_thread),
            ("PUT", message + "/reactions/{emoji}/@me", self._add_reaction),
            ("DELETE", message + "/reactions/{emoji}/@me", self._remove_reaction),
            ("GET", "/guilds/{guild}/roles", self._get_roles),
            ("GET", "/guilds/{guild}/members/{user}", self._get_member),
        ]
        table += self.hooks.table()
        return [web.route(verb, PREFIX + path, _serve(handler)) for verb, path, handler in table]

    @property
    def interactions(self) -> list[FakeInteraction]:
        return self.hooks.interactions

    async def _get_gateway(self, request: web.Request, body: Json) -> Json:
        gateway = self._gateway
        limit = {
            "total": 1000,
            "remaining": gateway.starts_left,
            "reset_after": round(gateway.starts_reset_seconds * 1000),
            "max_concurrency": 1,
        }
        shards = gateway.recommended_shards
        return {"url": gateway.url, "shards": shards, "session_start_limit": limit}

    async def _get_me(self, request: web.Request, body: Json) -> Json:
        return self._world.bot.payload() | {"mfa_enabled": False, "locale": "en-GB"}

    async def _get_application(self, request: web.Request, body: Json) -> Json:
        return {
            "id": str(self._world.application_id),
            "name": self._world.bot.name,
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": self._world.bot.payload(),
            "verify_key": "00",
            "flags": 0,
            "flags_new": "0",
            "type": None,
            "team": None,
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": [],
            "approximate_guild_count": 1,
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
        }

    async def _put_commands(self, request: web.Request, body: Json) -> list[Json]:
        commands: list[Json] = list(body)  # type: ignore[arg-type]  # this one body is a list
        check_commands(commands)
        self.command_syncs.append(commands)
        common = {
            "application_id": str(self._world.application_id),
            "version": "1",
            "default_member_permissions": None,
        }
        return [
            {**_known(command), **common, "id": str(self._world.new_id())} for command in commands
        ]

    async def _open_direct(self, request: web.Request, body: Json) -> Json:
        people = self._world.users.values()
        user = next((u for u in people if str(u.id) == str(body["recipient_id"])), None)
        if user is None:
            raise Refused(50033, "Invalid Recipient(s)")
        return self._world.direct_channel(user).payload()

    async def _get_channel(self, request: web.Request, body: Json) -> Json:
        return self._channel(request).payload()

    async def _edit_channel(self, request: web.Request, body: Json) -> Json:
        channel = self._channel(request)
        if "archived" in body:
            channel.archived = bool(body["archived"])
        await self._gateway.dispatch("THREAD_UPDATE", channel.payload(), GUILDS)
        return channel.payload()

    async def _get_messages(self, request: web.Request, body: Json) -> list[Json]:
        channel = self._channel(request)
        found = self._world.history(channel.id)
        if not self._allowed(channel) & Permission.READ_MESSAGE_HISTORY:
            found = []  # this is how Discord refuses it
        if "before" in request.query:
            found = [m for m in found if m.id < int(request.query["before"])]
        if "after" in request.query:
            # After a message come the oldest ones that follow it.
            found = [m for m in found if m.id > int(request.query["after"])][::-1]
        found = found[: int(request.query.get("limit", "50"))]
        return [self._shown(m) for m in sorted(found, key=lambda m: m.id, reverse=True)]

    async def _get_message(self, request: web.Request, body: Json) -> Json:
        return self._shown(self._message(request))

    async def _post_message(self, request: web.Request, body: Json) -> Json:
        channel = self._channel(request)
        if channel.kind in (FORUM, MEDIA):
            raise Refused(50008, "Cannot send messages in a non-text channel")
        if channel.locked:
            raise Refused(160005, "Thread is locked")
        if channel.kind != DIRECT:
            in_thread = channel.kind in THREADS
            self._need(
                channel,
                Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES,
            )
        check_message(body)
        if channel.id in self.without_embeds and body.get("embeds"):
            # Refused where nothing else is said; silently left out below a line of content.
            if not body.get("content"):
                raise Refused(50013, "Missing Permissions", status=403)
            body["embeds"] = []
        nonce = str(body["nonce"]) if body.get("nonce") is not None else None
        known = self.nonces.get(nonce or "")
        if body.get("enforce_nonce") and known and self._is_recent(known):
            return known.payload() | {"nonce": nonce}
        message = self._world.build(body, channel)
        message.attachments = [self._attached(upload) for upload in await read_uploads(request)]
        message.nonce = nonce
        if nonce is not None:
            self.nonces[nonce] = message
        if channel.archived:
            channel.archived = False
            await self._gateway.dispatch("THREAD_UPDATE", channel.payload(), GUILDS)
        await self._publish(message)
        return message.payload() | {"nonce": nonce}

    def _attached(self, upload: Upload) -> Json:
        """A file as a message shows it; its content stays for tests to read."""
        self.uploads[upload.name] = upload.content
        url = f"https://cdn.fake/{upload.name}"
        return {
            "id": str(self._world.new_id()),
            "filename": upload.name,
            "size": len(upload.content),
            "url": url,
            "proxy_url": url,
        }

    async def _edit_message(self, request: web.Request, body: Json) -> Json:
        message = self._message(request)
        self._world.overwrite(message, body)
        await self._gateway.dispatch_message("MESSAGE_UPDATE", message)
        return message.payload()

    async def _delete_message(self, request: web.Request, body: Json) -> None:
        message = self._message(request)
        del self._world.messages[message.id]
        self.posts.remove(message)

    async def _start_thread(self, request: web.Request, body: Json) -> Created:
        message, parent = self._message(request), self._channel(request)
        if parent.kind in (DIRECT, *THREADS):
            raise Refused(50024, "Cannot execute action on this channel type")
        check_thread_name(body["name"])
        self._need(parent, Permission.CREATE_PUBLIC_THREADS)
        if message.thread is not None:
            raise Refused(160004, "A thread has already been created for this message")
        thread = self._world.add_thread(parent, body["name"], message.id, self._world.bot)
        message.thread = thread
        data = thread.payload() | {"newly_created": True}
        await self._gateway.dispatch("THREAD_CREATE", data, GUILDS)
        return Created(thread.payload())

    async def _add_reaction(self, request: web.Request, body: Json) -> None:
        message, emoji = self._message(request), unquote(request.match_info["emoji"])
        if self._channel(request).archived:
            raise Refused(50083, "Thread is archived")
        message.reactions.setdefault(emoji, set()).add(self._world.bot.id)

    async def _remove_reaction(self, request: web.Request, body: Json) -> None:
        message, emoji = self._message(request), unquote(request.match_info["emoji"])
        message.reactions.get(emoji, set()).discard(self._world.bot.id)

    async def _publish(self, message: FakeMessage) -> None:
        self._world.messages[message.id] = message
        self.posts.append(message)
        await self._gateway.dispatch_message("MESSAGE_CREATE", message)

    def _shown(self, message: FakeMessage) -> Json:
        """A message as REST gives it: without its nonce, its content for who may read it."""
        reads_all = bool(self._gateway.privileged_allowed & MESSAGE_CONTENT)
        own = message.author == self._world.bot
        return message.payload(content_hidden=not (reads_all or own or message.guild_id is None))

    def _is_recent(self, message: FakeMessage) -> bool:
        return time.monotonic() - message.created < self.nonce_window

    def _channel(self, request: web.Request) -> FakeChannel:
        id_ = int(request.match_info["channel"])
        if id_ in self.refusals:
            raise self.refusals[id_]
        channel = self._world.channels.get(id_)
        if channel is None:
            raise Refused(10003, "Unknown Channel", status=404)
        if not self._allowed(channel) & Permission.VIEW_CHANNEL:
            raise Refused(50001, "Missing Access", status=403)
        return channel

    def _allowed(self, channel: FakeChannel) -> int:
        return allowed_in(self._world, channel)

    def _need(self, channel: FakeChannel, permission: Permission) -> None:
        if not self._allowed(channel) & permission:
            raise Refused(50013, "Missing Permissions", status=403)

    def _guild(self, request: web.Request) -> int:
        id_ = int(request.match_info["guild"])
        if id_ not in self._world.guilds:
            raise Refused(10004, "Unknown Guild", status=404)
        return id_

    async def _get_roles(self, request: web.Request, body: Json) -> list[Json]:
        return [self._world.everyone_payload(self._guild(request))]

    async def _get_member(self, request: web.Request, body: Json) -> Json:
        self._guild(request)
        everybody = [self._world.bot, *self._world.users.values()]
        for user in everybody:
            if str(user.id) == request.match_info["user"]:
                return self._world.member_payload(user)
        raise Refused(10007, "Unknown Member", status=404)

    def _message(self, request: web.Request) -> FakeMessage:
        channel = self._channel(request)
        message = self._world.messages.get(int(request.match_info["message"]))
        if message is None or message.channel_id != channel.id:
            raise Refused(10008, "Unknown Message", status=404)
        return message


def _known(command: Json) -> Json:
    """A command as Discord gives it back: what was left out is filled in."""
    given = {"description": "", **command}
    return {**given, "integration_types": command.get("integration_types") or [0]}


def _serve(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        try:
            result = await handler(request, await read_body(request) or {})
        except Refused as refused:
            return reply({"code": refused.code, "message": refused.message}, refused.status)
        if isinstance(result, Created):
            return reply(result.body, 201)
        return web.Response(status=204) if result is None else reply(result)

    return serve
