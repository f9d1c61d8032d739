"""The summary of a report in a model's words, paid for and checked; a report does without, too."""

from __future__ import annotations

import logging
import math
from typing import Final

from handlers.metering.account import Account
from handlers.metering.budget import BYTES_PER_TOKEN, Amount, Payer, Tariff
from handlers.report.content import Content
from handlers.report.ports import Narrator
from handlers.report.sentence_check import believable, facts_of
from questions.ports import GraderUnavailable

_LOG = logging.getLogger(__name__)
# The instructions; and the most that a summary may have.
_PROMPT_TOKENS: Final = 600
OUTPUT_TOKENS: Final = 1_024


class Summariser:
    """Has a report's summary worded on its owner's account.

    Args:
        narrator: what words it.
        account: what it is paid from.
    """

    def __init__(self, narrator: Narrator, account: Account) -> None:
        self._narrator = narrator
        self._account = account

    async def summarise(self, content: Content, payer: Payer) -> tuple[str, ...]:
        """Return the sentences that the report bears out; none where there is no summary."""
        facts = facts_of(content)
        held = await self._account.reserve(payer, estimate(facts, self._account.budget.tariff))
        if held is None:
            return ()
        try:
            narration = await self._narrator.narrate(facts)
        except GraderUnavailable as error:
            _LOG.warning("a report goes without a worded summary: %s", error.reason)
            await self._account.settle(held, Amount.of(error.usage))
            return ()
        used = Amount.of(narration.usage)
        # Some servers don't say what a completion took; it was not free for that.
        await self._account.settle(held, used if used.tokens else held.amount)
        return believable(narration.sentences, content)


def estimate(facts: str, tariff: Tariff) -> Amount:
    """Return what wording a summary may cost, judged on the high side."""
    sent = _PROMPT_TOKENS + len(facts.encode(errors="replace")) // BYTES_PER_TOKEN
    cost = sent * tariff.input_usd_per_mtok + OUTPUT_TOKENS * tariff.output_usd_per_mtok
    return Amount(sent + OUTPUT_TOKENS, math.ceil(cost))
