from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from questions.local.sentence import split_sentences
from questions.local.slip import long_words, mend_slips

KNOWN = long_words(["Retrieval precision depends on the embedding; measure typical latency."])


def mended(text: str) -> list[str]:
    return [span.text for span in mend_slips(split_sentences(text), KNOWN)]


def test_a_letter_more_less_or_swapped_is_mended() -> None:
    assert mended("Retreival precison depennds on it.") == ["retrieval precision depends on it."]


def test_other_words_stay() -> None:
    text = "An atypical provision costs latencies."

    assert mended(text) == [text]


@given(st.text(alphabet="abcdefgr eilnostuv.", max_size=60))
def test_sentences_stay_where_they_stand(text: str) -> None:
    spans = split_sentences(text)

    assert [(s.start, s.end) for s in mend_slips(spans, KNOWN)] == [(s.start, s.end) for s in spans]
