"""A model server on 127.0.0.1 that speaks the OpenAI REST shape and behaves as scripted.

    from tests.wire.model_behaviour import rate_limited, refuses

    async with FakeModel() as model:                            # judges honestly by itself
        model.queue(refuses(), rate_limited(retry_after="7"))   # two requests, then honestly again
        config = LlmConfig(base_url=model.base_url, model="fake", api_key="k")

It needs no test framework, so a script may run a whole bot against it.
"""

from __future__ import annotations

import asyncio
import base64
import zlib
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

import numpy as np
from aiohttp import web
from numpy.typing import NDArray

from tests.wire.model_behaviour import Behaviour, judges
from tests.wire.model_judgement import ModelRequest, stems


class FakeModel:
    """The server: each request takes the queue's next behaviour, then the default one.

    Attributes:
        requests: chat requests, in the order of their arrival.
        embedding_requests: requests for embeddings.
    """

    def __init__(
        self,
        *script: Behaviour,
        default: Behaviour | None = None,
        dim: int = 64,
        audio: Callable[[web.Request], Awaitable[web.Response]] | None = None,
    ) -> None:
        self.requests: list[ModelRequest] = []
        self.embedding_requests: list[ModelRequest] = []
        self.default = default or judges()
        self._script = deque(script)
        self._dim = dim
        self._arrival = asyncio.Condition()
        self._port = 0
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/embeddings", self._embeddings)
        app.router.add_get("/v1/models", self._models)
        if audio is not None:
            app.router.add_post("/v1/audio/transcriptions", audio)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def endpoint(self) -> dict[str, str]:
        """The settings that point the bot here."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": "sk-test"}

    def queue(self, *behaviours: Behaviour) -> None:
        """Add behaviours for the next requests, one each."""
        self._script.extend(behaviours)

    async def wait_for_request(self, n: int = 1, *, timeout: float = 20.0) -> ModelRequest:
        """Return the ``n``-th chat request (from 1) as soon as it has come.

        Raises:
            TimeoutError: it has not come within ``timeout`` seconds.
        """
        async with asyncio.timeout(timeout), self._arrival:
            await self._arrival.wait_for(lambda: len(self.requests) >= n)
        return self.requests[n - 1]

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        request = await _received(http)
        async with self._arrival:
            self.requests.append(request)
            self._arrival.notify_all()
        behaviour = self._script.popleft() if self._script else self.default
        return await behaviour(request)

    async def _embeddings(self, http: web.Request) -> web.StreamResponse:
        request = await _received(http)
        self.embedding_requests.append(request)
        given = request.body["input"]
        texts = [given] if isinstance(given, str) else given
        vectors = [_embedded(text, self._dim) for text in texts]
        as_text = request.body.get("encoding_format") == "base64"
        data = [
            {
                "object": "embedding",
                "index": index,
                "embedding": base64.b64encode(v.tobytes()).decode() if as_text else v.tolist(),
            }
            for index, v in enumerate(vectors)
        ]
        tokens = sum(len(text) // 4 for text in texts)
        return web.json_response(
            {
                "object": "list",
                "model": request.body["model"],
                "data": data,
                "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
            }
        )

    async def _models(self, http: web.Request) -> web.StreamResponse:
        entry = {"id": "fake", "object": "model", "created": 1_700_000_000, "owned_by": "tests"}
        return web.json_response({"object": "list", "data": [entry]})


async def _received(http: web.Request) -> ModelRequest:
    return ModelRequest(
        path=http.path, headers=dict(http.headers), body=await http.json(), http=http
    )


def _embedded(text: str, dim: int) -> NDArray[np.float32]:
    """A unit vector in which texts that share words are close."""
    vector = np.zeros(dim, dtype="<f4")
    for stem in stems(text):
        vector[zlib.crc32(stem.encode()) % dim] += 1.0
    length = float(np.linalg.norm(vector))
    return (vector / length).astype("<f4") if length else vector
