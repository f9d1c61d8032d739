"""What a request to the fake Discord carries: JSON, or JSON in a form with files beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Upload:
    name: str
    content: bytes


async def read_body(request: web.Request) -> Any:  # noqa: ANN401  (JSON)
    """Return a request's JSON; ``None`` where there is none."""
    raw = await request.read()
    if request.content_type != "multipart/form-data":
        return json.loads(raw) if raw else None
    parts = _parts(request, raw)
    body = next(json.loads(content) for name, _, content in parts if name == "payload_json")
    # The description calls these snowflakes; Discord's own examples number files with integers,
    # and so does the library.
    for attachment in body.get("attachments", []):
        attachment["id"] = str(attachment["id"])
    return body


async def read_uploads(request: web.Request) -> list[Upload]:
    """Return the files that a request carries, in order."""
    if request.content_type != "multipart/form-data":
        return []
    parts = _parts(request, await request.read())
    return [Upload(file, content) for name, file, content in parts if name.startswith("files[")]


def _parts(request: web.Request, raw: bytes) -> list[tuple[str, str, bytes]]:
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + raw)
    found = []
    for part in form.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = str(part.get_param("name", header="content-disposition"))
        found.append((name, part.get_filename() or "", content))
    return found
