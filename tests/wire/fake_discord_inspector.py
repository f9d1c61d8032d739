"""Holds a fake Discord's traffic against Discord's published description."""

from __future__ import annotations

import json
from typing import Final

from aiohttp import web

from tests.wire.discord_description import discord_description
from tests.wire.fake_discord_files import read_body

_MEDIA: Final = 16


class Inspector:
    """Collects what the description says against requests and answers.

    Attributes:
        violations: what it said, oldest first.
    """

    def __init__(self, *, checks: bool) -> None:
        self.violations: list[str] = []
        self._description = discord_description() if checks else None

    async def request(self, request: web.Request, path: str) -> str:
        """Return what is wrong with a request; empty if nothing is."""
        if self._description is None:
            return ""
        body = await read_body(request)
        query = dict(request.query)
        found = list(self._description.check_request(request.method, path, query, body))
        self.violations += found
        return "; ".join(found)

    def answer(self, request: web.Request, path: str, response: web.StreamResponse) -> None:
        """Take note of what is wrong with an answer of ours."""
        if self._description is None or not isinstance(response, web.Response):
            return
        body = json.loads(response.text) if response.text else None
        if isinstance(body, dict) and body.get("type") == _MEDIA and "available_tags" in body:
            return  # documented, but not in the description
        self.violations += self._description.check_answer(
            request.method, path, response.status, body
        )

    def report(self) -> None:
        """Say what was found.

        Raises:
            AssertionError: something was.
        """
        if self.violations:
            raise AssertionError("\n".join(dict.fromkeys(self.violations)))
