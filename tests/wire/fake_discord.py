"""A fake Discord over real HTTP and WebSocket, to drive the real client library against.

    async with FakeDiscord() as discord:
        ...  # start a bot with discord.token, discord.api_url and discord.gateway_url
        await discord.wait_for_identify()
        await discord.say(discord.channel_id, "Ana", "hello")

It refuses what the documentation says that Discord refuses and can be told to fail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Self

from aiohttp import web

from tests.wire.fake_discord_faults import Changes, fail
from tests.wire.fake_discord_forum import Forums
from tests.wire.fake_discord_gateway import GUILDS, Gateway
from tests.wire.fake_discord_guild import Guilds
from tests.wire.fake_discord_hooks import FakeInteraction
from tests.wire.fake_discord_inspector import Inspector
from tests.wire.fake_discord_reply import reply
from tests.wire.fake_discord_rest import PREFIX, Rest
from tests.wire.fake_discord_trouble import Trouble
from tests.wire.fake_discord_world import (
    FakeMessage,
    Json,
    World,
)

_COMMAND, _COMPONENT, _MODAL_SUBMIT = 2, 3, 5


class FakeDiscord(Trouble):
    """One guild with one channel, one bot, and as many people as speak.

    Attributes:
        token: what the bot must present.
        guild_id: the guild.
        channel_id: its first channel.

    Args:
        checks: whether requests, and our answers, are held against Discord's published
            description; at the end nothing may be wrong with them.
    """

    def __init__(
        self, *, token: str = "fake-token", bot_name: str = "Prepbot", checks: bool = True
    ) -> None:
        self.token = token
        self._inspector = Inspector(checks=checks)
        changes, world = Changes(), World(bot_name)
        gateway = Gateway(world, token, changes.touch)
        super().__init__(world, gateway, Rest(world, gateway), changes)
        self._files: dict[str, str] = {}
        self._runner: web.AppRunner | None = None
        self._base = ""
        self.guild_id = self._world.guild_id
        self.channel_id = self.add_channel("interview-prep")

    # Life

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._guard])
        app.add_routes(self._rest.routes())
        app.add_routes(Forums(self._world, self._gateway, self._rest).routes())
        app.add_routes(Guilds(self._world, self._rest).routes())
        app.router.add_get("/", self._gateway.serve)
        app.router.add_get("/attachments/{name}", self._serve_file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self._base = f"http://127.0.0.1:{port}"
        self._gateway.url = self.gateway_url
        return self

    async def __aexit__(self, kind: object, *_: object) -> None:
        await self._gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if kind is None:
            self._inspector.report()

    @property
    def api_url(self) -> str:
        """The REST interface's address, for ``DiscordConfig.api_url``."""
        return f"{self._base}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        """The gateway's address, for ``DiscordConfig.gateway_url``."""
        return f"{self._base.replace('http', 'ws', 1)}/"

    # What people do

    def add_channel(self, name: str, kind: int = 0, *, guild_id: int | None = None) -> int:
        """Add a channel before the bot connects; kind 0 is text, 15 a forum."""
        return self._world.add_channel(name, kind, guild_id=guild_id).id

    def add_guild(self, *, shard: int = 0, shards: int = 1) -> int:
        """Add a guild that a shard is told of, before the bot connects; return its id."""
        while (id_ := self._world.new_id()) and (id_ >> 22) % shards != shard:
            pass
        return self._world.add_guild(id_)

    def recommend_shards(self, count: int) -> None:
        """Recommend a number of shards."""
        self._gateway.recommended_shards = count

    def user_id(self, user: str) -> int:
        return self._world.user(user).id

    def direct_channel(self, user: str) -> int:
        """Return the id of the direct-message conversation between ``user`` and the bot."""
        return self._world.direct_channel(self._world.user(user)).id

    async def start_thread(self, channel_id: int, user: str, name: str) -> int:
        """Let a person start a thread without a message; return its id."""
        parent = self._world.channels[channel_id]
        owner = self._world.user(user)
        thread = self._world.add_thread(parent, name, self._world.new_id(), owner)
        await self._gateway.dispatch("THREAD_CREATE", thread.payload(), GUILDS)
        return thread.id

    async def say(
        self,
        channel_id: int,
        user: str,
        text: str,
        *,
        bot: bool = False,
        webhook: bool = False,
        kind: int = 0,
        file_text: str | None = None,
    ) -> int:
        """Let someone write a message; return its id.

        Args:
            channel_id: a channel, thread or direct-message conversation.
            user: who writes it.
            text: what they write.
            bot: whether the author is another bot.
            webhook: whether it comes through a webhook.
            kind: the message type; 0 is ordinary, others are system messages.
            file_text: the content of an attached ``message.txt``, into which the Discord
                client turns a long paste.
        """
        channel = self._world.channels[channel_id]
        author = self._world.user(user)
        author.bot = bot
        id_ = self._world.new_id()
        message = FakeMessage(
            id_,
            channel_id,
            author,
            guild_id=channel.guild_id,
            content=text,
            webhook_id=self._world.new_id() if webhook else None,
            kind=kind,
            attachments=[] if file_text is None else [self._attach(id_, file_text)],
        )
        self._world.messages[id_] = message
        await self._gateway.dispatch_message("MESSAGE_CREATE", message)
        return id_

    async def redeliver(self, message_id: int) -> None:
        """Send a message's event again, as a replay after a resumed session does."""
        await self._gateway.dispatch_message("MESSAGE_CREATE", self._world.messages[message_id])

    async def edit(self, message_id: int, text: str, *, by_person: bool = True) -> None:
        """Change what a message says; not ``by_person``: Discord itself touched it."""
        message = self._world.messages[message_id]
        message.content = text
        if by_person:
            message.edited = datetime.now(UTC).isoformat()
        await self._gateway.dispatch_message("MESSAGE_UPDATE", message)

    async def delete(self, message_id: int) -> None:
        """Let somebody delete a message."""
        message = self._world.messages.pop(message_id)
        gone = {"id": str(message.id), "channel_id": str(message.channel_id)}
        if message.guild_id is not None:
            gone["guild_id"] = str(message.guild_id)
        await self._gateway.dispatch("MESSAGE_DELETE", gone)

    async def direct_message(self, user: str, text: str) -> int:
        """Let someone write to the bot directly; return the message's id."""
        return await self.say(self.direct_channel(user), user, text)

    async def slash(
        self,
        channel_id: int,
        user: str,
        command: str,
        options: Mapping[str, str] | None = None,
        *,
        root: str = "prep",
        manages: bool = False,
        people: Mapping[str, str] | None = None,
    ) -> FakeInteraction:
        """Call ``/prep command``; the answer appears on the interaction that is returned.

        Args:
            channel_id: where.
            user: who.
            command: its name.
            options: what was typed or chosen, by option.
            root: the command that it stands below.
            manages: whether ``user`` has the permission Manage Server.
            people: who was picked, by option.
        """
        given = [{"name": n, "type": 3, "value": v} for n, v in (options or {}).items()]
        picked = {name: self._world.user(who) for name, who in (people or {}).items()}
        given += [{"name": n, "type": 6, "value": str(u.id)} for n, u in picked.items()]
        data = {
            "resolved": {"users": {str(u.id): u.payload() for u in picked.values()}},
            "id": str(self._world.new_id()),
            "name": root,
            "type": 1,
            "options": [{"name": command, "type": 1, "options": given}],
        }
        return await self._interact(_COMMAND, channel_id, user, data, manages=manages)

    async def click(
        self,
        message: FakeMessage,
        user: str,
        label: str | None = None,
        *,
        custom_id: str = "",
        manages: bool = False,
    ) -> FakeInteraction:
        """Click a button of a message, named by its label or custom id."""
        custom_id = custom_id or message.buttons[label or next(iter(message.buttons))]
        data = {"custom_id": custom_id, "component_type": 2}
        shown = message.payload() | {"type": message.kind}
        return await self._interact(
            _COMPONENT, message.channel_id, user, data, message=shown, manages=manages
        )

    async def submit_modal(
        self, opened: FakeInteraction, user: str, values: Mapping[str, str]
    ) -> FakeInteraction:
        """Fill in the modal that an interaction opened and send it."""
        assert opened.modal is not None, "no modal was opened"
        components = []
        for component in opened.modal["components"]:
            if component["type"] == 18:
                name = component["component"]["custom_id"]
                inner = {"type": 4, "custom_id": name, "value": values.get(name, "")}
                components.append({"type": 18, "component": inner})
            else:
                components.append({"type": component["type"]})
        data = {"custom_id": opened.modal["custom_id"], "components": components}
        channel_id = int(opened.payload["channel_id"])
        return await self._interact(_MODAL_SUBMIT, channel_id, user, data)

    # Inside

    async def _interact(
        self,
        kind: int,
        channel_id: int,
        user: str,
        data: Json,
        *,
        manages: bool = False,
        message: Json | None = None,
    ) -> FakeInteraction:
        payload = self._world.interaction_payload(kind, channel_id, user, data, manages=manages)
        if message is not None:
            payload["message"] = message
        interaction = FakeInteraction(int(payload["id"]), payload["token"], payload)
        self._rest.interactions.append(interaction)
        await self._gateway.dispatch("INTERACTION_CREATE", payload)
        return interaction

    def put_file(self, text: str) -> str:
        """Keep a file that a person sent; return where the bot can fetch it."""
        url: str = self._attach(self._world.new_id(), text)["url"]
        return url

    def _attach(self, message_id: int, text: str) -> Json:
        name = f"{message_id}.txt"
        self._files[name] = text
        url = f"{self._base}/attachments/{name}"
        return {
            "id": str(self._world.new_id()),
            "filename": "message.txt",
            "size": len(text.encode()),
            "url": url,
            "proxy_url": url,
            "content_type": "text/plain; charset=utf-8",
        }

    async def _serve_file(self, request: web.Request) -> web.Response:
        text = self._files.get(request.match_info["name"])
        return web.Response(status=404) if text is None else web.Response(text=text)

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], object]
    ) -> web.StreamResponse:
        if not request.path.startswith(PREFIX):
            return await handler(request)  # type: ignore[misc, no-any-return]
        path = request.path.removeprefix(PREFIX)
        self.requests.append((request.method, path))
        if (limited := self.limits.take(request.method, path)) is not None:
            return limited
        failure = self._faults.take(request.method, path)
        if failure is not None and not failure.after:
            return fail(request, failure)
        response = await self._answer(request, path, handler)
        self._changes.touch()
        return fail(request, failure) if failure is not None else response

    async def _answer(
        self, request: web.Request, path: str, handler: Callable[[web.Request], object]
    ) -> web.StreamResponse:
        by_token = path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {self.token}":
            return reply({"message": "401: Unauthorized", "code": 0}, 401)
        if wrong := await self._inspector.request(request, path):
            return reply({"message": f"Invalid Form Body: {wrong}", "code": 50035}, 400)
        try:
            response: web.StreamResponse = await handler(request)  # type: ignore[misc]
        except web.HTTPException as error:
            return reply({"message": f"{error.status}: {error.reason}", "code": 0}, error.status)
        self._inspector.answer(request, path, response)
        return response
