"""What is known of an offered answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from handlers.offers.record import Offer
from tests.handlers.conftest import a_caller

_OFFER = Offer(
    id="o1",
    team_id="team",
    answer_id="a1",
    member_id="ada",
    author=a_caller("Ada").user,
    question_id="ai-1",
    question_version=1,
    text="First I look at the queue.",
    score=5.0,
    is_estimate=False,
    named=False,
    created_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    name="Ada",
)


def test_an_offer_names_its_author_only_with_their_consent() -> None:
    assert replace(_OFFER, named=True).by == "Ada"
    assert _OFFER.by == "a teammate"
