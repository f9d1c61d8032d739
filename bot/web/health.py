"""What is served over HTTP: health for whoever supervises the process, and what platforms call."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.startup import StartupError

Health = Callable[[], Awaitable[Mapping[str, str]]]
"""Returns each part's state: ``ok``, ``degraded: why`` or ``down: why``."""


def web_app(health: Health, routes: Sequence[BaseRoute] = ()) -> Starlette:
    """Return the ASGI app.

    ``/healthz`` answers 200 while the process lives, with every part's state; ``/readyz`` answers
    503 while any part is down.

    Args:
        health: returns the parts' states.
        routes: what else is served.
    """

    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "parts": dict(await health())})

    async def readyz(_request: Request) -> JSONResponse:
        parts = dict(await health())
        down = any(state.startswith("down") for state in parts.values())
        return JSONResponse(
            {"status": "down" if down else "ok", "parts": parts}, status_code=503 if down else 200
        )

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), *routes])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to the address, not listening yet.

    Args:
        host: a name or an address.
        port: 0 takes a free one.

    Raises:
        StartupError: the address is taken or not ours.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, UnicodeError) as error:
        listener.close()
        raise StartupError(_cannot_listen(host, port, error)) from error
    return listener


def _cannot_listen(host: str, port: int, error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return f"PREPBOT_HTTP_HOST “{host}” is no host's name."
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is in use: stop what uses it, or set PREPBOT_HTTP_PORT to "
            "another port."
        )
    return (
        f"Can't listen on {host}:{port} ({error.strerror}): check PREPBOT_HTTP_HOST and "
        "PREPBOT_HTTP_PORT."
    )


class _Server(uvicorn.Server):
    """A server that leaves the process's signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class WebServer:
    """Serves the app on one address.

    Args:
        app: the ASGI app.
        host: where to listen.
        port: 0 takes a free one.
    """

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self._host = host
        self._port = port
        config = uvicorn.Config(app, log_config=None, lifespan="off", access_log=False)
        self._server = _Server(config)
        self._serving: asyncio.Task[None] | None = None
        self.port = port

    async def start(self) -> None:
        """Listen.

        Raises:
            StartupError: the address is taken or not ours.
        """
        listener = listen(self._host, self._port)
        self.port = listener.getsockname()[1]
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:
            if self._serving.done():
                await self._serving
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stop listening."""
        self._server.should_exit = True
        if self._serving is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving
