"""Calls to Slack share their connections, and let go of them."""

from __future__ import annotations

import gc
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from bot.platforms.slack.session import Connections
from handlers.ports import DeliveryFailed


@dataclass
class Callers:
    """A Slack that notes from which connection each call came, and with which token and cookie."""

    address: str = ""
    connections: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    hangs_up: bool = False

    async def answer(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        self.connections.append(str(request.transport.get_extra_info("peername")))
        self.tokens.append(request.headers.get("Authorization", ""))
        self.cookies.append(request.headers.get("Cookie", ""))
        if self.hangs_up:
            request.transport.close()
        answer = web.json_response({"ok": True})
        answer.set_cookie("d", "one workspace's")
        return answer


@pytest.fixture
async def callers() -> AsyncIterator[Callers]:
    counting = Callers()
    app = web.Application()
    app.router.add_route("*", "/{method}", counting.answer)
    runner = web.AppRunner(app, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    counting.address = f"http://localhost:{runner.addresses[0][1]}/"
    try:
        yield counting
    finally:
        await runner.cleanup()


def a_platform(callers: Callers, token: str, connections: Connections | None) -> SlackPlatform:
    config = SlackConfig(bot_token=token, app_token="", api_url=callers.address)
    return SlackPlatform(config, connections=connections)


async def test_calls_of_every_workspace_go_over_one_connection(callers: Callers) -> None:
    connections = Connections()
    one, other = (a_platform(callers, f"xoxb-{name}", connections) for name in "ab")
    await one.web.call("chat.postMessage", channel="C1")
    await other.web.read("conversations.info", channel="C1")
    await one.web.respond(f"{callers.address}response", {"text": "Hello"})
    await connections.close()

    assert len(set(callers.connections)) == 1
    assert callers.tokens == ["Bearer xoxb-a", "Bearer xoxb-b", ""]
    assert callers.cookies == [""] * 3


async def test_what_was_shared_is_closed_and_later_calls_get_through(callers: Callers) -> None:
    connections = Connections()
    platform = a_platform(callers, "xoxb-a", connections)
    await platform.web.call("auth.test")
    session = connections.session()
    await connections.close()
    assert session is not None
    assert session.closed
    await platform.web.call("auth.test")

    assert connections.session() is None
    assert len(set(callers.connections)) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del session, platform
        gc.collect()


async def test_a_call_that_slack_may_have_taken_is_not_sent_again(callers: Callers) -> None:
    connections = Connections()
    platform = a_platform(callers, "xoxb-a", connections)
    await platform.web.call("auth.test")
    callers.hangs_up = True
    with pytest.raises(DeliveryFailed):
        await platform.web.call("chat.postMessage", channel="C1")
    await connections.close()

    assert len(callers.connections) == 2
