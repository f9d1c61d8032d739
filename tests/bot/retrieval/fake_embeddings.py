"""An endpoint that speaks OpenAI's ``/embeddings`` and can misbehave on request."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import numpy as np

from bot.retrieval.lexical import LexicalEmbedder


@dataclass
class FakeEmbeddings:
    """What the endpoint was asked, and how it is to answer."""

    url: str = ""
    dimensions: int = 64
    status: int = 200
    body: bytes | None = None
    shuffled: bool = False
    requests: list[dict[str, Any]] = field(default_factory=list)

    def reply(self, request: dict[str, Any]) -> bytes:
        if self.body is not None:
            return self.body
        # Not of unit length, as some servers' vectors are not.
        vectors = 3.0 * LexicalEmbedder(self.dimensions).embed(request["input"])
        data = [
            {"object": "embedding", "index": i, "embedding": self._encoded(request, vector)}
            for i, vector in enumerate(vectors.astype(np.float32))
        ]
        if self.shuffled:
            data.reverse()
        return json.dumps(
            {
                "object": "list",
                "data": data,
                "model": request["model"],
                "usage": {"prompt_tokens": 1, "total_tokens": 1},
            }
        ).encode()

    def _encoded(self, request: dict[str, Any], vector: np.ndarray[Any, Any]) -> object:
        if request.get("encoding_format") == "base64":
            return base64.b64encode(vector.tobytes()).decode()
        return vector.tolist()


@contextmanager
def serve_embeddings() -> Iterator[FakeEmbeddings]:
    """Run the endpoint on a free port."""
    fake = FakeEmbeddings()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.requests.append(
                {"path": self.path, "authorization": self.headers["Authorization"], **request}
            )
            body = fake.reply(request)
            self.send_response(fake.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        fake.url = f"http://127.0.0.1:{server.server_port}/v1"
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
