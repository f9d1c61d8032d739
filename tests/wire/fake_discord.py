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

from tests.wire.fake_discord_faults import Changes, Failure, Faults, fail
from tests.wire.fake_discord_gateway import GUILDS, MESSAGE_CONTENT, Gateway
from tests.wire.fake_discord_rest import PREFIX, FakeInteraction, Rest, reply
from tests.wire.fake_discord_rules import Refused
from tests.wire.fake_discord_sightings import Sightings
from tests.wire.fake_discord_world import (
    FakeMessage,
    Json,
    World,
)

_COMMAND, _COMPONENT, _MODAL_SUBMIT = 2, 3, 5


class FakeDiscord(Sightings):
    """One guild with one channel, one bot, and as many people as speak.

    Attributes:
        token: what the bot must present.
        guild_id: the guild.
        channel_id: its first channel.
    """

    def __init__(self, *, token: str = "fake-token", bot_name: str = "Prepbot") -> None:
        self.token = token
        changes, world = Changes(), World(bot_name)
        gateway = Gateway(world, token, changes.touch)
        super().__init__(world, gateway, Rest(world, gateway), changes)
        self._faults = Faults()
        self._files: dict[str, str] = {}
        self._runner: web.AppRunner | None = None
        self._base = ""
        self.guild_id = self._world.guild_id
        self.channel_id = self.add_channel("interview-prep")

    # Life

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._guard])
        app.add_routes(self._rest.routes())
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

    async def __aexit__(self, *_: object) -> None:
        await self._gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """The REST interface's address, for ``DiscordConfig.api_url``."""
        return f"{self._base}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        """The gateway's address, for ``DiscordConfig.gateway_url``."""
        return f"{self._base.replace('http', 'ws', 1)}/"

    # What people do

    def add_channel(self, name: str, kind: int = 0) -> int:
        """Add a channel before the bot connects; kind 0 is text, 15 a forum."""
        return self._world.add_channel(name, kind).id

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

    # What goes wrong

    def script_failure(
        self,
        method: str,
        path_pattern: str,
        *,
        status: int = 500,
        code: int = 0,
        retry_after: float | None = None,
        drop: bool = False,
        after: bool = False,
        times: int = 1,
    ) -> None:
        """Fail the next ``times`` requests that match.

        Args:
            method: the HTTP method.
            path_pattern: a regular expression, searched in the path without ``/api/v10``.
            status: the status to answer; 429 needs ``retry_after``.
            code: Discord's error code.
            retry_after: seconds, for a 429.
            drop: break the connection instead of answering.
            after: do what was asked first: the request is accepted, its answer lost.
            times: how many requests fail.
        """
        self._faults.add(
            Failure(
                method,
                path_pattern,
                status=status,
                code=code,
                retry_after=retry_after,
                drop=drop,
                after=after,
                times=times,
            )
        )

    def refuse(self, channel_id: int, code: int, *, status: int = 403) -> None:
        """Refuse every request about a channel, for example with 50001, 50013 or 50007."""
        self._rest.refusals[channel_id] = Refused(code, "Refused", status=status)

    def allow(self, channel_id: int) -> None:
        """End a refusal."""
        self._rest.refusals.pop(channel_id, None)

    def forbid_embeds(self, channel_id: int) -> None:
        """Take the permission Embed Links away in a channel."""
        self._rest.without_embeds.add(channel_id)

    def delete_channel(self, channel_id: int) -> None:
        del self._world.channels[channel_id]

    def archive_thread(self, thread_id: int, *, locked: bool = False) -> None:
        thread = self._world.channels[thread_id]
        thread.archived, thread.locked = True, locked

    def forget_nonces(self) -> None:
        """End the window in which Discord recognises a nonce."""
        self._rest.nonces.clear()

    def refuse_message_content(self) -> None:
        """Take the privileged message-content intent away from the application."""
        self._gateway.privileged_allowed &= ~MESSAGE_CONTENT

    def refuse_gateway_token(self) -> None:
        """Let the gateway refuse the token that REST accepts, as after a reset in between."""
        self._gateway.token = ""

    async def drop_connections(self, *, keep_sessions: bool = True) -> None:
        """Break the gateway connections; without sessions the bot can't resume."""
        await self._gateway.drop(keep_sessions=keep_sessions)

    async def ask_to_reconnect(self) -> None:
        """Ask the bot to reconnect and resume (op 7)."""
        await self._gateway.ask_to_reconnect()

    async def invalidate_sessions(self) -> None:
        """Make the bot identify anew (op 9)."""
        await self._gateway.invalidate()

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
        return web.Response(text=self._files[request.match_info["name"]])

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], object]
    ) -> web.StreamResponse:
        if not request.path.startswith(PREFIX):
            return await handler(request)  # type: ignore[misc, no-any-return]
        path = request.path.removeprefix(PREFIX)
        self.requests.append((request.method, path))
        failure = self._faults.take(request.method, path)
        if failure is not None and not failure.after:
            return fail(request, failure)
        by_token = path.startswith(("/interactions/", "/webhooks/"))
        if not by_token and request.headers.get("Authorization") != f"Bot {self.token}":
            return reply({"message": "401: Unauthorized", "code": 0}, 401)
        try:
            response: web.StreamResponse = await handler(request)  # type: ignore[misc]
        except web.HTTPException as error:
            return reply({"message": f"{error.status}: {error.reason}", "code": 0}, error.status)
        self._changes.touch()
        return fail(request, failure) if failure is not None else response
