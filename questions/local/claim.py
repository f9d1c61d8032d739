"""What a sentence claims, without the words that lead up to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from questions.local.words import find_words

_LEAD: Final = re.compile(r"^(?P<lead>[^:]{3,80}):\s+(?P<claim>.+)$", re.DOTALL)
# A shorter rest is a term that is explained or a list rather than a claim.
_FEWEST_WORDS: Final = 4


@dataclass(frozen=True)
class Claim:
    """A sentence in two.

    Attributes:
        lead: what announces the claim, as in "One thing is certain: …"; mostly empty.
        text: the claim itself.
        whole: both together.
    """

    lead: str
    text: str
    whole: str


def find_claim(sentence: str) -> Claim:
    """Part a sentence at the colon that announces what it claims."""
    found = _LEAD.match(sentence)
    if found is None or len(find_words(found["claim"])) < _FEWEST_WORDS:
        return Claim(lead="", text=sentence, whole=sentence)
    return Claim(lead=found["lead"], text=found["claim"], whole=sentence)
