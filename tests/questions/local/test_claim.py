from __future__ import annotations

import pytest

from questions.local.claim import find_claim


def test_what_announces_a_claim_is_no_part_of_it() -> None:
    claim = find_claim("One thing is certain: the cache must not be warmed.")

    assert claim.lead == "One thing is certain"
    assert claim.text == "the cache must not be warmed."
    assert claim.whole == "One thing is certain: the cache must not be warmed."


@pytest.mark.parametrize(
    "sentence", ["The cache must be warmed.", "Latency: 40 ms.", "At 10:30 it"]
)
def test_a_sentence_without_an_announced_claim_stays_whole(sentence: str) -> None:
    claim = find_claim(sentence)

    assert claim.lead == ""
    assert claim.text == claim.whole == sentence
