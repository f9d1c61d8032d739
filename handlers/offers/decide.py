"""What is done with offers, inside one unit of work."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Final

from handlers.answers.audience import is_held
from handlers.bank.index import index_job
from handlers.notices.notice import tell
from handlers.offers.record import Offer, OfferState
from handlers.offers.rule import (
    MOST_ACCEPTED,
    Actor,
    is_good_enough,
    is_open,
    may_offer_again,
    may_step,
)
from handlers.records import Answer, AnswerState, Member, NoticeKind
from handlers.refs import UserRef
from handlers.storage import UnitOfWork
from questions.grading import Grade

# Makes an offer's id from its answer and number, so that two presses at once make one offer.
_NAMESPACE: Final = uuid.UUID("7a1d3c55-0a3e-4d0f-8b64-2f5f0a9d6c11")


class OfferRefused(Exception):
    """It can't be done; the text says why, for people."""


async def offerable(work: UnitOfWork, answer_id: str, user: UserRef) -> tuple[Answer, Grade]:
    """Return an answer that its author may offer, with its grade.

    Raises:
        OfferRefused: it is somebody else's, not good enough, or was offered before.
    """
    answer = await work.answers.get(answer_id)
    grade = None if answer is None else await work.answers.grade(answer_id)
    if answer is None or grade is None or answer.state is not AnswerState.GRADED:
        raise OfferRefused("I can't find that grade any more.")
    member = await work.teams.member(answer.team_id, user)
    if member is None or member.id != answer.member_id:
        raise OfferRefused("Only its author can offer an answer as a model answer.")
    occurrence = await work.occurrences.get(answer.occurrence_id)
    if occurrence is not None and is_held(occurrence):
        raise OfferRefused("The grades of this question stay hidden until its reveal.")
    if not is_good_enough(grade.score):
        raise OfferRefused("An answer needs 4.5 of 5 to be offered as a model answer.")
    earlier = await work.offers.of_answer(answer_id)
    if any(offer.state is OfferState.ACCEPTED for offer in earlier):
        raise OfferRefused("This answer is among the model answers already.")
    if any(offer.state is OfferState.WAITING for offer in earlier):
        raise OfferRefused("You have offered this answer already; a lead looks at it.")
    if not may_offer_again([offer.state for offer in earlier]):
        raise OfferRefused("A lead has looked at this answer and left it out.")
    return answer, grade


async def make_offer(
    work: UnitOfWork, answer_id: str, user: UserRef, *, named: bool, now: datetime
) -> Offer:
    """Offer an answer to its author's team.

    Raises:
        OfferRefused: see `offerable`.
    """
    await work.answers.locked(answer_id)
    answer, grade = await offerable(work, answer_id, user)
    number = len(await work.offers.of_answer(answer_id))
    offer = Offer(
        id=uuid.uuid5(_NAMESPACE, f"{answer_id}/{number}").hex,
        team_id=answer.team_id,
        answer_id=answer_id,
        member_id=answer.member_id,
        author=user,
        question_id=answer.question_id,
        question_version=answer.question_version,
        text=answer.text,
        score=grade.score,
        is_estimate=grade.is_estimate,
        named=named,
        created_at=now,
    )
    if not await work.offers.add(offer):
        raise OfferRefused("You have offered this answer already; a lead looks at it.")
    return offer


async def decide(
    work: UnitOfWork, offer: Offer, state: OfferState, *, lead: Member, now: datetime
) -> None:
    """Accept or decline an offer, or take an accepted one out again, for a lead.

    Raises:
        OfferRefused: it can't be done, or not any more.
    """
    if state is OfferState.ACCEPTED:
        if offer.member_id == lead.id:
            raise OfferRefused("This answer is your own, so another lead decides on it.")
        standing = await work.offers.of_team(offer.team_id, OfferState.ACCEPTED, offer.question_id)
        if len(standing) >= MOST_ACCEPTED:
            raise OfferRefused(
                f"This question has {MOST_ACCEPTED} teammates' answers, as many as it may. Take "
                "one out first: /prep questions answers lists them."
            )
    await _step(work, offer, state, Actor.LEAD, by=lead.id, now=now)
    await _tell_author(work, offer, state)


async def take_back(work: UnitOfWork, offer: Offer, *, author: Member, now: datetime) -> None:
    """Take an offer back, for its author.

    Raises:
        OfferRefused: it is decided against, or was taken back before.
    """
    await _step(work, offer, OfferState.WITHDRAWN, Actor.AUTHOR, by=author.id, now=now)


async def let_go(work: UnitOfWork, answer_id: str, now: datetime) -> None:
    """Take an answer out that was changed, deleted, or graded too low; its author is told."""
    for offer in await work.offers.of_answer(answer_id):
        if not is_open(offer.state):
            continue
        # Somebody may have decided on it just now; then it is out, or taken out by hand.
        with contextlib.suppress(OfferRefused):
            await _step(work, offer, OfferState.WITHDRAWN, Actor.RULE, by=None, now=now)
            await _tell_author(work, offer, OfferState.WITHDRAWN)


async def _step(
    work: UnitOfWork,
    offer: Offer,
    state: OfferState,
    actor: Actor,
    *,
    by: str | None,
    now: datetime,
) -> None:
    changed = replace(offer, state=state)
    if not may_step(offer.state, state, actor) or not await work.offers.advance(
        changed, since=offer.state, by=by, at=now
    ):
        raise OfferRefused("That was decided already.")
    if OfferState.ACCEPTED in {offer.state, state}:
        await work.enqueue(index_job(offer.team_id, offer.author.platform))


async def _tell_author(work: UnitOfWork, offer: Offer, state: OfferState) -> None:
    await tell(
        work,
        NoticeKind.OFFER,
        offer.author,
        team_id=offer.team_id,
        subject=offer.id,
        key=f"offer:{offer.id}:{state}",
    )
