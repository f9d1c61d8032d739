"""Finding offers for somebody."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.command import UsageError
from handlers.offers.message import Case
from handlers.offers.record import Offer
from handlers.storage import UnitOfWork

_LEAST = 4


async def with_questions(work: UnitOfWork, offers: Iterable[Offer]) -> list[Case]:
    """Return offers with the questions that they answer."""
    cases = []
    for offer in offers:
        question = await work.questions.get(
            offer.team_id, offer.question_id, offer.question_version
        )
        if question is not None:
            cases.append((offer, question))
    return cases


def named(offers: Iterable[Offer], typed: str, *, example: str) -> Offer | None:
    """Return the offer that the beginning of its number names.

    Args:
        offers: those to choose from.
        typed: what somebody typed.
        example: a command that would do, for who typed none.

    Raises:
        UsageError: nothing was named, or several begin so.
    """
    prefix = typed.strip().casefold()
    if len(prefix) < _LEAST:
        raise UsageError(f"Say which answer by its number, for example: {example}")
    found = [offer for offer in offers if offer.id.startswith(prefix)]
    if len(found) > 1:
        raise UsageError(f"Several answers begin with “{prefix}”: type more of the number.")
    return found[0] if found else None
