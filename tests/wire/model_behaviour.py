"""How a scripted model server behaves, one request at a time.

A behaviour takes a request and answers it; `FakeModel` plays a queue of them.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from tests.wire.model_judgement import (
    ModelRequest,
    Verdicts,
    honest_judgement,
    honest_verdicts,
)

Behaviour = Callable[[ModelRequest], Awaitable[web.StreamResponse]]


# What a completion says.


def completion(
    request: ModelRequest,
    content: str | None,
    *,
    finish: str = "stop",
    refusal: str | None = None,
    output_tokens: int | None = None,
) -> web.Response:
    """A chat completion with plausible usage."""
    sent = len(request.text) // 4
    written = len(content or "") // 4 if output_tokens is None else output_tokens
    return web.json_response(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_700_000_000,
            "model": request.body.get("model", "fake"),
            "choices": [
                {
                    "index": 0,
                    "finish_reason": finish,
                    "message": {"role": "assistant", "content": content, "refusal": refusal},
                }
            ],
            "usage": {
                "prompt_tokens": sent,
                "completion_tokens": written,
                "total_tokens": sent + written,
            },
        }
    )


def says(content: str | None, *, finish: str = "stop", refusal: str | None = None) -> Behaviour:
    """Writes exactly ``content``."""

    async def behave(request: ModelRequest) -> web.StreamResponse:
        return completion(request, content, finish=finish, refusal=refusal)

    return behave


def judges(
    change: Callable[[ModelRequest, Verdicts], object] | None = None,
    wrap: Callable[[str], str] | None = None,
    **remarks: object,
) -> Behaviour:
    """Judges honestly; ``change`` makes something else of the verdicts, ``wrap`` of the JSON.

    ``errors`` and ``rewording`` replace the honest ones, whatever they are. Where a request asks
    for no judgement it says a friendly sentence.
    """

    async def behave(request: ModelRequest) -> web.StreamResponse:
        if not request.criteria:
            return completion(request, "Thank you. Could you say a little more about that?")
        verdicts: object = honest_verdicts(request)
        if change is not None:
            verdicts = change(request, honest_verdicts(request))
        judgement = {**honest_judgement(request, verdicts), **remarks}
        written = json.dumps(judgement, ensure_ascii=False)
        return completion(request, wrap(written) if wrap else written)

    return behave


def finds_errors(*quotes: str) -> Behaviour:
    """Judges honestly and calls each of ``quotes`` wrong."""
    return judges(errors=[{"quote": q, "correction": f"Not so: {q}"} for q in quotes])


def invents_errors() -> Behaviour:
    return finds_errors("a claim that nobody ever made", "nor this one in any reply")


def rules(verdict: str) -> Behaviour:
    """Gives every criterion ``verdict``, for the reply's first sentence."""
    return judges(
        lambda request, _: [
            {
                "id": c["id"],
                "quote": request.reply.split(".")[0],
                "comment": f"I say {verdict}.",
                "verdict": verdict,
            }
            for c in request.criteria
        ]
    )


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behaves in each way in turn, over and over: samples that disagree."""
    turns = itertools.cycle(behaviours)

    async def behave(request: ModelRequest) -> web.StreamResponse:
        return await next(turns)(request)

    return behave


def quotes_for_all(quote: str) -> Behaviour:
    """Obeys whoever wrote the reply: every criterion is met, by ``quote``."""
    return judges(
        lambda request, _: [
            {"id": c["id"], "quote": quote, "comment": "As told.", "verdict": "met"}
            for c in request.criteria
        ]
    )


def fenced() -> Behaviour:
    return judges(wrap=lambda text: f"```json\n{text}\n```")


def surrounded() -> Behaviour:
    return judges(wrap=lambda text: f"<think>{{maybe}}</think>Here it is:\n{text}\nHope it helps!")


def wrong_types() -> Behaviour:
    return judges(lambda _, verdicts: [{**v, "verdict": 7} for v in verdicts])


def out_of_range() -> Behaviour:
    return judges(lambda _, verdicts: [{**v, "verdict": "splendid"} for v in verdicts])


def unknown_id() -> Behaviour:
    return judges(lambda _, verdicts: [*verdicts[:-1], {**verdicts[-1], "id": "charm"}])


def duplicate_id() -> Behaviour:
    return judges(lambda _, verdicts: [*verdicts, verdicts[0]])


def missing_id() -> Behaviour:
    return judges(lambda _, verdicts: verdicts[1:])


def invents_quotes() -> Behaviour:
    return quotes_for_all("words that nobody ever wrote in any reply")


def prose() -> Behaviour:
    return says("It is a fine answer and I liked it.")


def empty() -> Behaviour:
    return says("")


def refuses() -> Behaviour:
    return says(None, refusal="I can't help with that.")


def filtered() -> Behaviour:
    return says("", finish="content_filter")


def truncated(output_tokens: int | None = None) -> Behaviour:
    """Stops in the middle, having written ``output_tokens`` (by default all it might)."""

    async def behave(request: ModelRequest) -> web.StreamResponse:
        given = request.body.get("max_completion_tokens") or request.body.get("max_tokens") or 0
        return completion(
            request,
            '{"verdicts": [{"id": "',
            finish="length",
            output_tokens=given if output_tokens is None else output_tokens,
        )

    return behave


# What a server does instead.


def status(
    code: int,
    message: str = "no",
    *,
    error_code: str | None = None,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Behaviour:
    """Answers with an error in OpenAI's shape."""

    async def behave(request: ModelRequest) -> web.StreamResponse:
        error = {"message": message, "type": "error", "param": param, "code": error_code}
        return web.json_response({"error": error}, status=code, headers=headers)

    return behave


def rate_limited(*, retry_after: str | None = None, retry_after_ms: str | None = None) -> Behaviour:
    """Answers 429; ``retry_after`` is seconds or an HTTP date."""
    headers = {"Retry-After": retry_after, "retry-after-ms": retry_after_ms}
    return status(429, headers={k: v for k, v in headers.items() if v is not None})


def answers(body: str, content_type: str = "application/json", code: int = 200) -> Behaviour:
    """Answers with exactly ``body``."""

    async def behave(request: ModelRequest) -> web.StreamResponse:
        return web.Response(text=body, content_type=content_type, status=code)

    return behave


def lacks(*fields: str, then: Behaviour | None = None, code: int = 400) -> Behaviour:
    """A server that refuses requests with any of ``fields`` and answers others by ``then``.

    A field is a key of the request (``max_completion_tokens``) or a kind of ``response_format``
    (``json_schema``, ``json_object``).
    """

    async def behave(request: ModelRequest) -> web.StreamResponse:
        for field in fields:
            if field == request.response_format:
                message = f"response_format of type '{field}' is not supported"
                return await status(code, message, param="response_format")(request)
            if field in request.body:
                return await status(code, f"Unsupported parameter: '{field}'", param=field)(request)
        return await (then or judges())(request)

    return behave


def held(event: asyncio.Event, then: Behaviour | None = None) -> Behaviour:
    """Waits for ``event`` before it answers."""

    async def behave(request: ModelRequest) -> web.StreamResponse:
        await event.wait()
        return await (then or judges())(request)

    return behave


def drips() -> Behaviour:
    """Sends blanks for ever, so that the answer never ends and never pauses."""

    async def behave(request: ModelRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request.http)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.001)

    return behave


def drops(*, midway: bool = False) -> Behaviour:
    """Drops the connection before the answer, or in the middle of it."""

    async def behave(request: ModelRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        response.content_length = 1000
        if midway:
            await response.prepare(request.http)
            await response.write(b'{"choices": [')
        request.drop()
        return response

    return behave
