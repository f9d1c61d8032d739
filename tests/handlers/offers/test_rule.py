"""When an answer may become a model answer, and leave again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.offers.record import OfferState
from handlers.offers.rule import (
    LEAST_SCORE,
    Actor,
    is_good_enough,
    is_open,
    may_offer_again,
    may_step,
)
from questions.band import BANDS, band_of

STATES = st.sampled_from(OfferState)
MOVES = st.lists(st.tuples(STATES, st.sampled_from(Actor)))


def played(moves: list[tuple[OfferState, Actor]]) -> list[tuple[OfferState, Actor | None]]:
    """The states that an offer takes when everybody tries everything."""
    taken: list[tuple[OfferState, Actor | None]] = [(OfferState.WAITING, None)]
    for state, actor in moves:
        if may_step(taken[-1][0], state, actor):
            taken.append((state, actor))
    return taken


@given(MOVES)
def test_only_a_lead_takes_an_answer_up_or_declines_it(
    moves: list[tuple[OfferState, Actor]],
) -> None:
    decided = {OfferState.ACCEPTED, OfferState.DECLINED}
    assert all(actor is Actor.LEAD for state, actor in played(moves) if state in decided)


@given(MOVES)
def test_an_offer_takes_three_states_at_most_and_what_is_closed_stays_so(
    moves: list[tuple[OfferState, Actor]],
) -> None:
    states = [state for state, _ in played(moves)]
    assert len(states) <= 3
    assert len(set(states)) == len(states)
    assert all(is_open(state) for state in states[:-1])


@pytest.mark.parametrize("actor", Actor)
def test_anybody_concerned_takes_a_standing_answer_out(actor: Actor) -> None:
    assert may_step(OfferState.ACCEPTED, OfferState.WITHDRAWN, actor)


@given(st.floats(0, 5))
def test_the_highest_band_may_be_offered_and_no_other(score: float) -> None:
    assert is_good_enough(score) == (band_of(score) is BANDS[-1])
    assert is_good_enough(LEAST_SCORE)


@given(st.lists(STATES))
def test_only_what_was_taken_back_may_come_again(earlier: list[OfferState]) -> None:
    assert may_offer_again(earlier) == (set(earlier) <= {OfferState.WITHDRAWN})
