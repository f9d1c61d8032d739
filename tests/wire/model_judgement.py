"""A request to the scripted model server, and what an honest model makes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

Verdicts = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class ModelRequest:
    """A request as the server got it."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    http: web.Request

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body.get("messages", []))

    @property
    def text(self) -> str:
        """Everything the model would read."""
        return "\n".join(str(m.get("content", "")) for m in self.messages)

    @property
    def response_format(self) -> str | None:
        """``json_schema``, ``json_object`` or ``None``."""
        wanted = self.body.get("response_format")
        return str(wanted["type"]) if wanted else None

    @property
    def criteria(self) -> list[dict[str, str]]:
        """The criteria to judge; empty where the request asks for no judgement."""
        for message in self.messages:
            try:
                document = json.loads(message["content"])
            except ValueError:
                continue
            if isinstance(document, dict) and "criteria" in document:
                return list(document["criteria"])
        return []

    @property
    def reply(self) -> str:
        """The reply to judge, out of its boundary lines."""
        return self._enclosed("REPLY") or ""

    @property
    def reason(self) -> str | None:
        """Why the person appeals; ``None`` where the request is a first judgement."""
        return self._enclosed("REASON")

    def drop(self) -> None:
        """Close the connection at once."""
        if self.http.transport is not None:
            self.http.transport.abort()

    def _enclosed(self, what: str) -> str | None:
        fence = rf"^<<<{what} (\w+)>>>\n(.*)\n<<<END \1>>>$"
        for message in self.messages:
            found = re.search(fence, str(message.get("content", "")))
            if found:
                return str(json.loads(found[2]))
        return None


def honest_judgement(request: ModelRequest, verdicts: object) -> dict[str, Any]:
    """A whole judgement: no errors, and a rewording of the first sentence that earned something."""
    earning = [v["quote"] for v in honest_verdicts(request) if v["quote"]]
    return {
        "verdicts": verdicts,
        "errors": [],
        "rewording": {"original": earning[0], "stronger": f"First of all: {earning[0]}"}
        if earning
        else None,
    }


def honest_verdicts(request: ModelRequest) -> Verdicts:
    """Judge from the request alone: a criterion is met where one sentence has its words."""
    sentences = [s.strip() for s in re.split(r"(?<=[.!?;])\s+|\n+", request.reply) if s.strip()]
    return [_honest_verdict(criterion, sentences) for criterion in request.criteria]


_COMMON: Final = frozenset(
    {"that", "this", "with", "from", "what", "when", "where", "which", "have", "will", "they"}
)
_ENOUGH_WORDS: Final = 3


def _honest_verdict(criterion: Mapping[str, str], sentences: Sequence[str]) -> dict[str, Any]:
    wanted = stems(f"{criterion['text']} {criterion['met']}")
    best = max(sentences, key=lambda s: len(wanted & stems(s)), default="")
    met = len(wanted & stems(best)) >= _ENOUGH_WORDS
    return {
        "id": criterion["id"],
        "quote": best if met else "",
        "comment": "This is there." if met else "This is missing.",
        "verdict": "met" if met else "missed",
    }


def stems(text: str) -> set[str]:
    """Return the first five letters of each content word: enough to match its inflections."""
    words = re.findall(r"[^\W\d_]{4,}", text.casefold())
    return {word[:5] for word in words if word not in _COMMON}
