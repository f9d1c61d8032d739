"""A model server on this machine that words turns and judges answers, and misbehaves at will."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from bot.evaluation.interview.misbehaviour import SLIPS, Asked, properly, wrongly
from questions.local.words import content_words, stem
from questions.question import Question

_FENCE: Final = r"<<<{what} (\w+)>>>\n(.*)\n<<<END \1>>>"
_ENOUGH: Final = 0.3


class ScriptedModel:
    """Speaks the protocol of chat completions over real HTTP.

    Args:
        questions: the bank, whose model answers it knows by heart.
        seed: makes its choices repeatable.
        misbehaves: the share of requests, 0 to 1, that go wrong.

    Attributes:
        wrong: what went wrong how often.
        turns: how many turns it was asked for.
    """

    def __init__(self, questions: Sequence[Question], *, seed: int, misbehaves: float) -> None:
        self._secrets = {question.prompt: question.model_answer for question in questions}
        self._chance = random.Random(seed)  # noqa: S311  (choices of a test, no secrets)
        self._misbehaves = misbehaves
        self.wrong: Counter[str] = Counter()
        self.turns = 0
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/v1/chat/completions", self._chat)
        self._runner = web.AppRunner(app, access_log=None)
        self._port = 0

    @property
    def base_url(self) -> str:
        """The endpoint's address."""
        return f"http://127.0.0.1:{self._port}/v1"

    async def __aenter__(self) -> Self:
        """Begin to listen."""
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
        """Stop listening."""
        await self._runner.cleanup()

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        body = await http.json()
        messages = [str(message.get("content", "")) for message in body["messages"]]
        criteria = _criteria(messages)
        goes_wrong = self._chance.random() < self._misbehaves
        if goes_wrong and self._chance.random() < 0.1:
            self.wrong["out of order"] += 1
            return web.json_response({"error": {"message": "no"}}, status=503)
        if criteria is not None:
            return _completion(body, self._judgement(messages, criteria, goes_wrong=goes_wrong))
        self.turns += 1
        asked = self._asked(messages)
        if not goes_wrong:
            return _completion(body, properly(asked, self._chance))
        slip = self._chance.choice(SLIPS)
        self.wrong[slip.name] += 1
        return _completion(body, wrongly(slip, asked, self._chance))

    def _asked(self, messages: Sequence[str]) -> Asked:
        system, document = messages[0], _document(messages)
        secret = self._secrets.get(str(document.get("question", "")), "The answer is a secret.")
        sentences = re.split(r"(?<=[.!?])\s+", secret)
        return Asked(
            is_reply="has asked a question about the job" in system,
            wants_question="Lead over" not in system,
            answer=_enclosed("ANSWER", messages),
            background=_enclosed("BACKGROUND", messages),
            asked=tuple(str(text) for text in document.get("asked", [])),
            secret=max(sentences, key=len).rstrip("."),
        )

    def _judgement(
        self, messages: Sequence[str], criteria: Sequence[Mapping[str, str]], *, goes_wrong: bool
    ) -> str:
        reply = _enclosed("REPLY", messages)
        verdicts = [_verdict(criterion, reply) for criterion in criteria]
        if goes_wrong:
            self.wrong["judgement"] += 1
            match self._chance.randrange(3):
                case 0:
                    return "I like it."
                case 1:
                    verdicts = verdicts[1:]
                case _:
                    made_up = {"quote": "words that nobody wrote at all", "verdict": "met"}
                    verdicts = [{**verdict, **made_up} for verdict in verdicts]
        return json.dumps({"verdicts": verdicts, "errors": [], "rewording": None})


def _criteria(messages: Sequence[str]) -> list[Mapping[str, str]] | None:
    found = _document(messages).get("criteria")
    return found if isinstance(found, list) else None


def _document(messages: Sequence[str]) -> dict[str, Any]:
    """Return the JSON document that begins one of the messages."""
    decoder = json.JSONDecoder()
    for message in messages[1:]:
        try:
            document, _ = decoder.raw_decode(message)
        except ValueError:
            continue
        if isinstance(document, dict):
            return document
    return {}


def _enclosed(what: str, messages: Sequence[str]) -> str:
    for message in messages:
        found = re.search(_FENCE.format(what=what), message)
        if found:
            return str(json.loads(found[2]))
    return ""


def _verdict(criterion: Mapping[str, str], reply: str) -> dict[str, str]:
    """Judge by words: a criterion is met where one sentence has a good part of them."""
    wanted = {stem(word) for word in content_words(criterion["met"])}
    sentences = [s for s in re.split(r"(?<=[.!?])\s+|\n+", reply) if s.strip()]
    shares = [
        (len(wanted & {stem(word) for word in content_words(s)}) / max(len(wanted), 1), s)
        for s in sentences
    ]
    share, best = max(shares, default=(0.0, ""))
    met = share >= _ENOUGH
    return {
        "id": criterion["id"],
        "quote": best if met else "",
        "comment": "This is there." if met else "This is missing.",
        "verdict": "met" if share >= 2 * _ENOUGH else "partial" if met else "missed",
    }


def _completion(body: Mapping[str, Any], content: str) -> web.Response:
    return web.json_response(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": body.get("model", "scripted"),
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": content},
                }
            ],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }
    )
