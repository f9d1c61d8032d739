"""``/prep today``: shows the channel's question of the day, or asks for one now."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from handlers.command import Command
from handlers.daily.post import post_job, settle
from handlers.daily.preview import next_due
from handlers.daily.question_message import question_message
from handlers.daily.wish import QUESTION, TOPIC, Wish, read_wish
from handlers.feature import Feature
from handlers.invocation import Caller, CommandInvocation
from handlers.message import Outcome, Response, code, say
from handlers.ports import Clock
from handlers.records import Occurrence, OccurrenceState, Schedule
from handlers.roles import ROLE
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join

COMMAND: Final = Command(
    name="today",
    description="Show today's question, or ask for one now",
    options=(ROLE, TOPIC, QUESTION),
)

# Of those that people asked for, in a channel: more would drown it.
MAX_ASKED_A_DAY: Final = 10
_ON_ITS_WAY: Final = say("Your question is on its way.")
_ENOUGH: Final = say(
    f"This channel got {MAX_ASKED_A_DAY} questions by request today, and more would drown it. Ask "
    "me in a direct message: there you can have as many as you like."
)


class Today:
    """Handles `COMMAND`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Show today's question; if there is none, claim one and have it posted.

        Raises:
            UsageError: the bank has no such question.
        """
        caller = invocation.caller
        async with self._unit_of_work() as work:
            team = (await join(work, caller)).team
            is_named = invocation.options.keys() & {TOPIC.name, QUESTION.name}
            cards = await work.questions.cards(team.id) if is_named else []
            wish = read_wish(cards, invocation.options)
            schedule = await work.schedules.of_channel(caller.channel)
            zone = schedule.zone if schedule else team.zone
            today = self._clock.now().astimezone(ZoneInfo(zone)).date()
            earlier = await work.occurrences.on_date(caller.channel, today)
            fitting = [o for o in reversed(earlier) if wish.fits(o)]
            for occurrence in fitting:
                if occurrence.state is OccurrenceState.POSTED:
                    return await _show(work, occurrence)
            if any(occurrence.state is OccurrenceState.CLAIMED for occurrence in fitting):
                return Response(message=_ON_ITS_WAY)
            if wish.is_open and schedule is not None:
                last = await work.occurrences.last_date(schedule.id)
                if later := self._later_today(schedule, last, today):
                    return later
            if wish.role is not None and not await work.questions.cards(team.id, wish.role):
                return Response(message=say(f"The bank has no question for {wish.role.title} yet."))
            if not caller.is_direct and _asked_for(earlier) >= MAX_ASKED_A_DAY:
                return Response(message=_ENOUGH)
            await self._claim(work, caller, wish, team_id=team.id, today=today, earlier=earlier)
        return Response(message=_ON_ITS_WAY)

    async def _claim(
        self,
        work: UnitOfWork,
        caller: Caller,
        wish: Wish,
        *,
        team_id: str,
        today: date,
        earlier: Sequence[Occurrence],
    ) -> None:
        channel = caller.channel
        card = wish.pick(await work.occurrences.asked(channel), seed=channel.pack())
        failed = [o for o in earlier if o.state is OccurrenceState.FAILED]
        # A question asked for in a thread of a conversation belongs there, and so does one that
        # was asked for where only the thread's own people look.
        stays = caller.is_direct or caller.thread_is_private
        occurrence = Occurrence(
            id=uuid.uuid4().hex,
            team_id=team_id,
            channel=channel,
            local_date=today,
            # A try that failed keeps its key: the next one needs another.
            key=f"today:{channel.pack()}:{wish.name}:{today.isoformat()}:{len(failed)}",
            state=OccurrenceState.CLAIMED,
            created_at=self._clock.now(),
            role=wish.role if card is None else card.role,
            thread=caller.thread if stays else None,
        )
        if card is not None:
            chosen = replace(occurrence, question_id=card.id, question_version=card.version)
            occurrence = await settle(work, chosen, self._clock.now())
        if await work.occurrences.claim(occurrence):
            await work.enqueue(post_job(occurrence))

    def _later_today(self, schedule: Schedule, last: date | None, today: date) -> Response | None:
        due = next_due(schedule, last, self._clock.now())
        if due is None or due.astimezone(ZoneInfo(schedule.zone)).date() != today:
            return None
        return Response(
            message=say(
                f"Today's question comes at {schedule.at:%H:%M} ({schedule.zone}). "
                "To practise now, name a role: ",
                code("/prep today ai-engineer"),
            )
        )


async def _show(work: UnitOfWork, occurrence: Occurrence) -> Response:
    question = await work.questions.get(
        occurrence.team_id, occurrence.question_id or "", occurrence.question_version
    )
    if question is None:
        return Response(message=say("Today's question was taken out of the bank since."))
    return Response(message=question_message(question, occurrence))


def _asked_for(occurrences: Sequence[Occurrence]) -> int:
    """Return how many questions people asked for, of those that came or will come."""
    return sum(o.schedule_id is None and o.state is not OccurrenceState.FAILED for o in occurrences)
