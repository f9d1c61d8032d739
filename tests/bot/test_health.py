"""`/healthz` and `/readyz`, asked over real HTTP."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.startup import StartupError
from bot.web.health import WebServer, web_app


class Parts:
    """The parts' states, as a test sets them."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}

    async def __call__(self) -> dict[str, str]:
        return self.states


@pytest.fixture
def parts() -> Parts:
    return Parts()


@pytest.fixture
async def address(parts: Parts) -> AsyncIterator[str]:
    server = WebServer(web_app(parts), "127.0.0.1", 0)
    await server.start()
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


@pytest.mark.parametrize(
    ("states", "ready", "status"),
    [
        ({"database": "ok", "index": "ok"}, 200, "ok"),
        ({"database": "ok", "index": "degraded: rebuild it"}, 200, "ok"),
        ({"database": "down: locked", "index": "ok"}, 503, "down"),
    ],
)
async def test_ready_unless_a_part_is_down(
    address: str, parts: Parts, states: dict[str, str], ready: int, status: str
) -> None:
    parts.states = states
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{address}/readyz") as answer:
            assert answer.status == ready
            assert await answer.json() == {"status": status, "parts": states}
        async with session.get(f"{address}/healthz") as answer:
            assert answer.status == 200
            assert await answer.json() == {"status": "ok", "parts": states}


async def test_nothing_else_is_served(address: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/") as answer:
        assert answer.status == 404


async def test_the_address_is_free_again_after_a_stop(parts: Parts) -> None:
    first = WebServer(web_app(parts), "127.0.0.1", 0)
    await first.start()
    await first.stop()
    second = WebServer(web_app(parts), "127.0.0.1", first.port)
    await second.start()
    assert second.port == first.port
    await second.stop()


async def test_a_server_that_was_never_started_can_be_stopped(parts: Parts) -> None:
    await WebServer(web_app(parts), "127.0.0.1", 0).stop()


async def test_an_address_that_cannot_be_had_is_named(parts: Parts) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartupError, match=f"Port {port} of 127.0.0.1 is in use.*HTTP_PORT"):
            await WebServer(web_app(parts), "127.0.0.1", port).start()


@pytest.mark.parametrize("host", ["nowhere.invalid", "203.0.113.1", "a..b", "x" * 70])
async def test_a_host_that_is_none_of_ours_is_named(parts: Parts, host: str) -> None:
    with pytest.raises(StartupError, match="PREPBOT_HTTP_HOST"):
        await WebServer(web_app(parts), host, 0).start()
