"""What authors do: offer an answer as a model answer, see what stands, take it back."""

from __future__ import annotations

from typing import Final

from handlers.actions import ActionKind
from handlers.invocation import ActionInvocation, Caller
from handlers.message import Message, Outcome, Response, say
from handlers.offers.case import named, with_questions
from handlers.offers.decide import OfferRefused, decide, make_offer, offerable, take_back
from handlers.offers.message import PAGE, ask_message, offered_message, standing_message
from handlers.offers.record import Offer, OfferState
from handlers.ports import Clock
from handlers.refs import UserRef
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join
from handlers.teams.permission import may_lead

_UNKNOWN: Final = say("I can't find that answer among your team's model answers.")
_NOT_YOURS: Final = say("Only its author and your team's leads take a model answer out.")
_TAKEN_BACK: Final = say(
    "Done: this answer is not among the model answers any more. The grade stays as it is."
)
_NO_ANSWER: Final = say(
    "I find no graded answer of yours to that question. Name the question by its id, for example: "
    "/prep questions offer rag-wrong-answers"
)


class OfferButtons:
    """Handles the buttons of authors, and what `/prep questions` does with offers."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Say what offering means and ask about the name; only the author is asked."""
        answer_id = invocation.action.subject
        async with self._unit_of_work(read_only=True) as work:
            try:
                await offerable(work, answer_id, invocation.caller.user)
            except OfferRefused as refusal:
                return Response(message=say(str(refusal)))
        return Response(message=ask_message(answer_id))

    async def give(self, invocation: ActionInvocation) -> Outcome:
        """Offer the answer, with its author's name or without."""
        is_named = invocation.action.kind is ActionKind.OFFER_NAMED
        async with self._unit_of_work() as work:
            message = await self._offer(
                work, invocation.action.subject, invocation.caller.user, is_named
            )
        return Response(message=message)

    async def offer(self, caller: Caller, question_id: str, *, named: bool) -> Outcome:
        """Offer the caller's best answer to a question, for places without buttons."""
        async with self._unit_of_work() as work:
            member = await join(work, caller)
            ids = await work.offers.answers_to(member.team.id, member.member.id, question_id)
            graded = [(id_, await work.answers.grade(id_)) for id_ in ids]
            scored = [(grade.score, id_) for id_, grade in graded if grade is not None]
            if not scored:
                return Response(message=_NO_ANSWER)
            # The newest of the best: `max` keeps the first.
            best = max(scored, key=lambda pair: pair[0])[1]
            return Response(message=await self._offer(work, best, caller.user, named))

    async def list(self, caller: Caller) -> Outcome:
        """List what stands among the team's model answers, and the caller's waiting offers."""
        async with self._unit_of_work() as work:
            member = await join(work, caller)
            standing = await work.offers.of_team(member.team.id, OfferState.ACCEPTED)
            waiting = await work.offers.of_team(member.team.id, OfferState.WAITING)
            shown = [o for o in waiting if o.member_id == member.member.id] + standing
            leads = await may_lead(work, caller)
            removable = frozenset(o.id for o in shown if leads or o.member_id == member.member.id)
            cases = await with_questions(work, shown[:PAGE])
        return Response(message=standing_message(cases, len(shown), removable=removable))

    async def withdraw(self, invocation: ActionInvocation) -> Outcome:
        """Take an answer out, for its author or a lead."""
        async with self._unit_of_work() as work:
            offer = await work.offers.get(invocation.action.subject)
            return await self._withdraw(work, invocation.caller, offer)

    async def withdraw_named(self, caller: Caller, typed: str) -> Outcome:
        """Do the same for an answer that is named by its number.

        Raises:
            UsageError: it is not said which.
        """
        async with self._unit_of_work() as work:
            team_id = (await join(work, caller)).team.id
            offers = [
                *await work.offers.of_team(team_id, OfferState.ACCEPTED),
                *await work.offers.of_team(team_id, OfferState.WAITING),
            ]
            offer = named(offers, typed, example="/prep questions withdraw 3f2a9c10")
            return await self._withdraw(work, caller, offer)

    async def _offer(
        self, work: UnitOfWork, answer_id: str, user: UserRef, is_named: bool
    ) -> Message:
        try:
            offer = await make_offer(work, answer_id, user, named=is_named, now=self._clock.now())
        except OfferRefused as refusal:
            return say(str(refusal))
        return offered_message(offer)

    async def _withdraw(self, work: UnitOfWork, caller: Caller, offer: Offer | None) -> Response:
        if offer is None:
            return Response(message=_UNKNOWN)
        member = await work.teams.member(offer.team_id, caller.user)
        try:
            if member is not None and member.id == offer.member_id:
                await take_back(work, offer, author=member, now=self._clock.now())
            elif await may_lead(work, caller):
                lead = await join(work, caller)
                if lead.team.id != offer.team_id:
                    return Response(message=_UNKNOWN)
                await decide(
                    work, offer, OfferState.WITHDRAWN, lead=lead.member, now=self._clock.now()
                )
            else:
                return Response(message=_NOT_YOURS)
        except OfferRefused as refusal:
            return Response(message=say(str(refusal)))
        return Response(message=_TAKEN_BACK)
