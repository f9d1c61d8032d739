"""``/prep today``: shows the channel's question of the day, or asks for one now."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from handlers.command import Command
from handlers.daily.post import post_job
from handlers.daily.preview import next_due
from handlers.daily.question_message import question_message
from handlers.feature import Feature
from handlers.invocation import CommandInvocation
from handlers.message import Outcome, Response, code, say
from handlers.ports import Clock
from handlers.records import Occurrence, OccurrenceState, Schedule
from handlers.roles import ROLE
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join
from questions.role import Role

COMMAND: Final = Command(
    name="today", description="Show today's question, or ask for one now", options=(ROLE,)
)

_ON_ITS_WAY: Final = say("Your question is on its way.")


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
        """Show today's question; if there is none, claim one and have it posted."""
        channel = invocation.caller.channel
        role = Role(invocation.options["role"]) if "role" in invocation.options else None
        async with self._unit_of_work() as work:
            team = (await join(work, invocation.caller)).team
            schedule = await work.schedules.of_channel(channel)
            zone = schedule.zone if schedule else team.zone
            today = self._clock.now().astimezone(ZoneInfo(zone)).date()
            earlier = await work.occurrences.on_date(channel, today)
            fitting = [o for o in reversed(earlier) if role is None or o.role is role]
            for occurrence in fitting:
                if occurrence.state is OccurrenceState.POSTED:
                    return await _show(work, occurrence)
            if any(occurrence.state is OccurrenceState.CLAIMED for occurrence in fitting):
                return Response(message=_ON_ITS_WAY)
            if role is None and schedule is not None:
                last = await work.occurrences.last_date(schedule.id)
                if later := self._later_today(schedule, last, today):
                    return later
            if role is not None and not await work.questions.cards(team.id, role):
                return Response(message=say(f"The bank has no question for {role.title} yet."))
            failed = [o for o in earlier if o.state is OccurrenceState.FAILED]
            occurrence = Occurrence(
                id=uuid.uuid4().hex,
                team_id=team.id,
                channel=channel,
                local_date=today,
                # A try that failed keeps its key: the next one needs another.
                key=f"today:{channel.pack()}:{role or 'any'}:{today.isoformat()}:{len(failed)}",
                state=OccurrenceState.CLAIMED,
                created_at=self._clock.now(),
                role=role,
                # A question asked for in a thread of a conversation belongs there.
                thread=invocation.caller.thread if invocation.caller.is_direct else None,
            )
            if await work.occurrences.claim(occurrence):
                await work.enqueue(post_job(occurrence))
        return Response(message=_ON_ITS_WAY)

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
