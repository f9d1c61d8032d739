"""A fake workspace's files: those that the bot uploads, and those that people send.

https://docs.slack.dev/reference/methods/files.getUploadURLExternal
https://docs.slack.dev/reference/methods/files.completeUploadExternal
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from tests.wire.slack_blocks import Json, Refused

SCOPES: Final = {
    "files.getUploadURLExternal": "files:write",
    "files.completeUploadExternal": "files:write",
}


@dataclass
class File:
    """A file; `content` is what was uploaded so far."""

    id: str
    name: str
    length: int
    content: bytes = b""
    title: str = ""
    is_shared: bool = False

    @property
    def payload(self) -> Json:
        return {"id": self.id, "name": self.name, "title": self.title, "size": self.length}


@dataclass
class Files:
    """What a workspace keeps, by id.

    Attributes:
        share: stands a message with files in a channel.
        base_url: where files are put to and fetched from.
        refuses: whether an upload is answered with an error.
    """

    share: Callable[[Json, list[Json]], None]
    kept: dict[str, File] = field(default_factory=dict)
    base_url: str = ""
    refuses: bool = False
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def methods(self) -> dict[str, Callable[[Json], Json]]:
        return {
            "files.getUploadURLExternal": self._grant,
            "files.completeUploadExternal": self._complete,
        }

    def put(self, name: str, content: bytes) -> str:
        """Keep a file that a person sent; return where the bot can fetch it."""
        id_ = f"F{next(self._numbers)}"
        self.kept[id_] = File(id_, name, len(content), content, name, is_shared=True)
        return f"{self.base_url}/files-pri/{id_}"

    def routes(self, token: Callable[[], str]) -> list[web.RouteDef]:
        """Serve uploads to all, and files to whoever has the token."""

        async def serve(request: web.Request) -> web.Response:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            file = self.kept.get(request.match_info["file"])
            if file is None or given != token():
                # As at Slack, a page to log in on.
                return web.Response(text="<html>Sign in</html>", content_type="text/html")
            return web.Response(body=file.content, content_type="audio/mp4")

        return [web.post("/upload/{file}", self._serve_upload), web.get("/files-pri/{file}", serve)]

    async def _serve_upload(self, request: web.Request) -> web.Response:
        file = self.kept.get(request.match_info["file"])
        if file is None or self.refuses:
            return web.Response(status=500, text="no")
        file.content = await request.read()
        return web.Response(text=f"OK - {len(file.content)}")

    def _grant(self, arguments: Json) -> Json:
        if not arguments.get("filename") or int(arguments.get("length") or 0) <= 0:
            raise Refused("invalid_arguments", "filename and length")
        id_ = f"F{next(self._numbers)}"
        self.kept[id_] = File(id_, arguments["filename"], int(arguments["length"]))
        return {"upload_url": f"{self.base_url}/upload/{id_}", "file_id": id_}

    def _complete(self, arguments: Json) -> Json:
        chosen = []
        for named in arguments["files"]:
            file = self.kept.get(named["id"])
            if file is None or len(file.content) != file.length or file.is_shared:
                raise Refused("file_not_found", named["id"])
            file.title = named.get("title", file.name)
            chosen.append(file)
        self.share(arguments, [file.payload for file in chosen])
        for file in chosen:
            file.is_shared = True
        return {"files": [{"id": file.id, "title": file.title} for file in chosen]}
