"""The fake Discord's answers to what the bot does about interactions."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tests.wire.fake_discord_gateway import Gateway
from tests.wire.fake_discord_rules import Refused, check_message, check_modal
from tests.wire.fake_discord_world import EPHEMERAL, LOADING, FakeMessage, Json, World

Handler = Callable[[web.Request, Json], Awaitable[Any]]
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _UPDATE, _MODAL = 4, 5, 6, 7, 9
_HOOK: Final = "/webhooks/{application}/{token}"


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
    answered_at: float = 0.0

    @property
    def modal(self) -> Json | None:
        """The modal that was opened, if one was."""
        opened = self.callback is not None and self.callback["type"] == _MODAL
        return self.callback["data"] if self.callback is not None and opened else None


class Hooks:
    """Takes the bot's responses, each by its interaction's token.

    Attributes:
        interactions: all there were, oldest first.
        deadline: seconds until an interaction must have its first response.
        token_seconds: seconds until its token ends.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.interactions: list[FakeInteraction] = []
        self.deadline = 3.0
        self.token_seconds = 900.0
        self._world = world
        self._gateway = gateway

    def table(self) -> list[tuple[str, str, Handler]]:
        """The routes, as method, path and handler."""
        return [
            ("POST", "/interactions/{interaction}/{token}/callback", self._call_back),
            ("POST", _HOOK, self._follow_up),
            ("GET", _HOOK + "/messages/{message}", self._get_response),
            ("PATCH", _HOOK + "/messages/{message}", self._edit_response),
            ("DELETE", _HOOK + "/messages/{message}", self._delete_response),
        ]

    async def _call_back(self, request: web.Request, body: Json) -> Json | None:
        interaction = self._interaction(request)
        if interaction.callback is not None:
            raise Refused(40060, "Interaction has already been acknowledged.")
        if time.monotonic() - interaction.created > self.deadline:
            raise Refused(10062, "Unknown interaction", status=404)
        kind, data = body["type"], body.get("data") or {}
        if kind == _MODAL:
            if interaction.payload["type"] == 5:
                raise Refused(50035, "a sent form can't open another")
            check_modal(data)
        elif kind in (_MESSAGE, _UPDATE):
            check_message(data)
        interaction.callback = body
        interaction.answered_at = time.monotonic()
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
        self._world.overwrite(message, body)
        message.flags &= ~LOADING
        if not message.is_ephemeral:
            await self._gateway.dispatch_message("MESSAGE_UPDATE", message)
        return message.payload()

    async def _delete_response(self, request: web.Request, body: Json) -> None:
        self._response(request)
        self._acknowledged(request).message = None

    async def _respond(self, interaction: FakeInteraction, data: Json, flags: int) -> FakeMessage:
        channel = self._world.channels[int(interaction.payload["channel_id"])]
        message = self._world.build(data, channel)
        message.flags = (int(data.get("flags") or 0) & EPHEMERAL) | flags
        if not message.is_ephemeral:
            self._world.messages[message.id] = message
            await self._gateway.dispatch_message("MESSAGE_CREATE", message)
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
        if time.monotonic() - interaction.created > self.token_seconds:
            raise Refused(50027, "Invalid Webhook Token", status=401)
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
        if interaction.callback["type"] in (_MESSAGE, _UPDATE):
            data["resource"] = {"type": interaction.callback["type"], "message": message.payload()}
    return data
