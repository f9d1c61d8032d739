"""A fake Slack over real HTTP and WebSocket: Web API, Socket Mode and response URLs.

async with FakeSlack() as slack:
    config = SlackConfig(
        bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.base_url
    )
    ...
    await slack.say("C1", "U1", "my answer", thread_ts=question.ts)
    await slack.wait_for_post(lambda post: "graded" in post.plain)
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Self, TypeVar
from uuid import uuid4

from aiohttp import ClientError, WSMsgType, web

from tests.wire import slack_http
from tests.wire.slack_blocks import Json, Refused
from tests.wire.slack_oauth import FakeOAuth
from tests.wire.slack_payloads import (
    click_envelope,
    command_envelope,
    escape,
    message_event,
    submission_envelope,
)
from tests.wire.slack_traffic import Ack, Call, Delivery, Failure
from tests.wire.slack_workspace import BOT_ID, BOT_USER, TEAM, Post, Workspace

_T = TypeVar("_T")
_RESPONSE_URL_USES = 5


class FakeSlack:
    """One workspace (``T1``) with people ``U1`` (Ada) and ``U2``, a channel ``C1`` and a DM ``D1``.

    Attributes:
        workspace: channels, people, scopes, posts, views and reactions.
        calls: every Web API call.
        acks: every acknowledgement.
        statuses: the status of every answer over HTTP.
        connection_count: how many Socket Mode connections were made so far.
        revoked: whether the bot token is refused.
        told_scopes: what answers say that the token may do, separated by commas.
        oauth: the tokens, and how more are granted.
        request_url: where the bot takes requests over HTTP; Socket Mode while empty.
        hello: the first frame of a connection.
        socket_query: what else stands in a connection's address.
    """

    def __init__(
        self, *, bot_token: str = "xoxb-fake", app_token: str = "xapp-fake", port: int = 0
    ) -> None:
        self.bot_token = bot_token
        self.app_token = app_token
        self.workspace = Workspace()
        self.calls: list[Call] = []
        self.acks: list[Ack] = []
        self._acks_by_id: dict[str, Ack] = {}
        self.statuses: list[int] = []
        self.connection_count = 0
        self.revoked = False
        self.told_scopes = ""
        self.oauth = FakeOAuth({TEAM: self.workspace})
        self.oauth.add(bot_token)
        self.request_url = ""
        self.hello: Json = {"type": "hello", "num_connections": 1}
        self.socket_query = ""
        self.signing_secret = "signing-secret"
        self.base_url = ""
        self._port = port
        self._sockets: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._failures: defaultdict[str, deque[Failure]] = defaultdict(deque)
        self._urls: dict[str, tuple[str, str, int]] = {}
        self._commands: dict[str, tuple[str, str]] = {}
        self._changed = asyncio.Condition()
        self._closing = asyncio.Event()
        self._calling: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=10 * 2**20)
        app.router.add_route("*", "/api/{method}", self._serve_api)
        app.router.add_get("/socket", self._serve_socket)
        app.add_routes(self.workspace.files.routes(lambda: self.bot_token))
        app.router.add_post("/response/{token}", self._serve_response_url)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}/api/"
        self.workspace.files.base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await asyncio.gather(*self._calling, return_exceptions=True)
        for socket in self._sockets:
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # What tests read

    @property
    def posts(self) -> list[Post]:
        return self.workspace.posts

    async def wait_for(self, get: Callable[[], _T | None], timeout: float = 20.0) -> _T:
        """Return what ``get`` gives as soon as that is true; `TimeoutError` if it never is."""
        async with asyncio.timeout(timeout), self._changed:
            while not (found := get()):
                await self._changed.wait()
            return found

    def find_ack(self, envelope_id: str) -> Ack | None:
        """Return the first acknowledgement of an envelope."""
        return self._acks_by_id.get(envelope_id)

    async def wait_for_post(
        self,
        predicate: Callable[[Post], bool] = lambda _: True,
        timeout: float = 20.0,
    ) -> Post:
        """Return the first post that fits."""
        return await self.wait_for(lambda: next(filter(predicate, self.posts), None), timeout)

    async def wait_for_view(self, timeout: float = 20.0) -> Json:
        """Return the modal that was opened last."""
        return await self.wait_for(lambda: next(reversed(self.workspace.views), None), timeout)

    async def wait_for_connection(self, count: int = 1, timeout: float = 20.0) -> None:
        """Wait until the bot has connected ``count`` times in all."""
        await self.wait_for(lambda: self.connection_count >= count, timeout)

    # What people do

    async def say(
        self,
        channel: str,
        user: str,
        text: str,
        thread_ts: str | None = None,
        ts: str | None = None,
        *,
        deliver: bool = True,
        is_markup: bool = False,
        **extra: object,
    ) -> Delivery:
        """Write a message as a person; it stays in the channel's history.

        Args:
            channel: where; ids that begin with ``D`` are direct messages.
            user: who.
            text: as typed; escaped as Slack does, unless ``is_markup``.
            thread_ts: the thread.
            ts: the message's id; a new one if left out.
            deliver: whether its event is sent; else only history knows it.
            is_markup: whether ``text`` is Slack's markup already.
            extra: more fields of the event, such as ``subtype`` or ``bot_id``.
        """
        message: Json = {
            "type": "message",
            "user": user,
            "text": text if is_markup else escape(text),
            "ts": ts or self.workspace.new_ts(),
            "team": TEAM,
            **({"thread_ts": thread_ts} if thread_ts else {}),
            **extra,
        }
        self.workspace.channel(channel).messages.append(message)
        envelope = message_event(message, channel)
        return await self.deliver(envelope) if deliver else Delivery(self, envelope)

    async def command(
        self, text: str, user: str = "U1", channel: str = "C1", command: str = "/prep"
    ) -> Delivery:
        envelope = command_envelope(
            self.workspace,
            text,
            user=user,
            channel=channel,
            command=command,
            response_url=self.new_response_url(channel, user),
        )
        self._commands[envelope["envelope_id"]] = (channel, user)
        return await self.deliver(envelope)

    async def click(self, post: Post, label: str, user: str = "U1") -> Delivery:
        """Click the button called ``label`` under a post."""
        url = self.new_response_url(post.channel, user)
        return await self.deliver(
            click_envelope(self.workspace, post, label, user=user, response_url=url)
        )

    async def submit(self, view: Json, values: dict[str, str], user: str = "U1") -> Delivery:
        return await self.deliver(submission_envelope(self.workspace, view, values, user=user))

    async def deliver(self, envelope: Json) -> Delivery:
        """Send an envelope over HTTP, or the newest connection, waiting if there is none."""
        if self.request_url:
            task = asyncio.create_task(self._call(envelope))
            self._calling.add(task)
            task.add_done_callback(self._calling.discard)
            return Delivery(self, envelope)
        socket = await self.wait_for(self._open_socket)
        await socket.send_str(json.dumps(envelope))
        return Delivery(self, envelope)

    async def redeliver(self, delivery: Delivery) -> Delivery:
        """Send an envelope's payload again, as Slack does after a missing acknowledgement."""
        again = {**delivery.envelope, "envelope_id": str(uuid4()), "retry_attempt": 1}
        return await self.deliver({**again, "retry_reason": "timeout"})

    # What goes wrong

    def script_failure(self, method: str, failure: Failure, *, times: int = 1) -> None:
        """Let the next ``times`` calls of ``method``, ``response_url`` or ``socket`` go wrong."""
        self._failures[method].extend([failure] * times)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to be replaced, as Slack does routinely."""
        for socket in [s for s in self._sockets if not s.closed]:
            frame = {"type": "disconnect"} | ({"reason": reason} if reason else {})
            await socket.send_json(frame)

    async def drop_connections(self) -> None:
        for socket in [s for s in self._sockets if not s.closed]:
            await socket.close()

    # The wire

    async def _serve_api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _read_arguments(request)
        self.calls.append(Call(method, arguments))
        failure = self._failures[method].popleft() if self._failures[method] else None
        if failure is not None and (failure.drop != "after"):
            return await self._fail(request, failure)
        try:
            answer = self._answer(request, method, arguments)
        except Refused as refused:
            answer = self._refuse(refused)
        await self._note()
        if method == "chat.postMessage" and answer["ok"]:
            await self._echo(answer)
        headers = {"X-OAuth-Scopes": self.told_scopes} if self.told_scopes else {}
        if failure is not None:
            return _drop(request)
        return web.json_response(answer, headers=headers)

    def _answer(self, request: web.Request, method: str, arguments: Json) -> Json:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if method == "apps.connections.open":
            if token == self.bot_token:
                raise Refused("not_allowed_token_type", "an app token is needed")
            if token != self.app_token:
                raise Refused("invalid_auth", "app token")
            ticket = uuid4().hex
            self._tickets.add(ticket)
            address = self.base_url.replace("http://", "ws://").replace("/api/", "/socket")
            return {"ok": True, "url": f"{address}?ticket={ticket}{self.socket_query}"}
        if method == "oauth.v2.access":
            return self.oauth.access(request.headers.get("Authorization", ""), arguments)
        workspace = self.oauth.workspace(token)
        if self.revoked:
            raise Refused("token_revoked", "bot token")
        return workspace.call(method, arguments)

    def _refuse(self, refused: Refused) -> Json:
        answer: Json = {"ok": False, "error": refused.code}
        if refused.code == "missing_scope":
            provided = ",".join(sorted(self.workspace.scopes))
            return answer | {"needed": refused.detail, "provided": provided}
        return answer | {"response_metadata": {"messages": [f"[ERROR] {refused.detail}"]}}

    async def _fail(self, request: web.Request, failure: Failure) -> web.StreamResponse:
        await self._note()
        if failure.hang:
            await self._closing.wait()
        if failure.hang or failure.drop:
            return _drop(request)
        if failure.retry_after is not None:
            headers = {"Retry-After": str(failure.retry_after)}
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers=headers
            )
        if failure.body is not None:
            kind = "application/json" if failure.is_json else "text/plain"
            return web.Response(text=failure.body, status=failure.status, content_type=kind)
        answer = {"ok": False, "error": failure.error, **failure.extra}
        return web.json_response(answer, status=failure.status)

    async def _echo(self, answer: Json) -> None:
        """Send the bot its own message, as Slack does."""
        if self.request_url or self._open_socket():
            await self.deliver(message_event(answer["message"], answer["channel"]))

    async def _call(self, envelope: Json) -> None:
        try:
            status, payload = await slack_http.call(self.request_url, self.signing_secret, envelope)
        except ClientError:
            status, payload = 0, None  # nobody answered
        self.statuses.append(status)
        if status == 200:
            self._take_ack({"envelope_id": envelope["envelope_id"], "payload": payload})
        await self._note()

    async def _serve_socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets or self._closing.is_set():
            raise web.HTTPNotFound
        self._tickets.remove(ticket)
        if self._failures["socket"]:
            return await self._fail(request, self._failures["socket"].popleft())
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(self.hello)
        self._sockets.append(socket)
        self.connection_count += 1
        await self._note()
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                self._take_ack(json.loads(frame.data))
                await self._note()
        return socket

    def _take_ack(self, ack: Json) -> None:
        payload = ack.get("payload")
        taken = Ack(ack["envelope_id"], time.monotonic(), payload)
        self.acks.append(taken)
        self._acks_by_id.setdefault(taken.envelope_id, taken)
        if payload and ack["envelope_id"] in self._commands:
            channel, user = self._commands[ack["envelope_id"]]
            self._note_response(payload, channel, user, via="ack")

    async def _serve_response_url(self, request: web.Request) -> web.StreamResponse:
        if self._failures["response_url"]:
            return await self._fail(request, self._failures["response_url"].popleft())
        token = request.match_info["token"]
        channel, user, uses = self._urls.get(token, ("", "", 0))
        if uses == 0:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        self._urls[token] = (channel, user, uses - 1)
        try:
            self._note_response(await request.json(), channel, user, via="response_url")
        except Refused as refused:
            return web.json_response(self._refuse(refused), status=400)
        await self._note()
        return web.Response(text="ok")

    def _note_response(self, body: Json, channel: str, user: str, *, via: str) -> None:
        in_channel = body.get("response_type") == "in_channel"
        self.workspace.note_answer(body, channel, None if in_channel else user, via=via)

    def new_response_url(self, channel: str, user: str) -> str:
        token = uuid4().hex
        self._urls[token] = (channel, user, _RESPONSE_URL_USES)
        return self.base_url.replace("/api/", f"/response/{token}")

    def _open_socket(self) -> web.WebSocketResponse | None:
        return next((s for s in reversed(self._sockets) if not s.closed), None)

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def _read_arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        body: Json = await request.json()
        return body
    return {**request.query, **dict(await request.post())}


def _drop(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


__all__ = ["BOT_ID", "BOT_USER", "TEAM", "Ack", "Call", "Delivery", "Failure", "FakeSlack", "Post"]
