"""Which question somebody practises next: what is due, then what suits their level."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from handlers.reviews.schedule import Review, due_reviews, plan_reviews
from handlers.storage import UnitOfWork
from questions.rating import WORTHWHILE, Rating, expected_share, fresh_question
from questions.selection import QuestionCard


async def next_for(
    work: UnitOfWork,
    *,
    team_id: str,
    member_id: str,
    cards: Sequence[QuestionCard],
    asked: Collection[str],
    now: datetime,
    zone: str,
    seed: str,
) -> QuestionCard | None:
    """Return the question that a member practises next; see `choose`.

    Args:
        work: an open unit of work.
        team_id: the member's team.
        member_id: who practises.
        cards: the questions that may be asked, of the role that is wanted.
        asked: ids of those that were asked in this session.
        now: this instant.
        zone: the IANA time zone that the member's day is one of.
        seed: the session's id.
    """
    outcomes = await work.outcomes.of_member(team_id, member_id)
    return choose(
        cards,
        member=await work.outcomes.rating(team_id, member_id),
        ratings=await work.outcomes.question_ratings(team_id, [card.id for card in cards]),
        due=due_reviews(plan_reviews(outcomes), now, zone),
        answered={outcome.question_id for outcome in outcomes},
        asked=asked,
        seed=seed,
    )


def choose(
    cards: Sequence[QuestionCard],
    *,
    member: Rating,
    ratings: Mapping[str, Rating],
    due: Sequence[Review],
    answered: Collection[str],
    asked: Collection[str],
    seed: str,
) -> QuestionCard | None:
    """Return the next question, or ``None`` where every one was asked.

    What is due comes first, the longest due before the rest. Then comes what was never answered,
    and of that the question of which the member is expected to earn the share nearest to
    `questions.rating.WORTHWHILE`; ``seed`` decides between equals.

    Args:
        cards: the questions that may be asked.
        member: the member's rating.
        ratings: the questions' ratings; one that is missing goes by its difficulty.
        due: the reviews that are due, the longest due first.
        answered: ids of the questions that the member has ever had a grade for.
        asked: ids of those that are not to be asked again now.
        seed: makes one session differ from the next.
    """
    open_ = {card.id: card for card in cards if card.id not in asked}
    for review in due:
        if review.question_id in open_:
            return open_[review.question_id]

    def distance(card: QuestionCard) -> float:
        rating = ratings.get(card.id) or fresh_question(card.difficulty)
        return round(abs(expected_share(member, rating) - WORTHWHILE), 3)

    return min(
        open_.values(),
        key=lambda card: (card.id in answered, distance(card), _shuffled(seed, card.id)),
        default=None,
    )


def _shuffled(seed: str, question_id: str) -> bytes:
    return hashlib.sha256(f"{seed}\0{question_id}".encode()).digest()
