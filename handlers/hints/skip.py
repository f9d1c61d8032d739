"""``/prep skip`` and the Skip button: passing over today's question, without losing a streak."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from handlers.answers.audience import is_closed
from handlers.answers.submit import CLOSED, NO_QUESTION
from handlers.answers.which import open_question
from handlers.command import Command
from handlers.feature import Feature
from handlers.hints.storage import Skip
from handlers.hints.which import posted_question
from handlers.home.streak import LONGEST, SKIP_EVERY, excused, local_days
from handlers.invocation import ActionInvocation, Caller, CommandInvocation
from handlers.message import Message, Outcome, Response, say
from handlers.ports import Clock
from handlers.records import Occurrence
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join, zone_of

COMMAND: Final = Command(name="skip", description="Skip today's question and keep your streak")

_ANSWERED: Final = say("You have answered that one already: there is nothing to skip.")
_NOT_TODAYS: Final = say(
    "Only the question of today can be skipped. You can still answer this one."
)
_KEPT: Final = say(
    "Skipped. Your streak waits: it neither grows nor breaks today. If you change your mind, "
    "answer as usual."
)
_AGAIN: Final = say("You have skipped this one already. If you change your mind, answer as usual.")


class Skips:
    """Handles `COMMAND` and the Skip button.

    A skip gives nothing: no points, and no day of a streak. It holds a streak on one day in seven,
    and only for the question of the day, so that none can be mended afterwards.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Skip the question that is open where the caller is."""
        async with self._unit_of_work() as work:
            occurrence = await open_question(work, invocation.caller)
            return Response(message=await self._skip(work, invocation.caller, occurrence))

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Skip the button's question."""
        async with self._unit_of_work() as work:
            subject = invocation.action.subject
            occurrence = await posted_question(work, invocation.caller, subject)
            return Response(message=await self._skip(work, invocation.caller, occurrence))

    async def _skip(
        self, work: UnitOfWork, caller: Caller, occurrence: Occurrence | None
    ) -> Message:
        if occurrence is None:
            return NO_QUESTION
        if is_closed(occurrence):
            return CLOSED
        membership = await join(work, caller)
        member, now = membership.member, self._clock.now()
        if await work.answers.has_answered(member.id, occurrence.id):
            return _ANSWERED
        if occurrence.local_date != now.astimezone(ZoneInfo(occurrence.zone)).date():
            return _NOT_TODAYS
        is_new = await work.hints.skip(
            Skip(
                team_id=membership.team.id,
                member_id=member.id,
                occurrence_id=occurrence.id,
                skipped_at=now,
            )
        )
        if not is_new:
            return _AGAIN
        zone = zone_of(caller, membership.team)
        # A chain of skips as long as the streak decides whether today's holds.
        before = await work.hints.skipped(member.id, now - LONGEST)
        answers = await work.home.answers(member.id, now - LONGEST)
        return _told(before, [a.created_at for a in answers], occurrence, zone)


def _told(
    skipped: dict[str, datetime], answered: list[datetime], occurrence: Occurrence, zone: str
) -> Message:
    """Return what a skip does to the streak."""
    days = local_days(skipped.values(), zone) - local_days(answered, zone)
    today = occurrence.created_at.astimezone(ZoneInfo(zone)).date()
    held = excused(days)
    if today in held or today not in days:
        return _KEPT
    return _not_kept(max(day for day in held if day < today))


def _not_kept(earlier: date) -> Message:
    return say(
        f"Skipped, but your streak does not wait this time: one skip in {SKIP_EVERY.days} days "
        f"holds it, and you had one on {earlier:%A, %d %B}. Answer today and it goes on."
    )
