"""When an answer may become a model answer, and leave again: pure rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Final

from handlers.offers.record import OfferState
from questions.band import BANDS

LEAST_SCORE: Final = BANDS[-1].from_score
# A question's own model answer must stay the easiest to find among its pieces.
MOST_ACCEPTED: Final = 3


class Actor(Enum):
    """Who takes a step. `RULE`: the answer was changed, deleted or graded lower."""

    AUTHOR = auto()
    LEAD = auto()
    RULE = auto()


_STEPS: Final[Mapping[tuple[OfferState, OfferState], frozenset[Actor]]] = {
    (OfferState.WAITING, OfferState.ACCEPTED): frozenset({Actor.LEAD}),
    (OfferState.WAITING, OfferState.DECLINED): frozenset({Actor.LEAD}),
    (OfferState.WAITING, OfferState.WITHDRAWN): frozenset({Actor.AUTHOR, Actor.RULE}),
    (OfferState.ACCEPTED, OfferState.WITHDRAWN): frozenset(Actor),
}


def may_step(before: OfferState, after: OfferState, actor: Actor) -> bool:
    """Return whether somebody may take an offer from one state to another."""
    return actor in _STEPS.get((before, after), frozenset())


def is_open(state: OfferState) -> bool:
    """Return whether an offer waits or stands."""
    return state in {OfferState.WAITING, OfferState.ACCEPTED}


def is_good_enough(score: float) -> bool:
    """Return whether an answer with this score, 0 to 5, may be offered, and may stay."""
    return score >= LEAST_SCORE


def may_offer_again(earlier: Sequence[OfferState]) -> bool:
    """Return whether an answer may be offered, given what became of its earlier offers.

    What its author took back may come again; what a lead declined may not.
    """
    return all(state is OfferState.WITHDRAWN for state in earlier)
