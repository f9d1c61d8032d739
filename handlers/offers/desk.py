"""What leads do with offered answers: ``/prep drafts offers`` and its buttons."""

from __future__ import annotations

from typing import Final

from handlers.actions import ActionKind
from handlers.invocation import ActionInvocation, Caller
from handlers.message import Message, Outcome, Response, say
from handlers.offers.case import named, with_questions
from handlers.offers.decide import OfferRefused, decide
from handlers.offers.message import PAGE, waiting_message
from handlers.offers.record import Offer, OfferState
from handlers.ports import Clock
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join
from handlers.teams.permission import may_lead

_NOT_A_LEAD: Final = say(
    "Only people who run this workspace, and those they named with /prep managers, decide on "
    "offered answers."
)
_NOT_HERE: Final = say(
    "Here I can't tell who leads your team. Use /prep drafts in a channel of your server."
)
_UNKNOWN: Final = say("I can't find that offer. /prep drafts offers lists what waits.")


class OfferDesk:
    """Handles what leads do with offers."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def handle(self, caller: Caller, action: str, typed: str) -> Outcome:
        """List the offers that wait, or decide on the one whose number begins with ``typed``.

        Raises:
            UsageError: it is not said which.
        """
        async with self._unit_of_work() as work:
            refused = await _refuse(work, caller)
            if refused is not None:
                return Response(message=refused)
            team_id = (await join(work, caller)).team.id
            waiting = await work.offers.of_team(team_id, OfferState.WAITING)
            if action == "offers":
                cases = await with_questions(work, waiting[:PAGE])
                return Response(message=waiting_message(cases, len(waiting)))
            offer = named(waiting, typed, example=f"/prep drafts {action} 3f2a9c10")
            return await self._decide(work, caller, offer, accepts=action == "accept")

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Decide on the offer under which a button was pressed."""
        accepts = invocation.action.kind is ActionKind.OFFER_ACCEPT
        async with self._unit_of_work() as work:
            # A list stands in a chat for ever, so whoever presses is looked at anew.
            refused = await _refuse(work, invocation.caller)
            if refused is not None:
                return Response(message=refused)
            offer = await work.offers.get(invocation.action.subject)
            return await self._decide(work, invocation.caller, offer, accepts=accepts)

    async def _decide(
        self, work: UnitOfWork, caller: Caller, offer: Offer | None, *, accepts: bool
    ) -> Response:
        lead = await join(work, caller)
        if offer is None or offer.team_id != lead.team.id:
            return Response(message=_UNKNOWN)
        state = OfferState.ACCEPTED if accepts else OfferState.DECLINED
        try:
            await decide(work, offer, state, lead=lead.member, now=self._clock.now())
        except OfferRefused as refusal:
            return Response(message=say(str(refusal)))
        done = "This answer is one of your team's model answers now" if accepts else "Left out"
        return Response(message=say(f"{done}. Its author is told."))


async def _refuse(work: UnitOfWork, caller: Caller) -> Message | None:
    if await may_lead(work, caller):
        return None
    return _NOT_HERE if caller.workspace is None else _NOT_A_LEAD
