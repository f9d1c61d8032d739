"""How Slack calls an app over HTTP: each request signed.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from tests.wire.slack_blocks import Json


def sign(secret: str, body: bytes, timestamp: int | str | None = None) -> dict[str, str]:
    """Return the headers that say that Slack sent ``body``."""
    at = str(int(time.time()) if timestamp is None else timestamp)
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}


def encode(envelope: Json) -> tuple[bytes, str]:
    """Return an envelope's payload as a request's body, and the content type."""
    payload = envelope["payload"]
    match envelope["type"]:
        case "events_api":
            return json.dumps(payload).encode(), "application/json"
        case "slash_commands":
            return urlencode(payload).encode(), "application/x-www-form-urlencoded"
        case _:
            form = urlencode({"payload": json.dumps(payload)})
            return form.encode(), "application/x-www-form-urlencoded"


async def call(address: str, secret: str, envelope: Json) -> tuple[int, Json | None]:
    """Send an envelope's payload; return the status, and the JSON that came back with it."""
    body, content_type = encode(envelope)
    headers = {"Content-Type": content_type, **sign(secret, body)}
    if envelope.get("retry_attempt"):
        headers |= {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers=headers) as answer,
    ):
        text = await answer.text()
        return answer.status, json.loads(text) if text.startswith("{") else None
