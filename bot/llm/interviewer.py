"""The interviewer that asks a language model for its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bot.llm.config import LlmConfig
from bot.llm.endpoint import ChatEndpoint
from bot.llm.hidden import strip_hidden
from bot.llm.interviewer_prompt import INTERVIEW_VERSION, build_turn_messages
from bot.llm.once import ask_once
from bot.llm.outermost import outermost_objects
from bot.llm.prompt import new_boundary
from bot.llm.tally import Tally
from handlers.practice.metered import OUTPUT_TOKENS
from handlers.practice.ports import Proposal, TurnRequest

_SCHEMA: Final[dict[str, object]] = {
    "type": "object",
    "properties": {"quote": {"type": "string"}, "text": {"type": "string"}},
    "required": ["quote", "text"],
    "additionalProperties": False,
}
_MAX_COMPLETION: Final = 20_000
_MAX_BROKEN_OBJECTS: Final = 50


class OpenAIInterviewer:
    """Words turns with a model behind an OpenAI-compatible endpoint.

    Implements `handlers.practice.ports.Interviewer`. Whatever the model writes comes back as a
    proposal, an unusable completion as an empty one: the caller checks it and asks once more.
    """

    def __init__(self, config: LlmConfig, *, boundary: Callable[[], str] = new_boundary) -> None:
        """Prepare a client; nothing is sent.

        Args:
            config: the endpoint and the model.
            boundary: makes the boundary around what people wrote.

        Raises:
            StartupError: the address or the key can't be right.
        """
        self._config = config
        self._boundary = boundary
        self._endpoint = ChatEndpoint(config)

    async def propose(self, request: TurnRequest) -> Proposal:
        """Word a turn once.

        Raises:
            GraderUnavailable: the endpoint gave no completion.
        """
        tally = Tally(self._config, INTERVIEW_VERSION)
        messages = build_turn_messages(request, boundary=self._boundary())
        said = await ask_once(self._endpoint, messages, tally, limit=OUTPUT_TOKENS, schema=_SCHEMA)
        quote, text = ("", "") if said is None else read_turn(said)
        return Proposal(text=text, quote=quote, usage=tally.usage)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._endpoint.close()


def read_turn(completion: str) -> tuple[str, str]:
    """Return the quote and the text of a completion.

    Its last JSON object with a text counts; a completion without one is taken for the text
    itself, and looked at like any other.
    """
    found: Mapping[str, object] | None = None
    objects = outermost_objects(completion[:_MAX_COMPLETION], most_broken=_MAX_BROKEN_OBJECTS)
    for _, value in objects:
        if "text" in value or "quote" in value:
            found = value
    if found is None:
        return "", strip_hidden(completion[:_MAX_COMPLETION]).strip()
    return _string(found, "quote"), _string(found, "text")


def _string(value: Mapping[str, object], key: str) -> str:
    found = value.get(key)
    return strip_hidden(found).strip() if isinstance(found, str) else ""
