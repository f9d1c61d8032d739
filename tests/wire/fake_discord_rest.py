"""The fake Discord's REST routes below ``/api/v10``."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import web

from tests.wire.fake_discord_gateway import GUILDS, MESSAGE_CONTENT, Gateway
from tests.wire.fake_discord_rules import (
    Refused,
    check_commands,
    check_message,
    check_modal,
    check_thread_name,
)
from tests.wire.fake_discord_world import (
    DIRECT,
    EPHEMERAL,
    FORUM,
    LOADING,
    PUBLIC_THREAD,
    FakeChannel,
    FakeMessage,
    Json,
    World,
)

PREFIX: Final = "/api/v10"
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _UPDATE, _MODAL = 4, 5, 6, 7, 9


@dataclass
class FakeInteraction:
    """A command, click or sent form, and what the bot answered."""

    id: int
    token: str
    payload: Json
    callback: Json | None = None
    message: FakeMessage | None = None
    followups: list[FakeMessage] = field(default_factory=list)
    created: float = field(default_factory=time.monotonic)

    @property
    def modal(self) -> Json | None:
        """The modal that was opened, if one was."""
        opened = self.callback is not None and self.callback["type"] == _MODAL
        return self.callback["data"] if self.callback is not None and opened else None


Handler = Callable[[web.Request, Json], Awaitable[Any]]


class Rest:
    """Answers REST requests and changes the world."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.posts: list[FakeMessage] = []
        self.interactions: list[FakeInteraction] = []
        self.command_syncs: list[list[Json]] = []
        self.nonces: dict[str, FakeMessage] = {}
        self.refusals: dict[int, Refused] = {}
        self.without_embeds: set[int] = set()
        self.nonce_window = 300.0
        self.interaction_deadline = 3.0
        self._world = world
        self._gateway = gateway

    def routes(self) -> list[web.RouteDef]:
        message = "/channels/{channel}/messages/{message}"
        hook = "/webhooks/{application}/{token}"
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
            ("POST", "/interactions/{interaction}/{token}/callback", self._call_back),
            ("POST", hook, self._follow_up),
            ("GET", hook + "/messages/{message}", self._get_response),
            ("PATCH", hook + "/messages/{message}", self._edit_response),
            ("DELETE", hook + "/messages/{message}", self._delete_response),
        ]
        return [web.route(verb, PREFIX + path, _serve(handler)) for verb, path, handler in table]

    async def _get_gateway(self, request: web.Request, body: Json) -> Json:
        limit = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1}
        return {"url": self._gateway.url, "shards": 1, "session_start_limit": limit}

    async def _get_me(self, request: web.Request, body: Json) -> Json:
        return self._world.bot.payload()

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
        return [{**command, **common, "id": str(self._world.new_id())} for command in commands]

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
        if channel.kind == FORUM:
            raise Refused(50008, "Cannot send messages in a non-text channel")
        if channel.locked:
            raise Refused(160005, "Thread is locked")
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
        message = self._build(body, channel)
        message.nonce = nonce
        if nonce is not None:
            self.nonces[nonce] = message
        if channel.archived:
            channel.archived = False
            await self._gateway.dispatch("THREAD_UPDATE", channel.payload(), GUILDS)
        await self._publish(message)
        return message.payload() | {"nonce": nonce}

    async def _edit_message(self, request: web.Request, body: Json) -> Json:
        message = self._message(request)
        self._overwrite(message, body)
        await self._gateway.dispatch_message("MESSAGE_UPDATE", message)
        return message.payload()

    async def _delete_message(self, request: web.Request, body: Json) -> None:
        message = self._message(request)
        del self._world.messages[message.id]
        self.posts.remove(message)

    async def _start_thread(self, request: web.Request, body: Json) -> Json:
        message, parent = self._message(request), self._channel(request)
        if parent.kind in (DIRECT, PUBLIC_THREAD):
            raise Refused(50024, "Cannot execute action on this channel type")
        check_thread_name(body["name"])
        if message.thread is not None:
            raise Refused(160004, "A thread has already been created for this message")
        thread = self._world.add_thread(parent, body["name"], message.id, self._world.bot)
        message.thread = thread
        data = thread.payload() | {"newly_created": True}
        await self._gateway.dispatch("THREAD_CREATE", data, GUILDS)
        return thread.payload()

    async def _add_reaction(self, request: web.Request, body: Json) -> None:
        message, emoji = self._message(request), unquote(request.match_info["emoji"])
        if self._channel(request).archived:
            raise Refused(50083, "Thread is archived")
        message.reactions.setdefault(emoji, set()).add(self._world.bot.id)

    async def _remove_reaction(self, request: web.Request, body: Json) -> None:
        message, emoji = self._message(request), unquote(request.match_info["emoji"])
        message.reactions.get(emoji, set()).discard(self._world.bot.id)

    async def _call_back(self, request: web.Request, body: Json) -> Json | None:
        interaction = self._interaction(request)
        if interaction.callback is not None:
            raise Refused(40060, "Interaction has already been acknowledged.")
        if time.monotonic() - interaction.created > self.interaction_deadline:
            raise Refused(10062, "Unknown interaction", status=404)
        kind, data = body["type"], body.get("data") or {}
        if kind == _MODAL:
            if interaction.payload["type"] == 5:
                raise Refused(50035, "a sent form can't open another")
            check_modal(data)
        elif kind in (_MESSAGE, _UPDATE):
            check_message(data)
        interaction.callback = body
        if kind in (_MESSAGE, _DEFERRED_MESSAGE):
            loading = LOADING if kind == _DEFERRED_MESSAGE else 0
            interaction.message = await self._respond(interaction, data, loading)
        if request.query.get("with_response") not in ("1", "true"):
            return None
        return _callback_payload(interaction)

    async def _follow_up(self, request: web.Request, body: Json) -> Json:
        interaction = self._acknowledged(request)
        check_message(body)
        message = await self._respond(interaction, body, 0)
        interaction.followups.append(message)
        return message.payload()

    async def _get_response(self, request: web.Request, body: Json) -> Json:
        return self._response(request).payload()

    async def _edit_response(self, request: web.Request, body: Json) -> Json:
        message = self._response(request)
        self._overwrite(message, body)
        message.flags &= ~LOADING
        if not message.is_ephemeral:
            await self._gateway.dispatch_message("MESSAGE_UPDATE", message)
        return message.payload()

    async def _delete_response(self, request: web.Request, body: Json) -> None:
        self._response(request)
        self._acknowledged(request).message = None

    async def _respond(self, interaction: FakeInteraction, data: Json, flags: int) -> FakeMessage:
        channel = self._world.channels[int(interaction.payload["channel_id"])]
        message = self._build(data, channel)
        message.flags = (int(data.get("flags") or 0) & EPHEMERAL) | flags
        if not message.is_ephemeral:
            self._world.messages[message.id] = message
            await self._gateway.dispatch_message("MESSAGE_CREATE", message)
        return message

    async def _publish(self, message: FakeMessage) -> None:
        self._world.messages[message.id] = message
        self.posts.append(message)
        await self._gateway.dispatch_message("MESSAGE_CREATE", message)

    def _build(self, body: Json, channel: FakeChannel) -> FakeMessage:
        return FakeMessage(
            self._world.new_id(),
            channel.id,
            self._world.bot,
            guild_id=channel.guild_id,
            content=body.get("content") or "",
            embeds=body.get("embeds") or [],
            components=body.get("components") or [],
            allowed_mentions=body.get("allowed_mentions"),
            reply_to=int(body["message_reference"]["message_id"])
            if body.get("message_reference")
            else None,
        )

    def _overwrite(self, message: FakeMessage, body: Json) -> None:
        check_message({"content": message.content, "embeds": message.embeds, **body})
        message.content = body.get("content", message.content) or ""
        message.embeds = body.get("embeds", message.embeds) or []
        message.components = body.get("components", message.components) or []
        message.allowed_mentions = body.get("allowed_mentions", message.allowed_mentions)

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
        return channel

    def _message(self, request: web.Request) -> FakeMessage:
        channel = self._channel(request)
        message = self._world.messages.get(int(request.match_info["message"]))
        if message is None or message.channel_id != channel.id:
            raise Refused(10008, "Unknown Message", status=404)
        return message

    def _interaction(self, request: web.Request) -> FakeInteraction:
        token = request.match_info["token"]
        found = next((i for i in self.interactions if i.token == token), None)
        if found is None:
            raise Refused(10062, "Unknown interaction", status=404)
        return found

    def _acknowledged(self, request: web.Request) -> FakeInteraction:
        interaction = self._interaction(request)
        if interaction.callback is None:
            raise Refused(10015, "Unknown Webhook", status=404)
        return interaction

    def _response(self, request: web.Request) -> FakeMessage:
        interaction = self._acknowledged(request)
        wanted = request.match_info["message"]
        messages = [interaction.message, *interaction.followups]
        for message in messages:
            if message is not None and wanted in ("@original", str(message.id)):
                return message
        raise Refused(10008, "Unknown Message", status=404)


def _callback_payload(interaction: FakeInteraction) -> Json:
    message = interaction.message
    data: Json = {"interaction": {"id": str(interaction.id), "type": interaction.payload["type"]}}
    if message is not None and interaction.callback is not None:
        data["interaction"] |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.is_loading,
            "response_message_ephemeral": message.is_ephemeral,
        }
        data["resource"] = {"type": interaction.callback["type"], "message": message.payload()}
    return data


def _serve(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        raw = await request.text()
        try:
            result = await handler(request, json.loads(raw) if raw else {})
        except Refused as refused:
            return reply({"code": refused.code, "message": refused.message}, refused.status)
        return web.Response(status=204) if result is None else reply(result)

    return serve


def reply(data: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer in exactly ``application/json``: the client reads no other spelling as JSON."""
    body = json.dumps(data).encode()
    return web.Response(
        body=body, status=status, content_type="application/json", headers=headers or {}
    )
