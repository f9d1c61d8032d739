"""What writing down a recording may cost, and what it has cost."""

from __future__ import annotations

import math
from typing import Final

from handlers.metering.budget import BYTES_PER_TOKEN, Amount, Tariff
from handlers.practice.ports import Transcript

# Speech is a token for each tenth of a second, whichever way its price is named; what is said is
# about three words, four tokens, a second: https://platform.openai.com/docs/guides/speech-to-text
_TOKENS_HEARD: Final = 10
_TOKENS_WRITTEN: Final = 4
# Voice clips have 4 to 8 kB a second; with fewer, a recording is longer than its size tells.
_BYTES_A_SECOND: Final = 4_000
_MICRO: Final = 1_000_000


def estimate(size: int, tariff: Tariff) -> Amount:
    """Return what writing down a recording may cost, judged on the high side.

    Args:
        size: the recording's, in bytes; it tells how long it is at most.
        tariff: what a minute costs.
    """
    seconds = max(size / _BYTES_A_SECOND, 1.0)
    return Amount(math.ceil(seconds * (_TOKENS_HEARD + _TOKENS_WRITTEN)), _price(seconds, tariff))


def used(heard: Transcript, held: Amount, tariff: Tariff) -> Amount:
    """Return what it has cost: by the server's own count, else by length.

    Args:
        heard: what came of it.
        held: what was held for it; counts where the server tells neither.
        tariff: what a minute costs.
    """
    if not heard.seconds:
        return Amount(heard.tokens or held.tokens, held.micro_usd)
    written = len(heard.text.encode(errors="replace")) // BYTES_PER_TOKEN
    tokens = heard.tokens or math.ceil(heard.seconds * _TOKENS_HEARD) + written
    return Amount(tokens, _price(heard.seconds, tariff))


def _price(seconds: float, tariff: Tariff) -> int:
    return math.ceil(round(seconds / 60 * tariff.usd_per_spoken_minute * _MICRO, 3))
