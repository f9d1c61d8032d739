"""The grader that asks a language model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.llm.config import LlmConfig
from bot.llm.endpoint import ChatEndpoint, ContentRefused, PromptTooLong
from bot.llm.hidden import strip_hidden
from bot.llm.injection import discount_instructions
from bot.llm.parse import Unusable, parse_verdicts
from bot.llm.prompt import (
    PROMPT_VERSION,
    build_messages,
    judgement_schema,
    new_boundary,
    repair_messages,
)
from bot.llm.wire import Completion
from questions.grading import (
    CriterionVerdict,
    Judgement,
    Ungraded,
    UngradedReason,
    Usage,
    refuse_reply,
)
from questions.ports import RelatedAnswer
from questions.question import Question

# A reasoning model may spend several times the judgement's own length before it writes a word.
LARGER: Final = 4

REFUSED: Final = Ungraded(
    reason=UngradedReason.REFUSED,
    detail=(
        "The model would not judge this answer; put anything it might have taken amiss in other "
        "words and send it again."
    ),
)
TRUNCATED: Final = Ungraded(
    reason=UngradedReason.TRUNCATED,
    detail=(
        "The model ran out of room before it had finished judging; send the answer again, a "
        "little shorter if you can."
    ),
)
MALFORMED: Final = Ungraded(
    reason=UngradedReason.MALFORMED,
    detail=(
        "The model's judgement could not be read, even at the second try, so nothing was "
        "counted; please send your answer again."
    ),
)
TOO_LONG: Final = Ungraded(
    reason=UngradedReason.TOO_LONG,
    detail="That answer is longer than the model can read; shorten it and send it again.",
)


@dataclass
class _Tally:
    """What one judgement has cost so far, over all its requests."""

    started: float = field(default_factory=time.monotonic)
    model: str = ""
    input_tokens: int = 0
    output_tokens: int = 0

    def add(self, completion: Completion) -> None:
        self.model = completion.model or self.model
        self.input_tokens += completion.input_tokens
        self.output_tokens += completion.output_tokens

    def usage(self, model: str) -> Usage:
        return Usage(
            model=self.model or model,
            prompt_version=PROMPT_VERSION,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            latency_ms=round(1000 * (time.monotonic() - self.started)),
        )


class OpenAIGrader:
    """Judges replies with a model behind an OpenAI-compatible endpoint.

    Any number of judgements may run at once. Nothing is tried again but a truncated or an
    unreadable completion, once each: the job that called owns every other retry.
    """

    def __init__(self, config: LlmConfig, *, boundary: Callable[[], str] = new_boundary) -> None:
        """Prepare a client; nothing is sent.

        Args:
            config: the endpoint and the model.
            boundary: makes the boundary around a reply.

        Raises:
            StartupError: the address or the key can't be right.
        """
        self._config = config
        self._boundary = boundary
        self._endpoint = ChatEndpoint(config)

    @property
    def name(self) -> str:
        """``openai:`` and the model's name."""
        return f"openai:{self._config.model}"

    @property
    def is_estimate(self) -> bool:
        """A model's grade is no estimate."""
        return False

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement | Ungraded:
        """Judge ``reply``; see `questions.ports.Grader`.

        Raises:
            GraderUnavailable: nothing was judged; the caller may try again.
        """
        shown = strip_hidden(reply)
        refusal = refuse_reply(shown)
        if refusal is not None:
            return refusal
        tally = _Tally()
        try:
            verdicts = await self._ask(question, shown, related, tally)
        except ContentRefused:
            return REFUSED
        except PromptTooLong:
            return TOO_LONG
        if isinstance(verdicts, Ungraded):
            return verdicts
        usage = tally.usage(self._config.model)
        # Forty thousand characters take longer to search than the event loop may stand still.
        counted = await asyncio.to_thread(discount_instructions, verdicts, shown)
        return Judgement(verdicts=counted, usage=usage)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._endpoint.close()

    async def _ask(
        self, question: Question, shown: str, related: Sequence[RelatedAnswer], tally: _Tally
    ) -> tuple[CriterionVerdict, ...] | Ungraded:
        ids = question.rubric.ids
        schema = judgement_schema(ids)
        messages = build_messages(question, shown, related, boundary=self._boundary())
        limit = self._config.max_output_tokens
        enlarged = repaired = False
        while True:
            completion = await self._endpoint.complete(messages, limit=limit, schema=schema)
            tally.add(completion)
            if completion.refused:
                return REFUSED
            if completion.truncated:
                if enlarged:
                    return TRUNCATED
                enlarged, limit = True, limit * LARGER
                continue
            verdicts = parse_verdicts(completion.text, ids, reply=shown)
            if not isinstance(verdicts, Unusable):
                return verdicts
            if repaired:
                return MALFORMED
            repaired = True
            messages = [*messages, *repair_messages(completion.text, verdicts.problem)]
