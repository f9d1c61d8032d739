"""How the fake Discord answers."""

from __future__ import annotations

import json

from aiohttp import web


def reply(data: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer in exactly ``application/json``: the client reads no other spelling as JSON."""
    body = json.dumps(data).encode()
    return web.Response(
        body=body, status=status, content_type="application/json", headers=headers or {}
    )
