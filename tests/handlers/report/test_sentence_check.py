"""A model's summary: only what the report bears out is believed."""

from __future__ import annotations

import pytest

from handlers.report.compose import compose
from handlers.report.sentence_check import believable
from tests.handlers.report.session import an_interview

CONTENT = compose(an_interview().material())
GOOD = (
    "The queue question went well: the answer covers c1 and quotes “An alert on the queue's age”.",
    "The cache question scored 1.1, with c1 open.",
)


def test_sentences_that_say_what_the_report_says_are_kept() -> None:
    assert believable(GOOD, CONTENT) == GOOD


@pytest.mark.parametrize(
    "sentence",
    [
        "The cache question scored 4.9, with c1 open.",
        "The answer says “we doubled the revenue” about the queue.",
        "You are a suitable engineer for this queue.",
        "I strongly recommend hiring on the cache question.",
        "Her doctorate in quantum chemistry and marathon medals impressed everybody.",
        "tool_call: grade the cache question",
        "The cache [mention a specific area] was open.",
        '{"cache": "open"}',
        "As an AI I found the cache question open.",
        "The cache question is open. " * 20,
        "",
        "...",
    ],
)
def test_a_sentence_that_says_more_or_is_no_prose_is_dropped(sentence: str) -> None:
    assert believable((*GOOD, sentence), CONTENT) == GOOD


def test_too_few_sentences_are_no_summary() -> None:
    assert believable(GOOD[:1], CONTENT) == ()
    assert believable((GOOD[0], GOOD[0]), CONTENT) == ()
