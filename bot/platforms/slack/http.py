"""Slack over HTTP: events, commands and interactivity on one address, each request signed.

https://docs.slack.dev/apis/events-api/using-http-request-urls
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.platforms.slack.manifest import EVENTS_PATH
from bot.platforms.slack.signature import Replays, Signature

_log = logging.getLogger(__name__)

Take = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
"""Handles one payload; a status other than 200 leaves it unacknowledged."""

PATHS: Final = (EVENTS_PATH, "/slack/commands", "/slack/interactivity")
# A click carries its whole message; Slack documents no limit, its messages stay far below.
_MOST_BYTES: Final = 2 * 2**20
_FINISH_SECONDS: Final = 5.0


class SlackHttp:
    """Takes Slack's requests, once there is somebody to hand them to.

    Args:
        signing_secret: what Slack signs with.
        now: tells the time, in seconds since 1970.
    """

    def __init__(self, signing_secret: str, *, now: Callable[[], float] = time.time) -> None:
        self._signature = Signature(signing_secret, now=now)
        self._replays = Replays()
        self._take: Take | None = None
        self._in_hand: dict[str, asyncio.Task[BoltResponse]] = {}

    @property
    def routes(self) -> list[Route]:
        """What to serve. Slack checks a command's address with a GET now and then."""
        return [Route(path, self._serve, methods=["GET", "POST"]) for path in PATHS]

    @property
    def is_open(self) -> bool:
        """Whether requests are taken."""
        return self._take is not None

    def open(self, take: Take) -> None:
        """Hand requests on from now on."""
        self._take = take

    async def close(self) -> None:
        """Take no more, and finish what is in hand, for some seconds at most."""
        self._take = None
        if self._in_hand:
            await asyncio.wait(self._in_hand.values(), timeout=_FINISH_SECONDS)

    async def _serve(self, request: Request) -> Response:
        if request.method != "POST":
            is_check = request.query_params.get("ssl_check") == "1"
            return Response(status_code=200 if is_check else 405)
        body = await _read_body(request)
        if body is None:
            return PlainTextResponse("The request is too large.", status_code=413)
        signature = self._signature.read(request.headers, body)
        if not signature:
            _log.warning("slack.not_signed path=%s", request.url.path)
            return PlainTextResponse("The request is not signed by Slack.", status_code=401)
        try:
            parsed = to_async_bolt_request(request, body)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            # Signed, so no stranger's; of a shape that Slack does not document.
            _log.warning("slack.malformed path=%s", request.url.path)
            return PlainTextResponse("The request can't be read.", status_code=400)
        return to_starlette_response(await self._once(signature, parsed))

    async def _once(self, signature: str, request: AsyncBoltRequest) -> BoltResponse:
        """Handle a request; the same one again gets the same answer, and nothing else."""
        if (answered := self._replays.find(signature)) is not None:
            return answered
        if self._take is None:
            return BoltResponse(status=503)
        handling = self._in_hand.get(signature)
        if handling is None:
            # A task of its own: what is being stored must not stop where Slack hangs up.
            handling = asyncio.create_task(self._handle(self._take, signature, request))
            self._in_hand[signature] = handling
        return await asyncio.shield(handling)

    async def _handle(self, take: Take, signature: str, request: AsyncBoltRequest) -> BoltResponse:
        try:
            answer = await take(request)
        finally:
            self._in_hand.pop(signature, None)
        if answer.status == 200:
            self._replays.note(signature, answer)
        return answer


async def _read_body(request: Request) -> bytes | None:
    """Return the body, or ``None`` where it is too large."""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > _MOST_BYTES:
                return None
            parts.append(part)
    except ClientDisconnect:
        return b""
    return b"".join(parts)
