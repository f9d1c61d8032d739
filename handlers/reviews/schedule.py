"""When a missed question comes back: the spaced repetition of FSRS.

The algorithm is FSRS 6 (https://github.com/open-spaced-repetition/awesome-fsrs/wiki) with its
published parameters, as the package ``fsrs`` has it. Its steps within one day are left out: a
question is worth asking again tomorrow, not in ten minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from fsrs import Card, Rating, Scheduler

from handlers.reviews.record import Outcome

# Below a clear pass an answer counts as missed, and its question enters the reviews.
MISSED_BELOW: Final = 3.5
_GRADES: Final = ((4.5, Rating.Easy), (3.5, Rating.Good), (2.5, Rating.Hard))
# A year is as long as anybody prepares.
_LONGEST_DAYS: Final = 365


@dataclass(frozen=True, kw_only=True)
class Review:
    """A question that comes back to somebody.

    Attributes:
        last: how they did the last time.
        due: when it is worth asking again.
    """

    last: Outcome
    due: datetime

    @property
    def question_id(self) -> str:
        """Which question."""
        return self.last.question_id

    def is_due(self, today: date, zone: str) -> bool:
        """Return whether it is due on a local date: all day, whatever the hour.

        Args:
            today: the local date.
            zone: the IANA time zone that it is a date of.
        """
        return self.due.astimezone(ZoneInfo(zone)).date() <= today


def plan_reviews(outcomes: Iterable[Outcome]) -> list[Review]:
    """Return what comes back to somebody, what is due first coming first.

    Args:
        outcomes: theirs, in order; one line an answer.
    """
    by_question: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        known = by_question.setdefault(outcome.question_id, [])
        if known or outcome.score < MISSED_BELOW:
            known.append(outcome)
    scheduler = Scheduler(
        learning_steps=(), relearning_steps=(), maximum_interval=_LONGEST_DAYS, enable_fuzzing=False
    )
    reviews = [_review(scheduler, known) for known in by_question.values() if known]
    return sorted(reviews, key=lambda review: (review.due, review.question_id))


def due_reviews(reviews: Iterable[Review], now: datetime, zone: str) -> list[Review]:
    """Return the reviews that are due on the local date of an instant."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return [review for review in reviews if review.is_due(today, zone)]


def _review(scheduler: Scheduler, outcomes: Sequence[Outcome]) -> Review:
    first = outcomes[0]
    # With an id of its own a card would wait for the clock to move on.
    card = Card(card_id=0, due=first.at)
    for outcome in outcomes:
        card, _ = scheduler.review_card(card, _grade(outcome.score), outcome.at)
    return Review(last=outcomes[-1], due=card.due)


def _grade(score: float) -> Rating:
    return next((grade for least, grade in _GRADES if score >= least), Rating.Again)
