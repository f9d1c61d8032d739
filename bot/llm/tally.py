"""What a judgement has cost so far, over all its requests."""

from __future__ import annotations

import time
from typing import Final

from bot.llm.config import LlmConfig
from bot.llm.wire import Completion
from questions.grading import Usage
from questions.ports import GraderUnavailable

_MTOK: Final = 1_000_000


class PaidInVain(GraderUnavailable):
    """The model went out of reach after it had written something that is paid for."""

    def __init__(self, error: GraderUnavailable, usage: Usage) -> None:
        super().__init__(error.reason, error.retry_after, usage=usage)


class Tally:
    """Counts tokens, time and money from the moment it is made."""

    def __init__(self, config: LlmConfig, prompt_version: str) -> None:
        self._config = config
        self._prompt_version = prompt_version
        self._started = time.monotonic()
        self._model = config.model
        self._input_tokens = 0
        self._output_tokens = 0

    def add(self, completion: Completion) -> None:
        """Count one completion."""
        self._model = completion.model or self._model
        self._input_tokens += completion.input_tokens
        self._output_tokens += completion.output_tokens

    @property
    def usage(self) -> Usage:
        """What has been counted until now."""
        price_in, price_out = self._config.input_usd_per_mtok, self._config.output_usd_per_mtok
        paid = self._input_tokens * price_in + self._output_tokens * price_out
        return Usage(
            model=self._model,
            prompt_version=self._prompt_version,
            input_tokens=self._input_tokens,
            output_tokens=self._output_tokens,
            latency_ms=round(1000 * (time.monotonic() - self._started)),
            cost_usd=paid / _MTOK,
        )
