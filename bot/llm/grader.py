"""The grader that asks a language model."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bot.llm.cache_key import cache_key
from bot.llm.combine import combine
from bot.llm.config import LlmConfig
from bot.llm.endpoint import ChatEndpoint
from bot.llm.hidden import strip_hidden
from bot.llm.injection import instruction_spans
from bot.llm.prompt import new_boundary
from bot.llm.sample import Case, take_sample
from bot.llm.sampling import take_samples
from bot.llm.tally import PaidInVain, Tally
from bot.llm.verify import verify
from questions.grading import Judgement, Ungraded, refuse_reply
from questions.ports import GraderUnavailable, RelatedAnswer
from questions.question import Question

MAX_REASON_CHARACTERS: Final = 3000


class OpenAIGrader:
    """Judges replies with a model behind an OpenAI-compatible endpoint.

    Any number of judgements may run at once. Nothing is tried again but a truncated or an
    unreadable completion, once each: the job that called owns every other retry.
    """

    def __init__(self, config: LlmConfig, *, boundary: Callable[[], str] = new_boundary) -> None:
        """Prepare a client; nothing is sent.

        Args:
            config: the endpoint, the model and how often it judges.
            boundary: makes the boundary around what people wrote.

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

    def cache_key(self, question: Question, reply: str) -> str:
        """Return what a judgement may be kept under; see `questions.ports.Cacheable`."""
        return cache_key(self._config, question, reply)

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement | Ungraded:
        """Judge ``reply``; see `questions.ports.Grader`.

        Raises:
            GraderUnavailable: nothing was judged; the caller may try again.
        """
        case = Case(question=question, reply=strip_hidden(reply), related=related)
        return await self._settle(case, self._config.samples)

    async def reconsider(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer], *, reason: str
    ) -> Judgement | Ungraded:
        """Judge ``reply`` afresh, once; see `questions.ports.SecondOpinion`.

        Raises:
            GraderUnavailable: nothing was judged; the caller may try again.
        """
        case = Case(
            question=question,
            reply=strip_hidden(reply),
            related=related,
            reason=strip_hidden(reason)[:MAX_REASON_CHARACTERS].strip(),
        )
        return await self._settle(case, samples=1)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._endpoint.close()

    async def _settle(self, case: Case, samples: int) -> Judgement | Ungraded:
        refusal = refuse_reply(case.reply)
        if refusal is not None:
            return refusal
        tally = Tally(self._config, case.prompt_version)

        def take() -> Awaitable[Judgement | Ungraded]:
            return take_sample(
                self._endpoint,
                case,
                boundary=self._boundary(),
                limit=self._config.max_output_tokens,
                tally=tally,
            )

        try:
            said = await take_samples(take, samples)
        except GraderUnavailable as error:
            raise PaidInVain(error, tally.usage) from error
        usage = tally.usage
        if isinstance(said, Ungraded):
            return said.model_copy(update={"usage": usage})
        # Forty thousand characters take longer to search than the event loop may stand still.
        judgement = await asyncio.to_thread(_weigh, said, case.reply)
        return judgement.model_copy(update={"usage": usage})


def _weigh(said: Sequence[Judgement], reply: str) -> Judgement:
    spans = instruction_spans(reply)
    return combine([verify(judgement, reply, spans) for judgement in said], reply)
