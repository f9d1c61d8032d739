"""Reminding people of their practice: the tick that claims a date, and the job that writes."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfoNotFoundError

from handlers.daily.due import Due, Fate, due_dates
from handlers.delivery import Deliverer
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    Context,
    Message,
    Text,
    bold,
    code,
    line,
)
from handlers.ports import Again, Clock, DeliveryFailed, Job, TargetGone
from handlers.records import Schedule
from handlers.retry import delay_before
from handlers.reviews.plan import Plan, practise_button, read_plan, review_lines
from handlers.reviews.record import Reminder
from handlers.storage import UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
REMIND: Final = "remind-practice"
_MOST: Final = 3
_RETRIES: Final = (5.0, 30.0, 120.0, 600.0, 1800.0)


def schedule_of(reminder: Reminder) -> Schedule:
    """Return a reminder as a schedule, so that one rule says when either is due."""
    return Schedule(
        id=reminder.member_id,
        team_id=reminder.team_id,
        channel=reminder.place,
        at=reminder.at,
        zone=reminder.zone,
        weekdays=reminder.weekdays,
        roles=(),
        effective_from=reminder.effective_from,
    )


class Reminding:
    """Claims the dates on which people are reminded, and reminds them."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, deliverer: Deliverer, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer
        self._clock = clock

    async def look(self, now: datetime) -> None:
        """Claim what is due; any number of processes may look, one claim wins.

        Raises:
            StorageUnavailable: the reminders can't be read or claimed.
        """
        async with self._unit_of_work(read_only=True) as work:
            reminders = await work.reminders.all()
        for reminder in reminders:
            for due in _due(reminder, now):
                await self._claim(reminder, due)

    async def __call__(self, subject: str, attempt: int) -> Again | None:
        """Remind the member that a job's subject names; see `JobHandler`."""
        member_id = subject.partition(".")[0]
        async with self._unit_of_work(read_only=True) as work:
            reminder = await work.reminders.get(member_id)
            if reminder is None:
                return None
            plan = await read_plan(
                work,
                team_id=reminder.team_id,
                member_id=member_id,
                now=self._clock.now(),
                zone=reminder.zone,
            )
        try:
            await self._deliverer.deliver(
                await self._deliverer.direct(reminder.user),
                reminder_message(plan),
                team_id=reminder.team_id,
                key=f"remind:{subject}",
            )
        except TargetGone as error:
            _LOG.warning("%s can't be reminded any more: %s", member_id, error.reason)
            async with self._unit_of_work() as work:
                await work.reminders.remove(member_id)
        except DeliveryFailed as error:
            _LOG.warning("%s is not reminded yet: %s", member_id, error.reason)
            delay = delay_before(attempt, _RETRIES, error.retry_after)
            return None if delay is None else Again(delay)
        return None

    async def _claim(self, reminder: Reminder, due: Due) -> None:
        async with self._unit_of_work() as work:
            won = await work.reminders.claim(reminder, due.local_date)
            if won and due.fate is Fate.POST:
                subject = f"{reminder.member_id}.{due.local_date.isoformat()}"
                await work.enqueue(Job(kind=REMIND, subject=subject, lane=reminder.user.platform))


def reminder_message(plan: Plan) -> Message:
    """Return what somebody is told at the time that they chose."""
    shown = plan.due[:_MOST]
    blocks: list[Block] = []
    if shown:
        count = "1 question is" if len(plan.due) == 1 else f"{len(plan.due)} questions are"
        blocks.append(Text(line(bold("Time to practise. "), f"{count} due for you again:")))
        blocks.append(Bullets(review_lines(plan, shown), numbered=True))
    else:
        blocks.append(
            Text(line(bold("Time to practise. "), "Nothing is due again: something new today?"))
        )
    buttons: tuple[Button, ...] = (practise_button(),)
    blocks.append(Buttons(buttons))
    blocks.append(
        Context(
            line("In words: ", code("/prep practice"), ". To stop this: ", code("/prep remind off"))
        )
    )
    return Message(blocks=tuple(blocks))


def _due(reminder: Reminder, now: datetime) -> list[Due]:
    try:
        return list(due_dates(schedule_of(reminder), reminder.last, now))
    except ZoneInfoNotFoundError:
        _LOG.warning("reminder of %s: no time zone %s here", reminder.member_id, reminder.zone)
        return []
