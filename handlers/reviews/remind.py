"""``/prep remind``: daily practice at somebody's own time, in a direct message."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from handlers.command import Choice, Command, Option
from handlers.daily.preview import next_due
from handlers.daily.timetable import (
    WORKING_DAYS,
    format_days,
    parse_days,
    parse_time,
    parse_zone,
)
from handlers.feature import Feature
from handlers.invocation import CommandInvocation
from handlers.message import Context, Fields, Heading, Message, Outcome, Response, code, line, say
from handlers.ports import Clock
from handlers.reviews.record import Reminder
from handlers.reviews.remind_job import schedule_of
from handlers.storage import UnitOfWorkFactory
from handlers.teams.membership import Membership, join, zone_of

_ACTIONS: Final = (
    Choice(value="show", label="Show when I am reminded"),
    Choice(value="off", label="Stop reminding me", aliases=("stop", "remove", "none", "never")),
)

COMMAND: Final = Command(
    name="remind",
    description="Get your own practice in a direct message, at your own time",
    options=(
        Option(name="time", description="Your local time, for example 07:30"),
        Option(name="zone", description="Your time zone, for example Europe/Berlin"),
        Option(name="days", description="Weekdays, for example mon-fri"),
        Option(name="action", description="show or off", choices=_ACTIONS),
    ),
)

_NONE: Final = say(
    "You get no daily practice. Ask for it like this: ",
    code("/prep remind 07:30 --zone Europe/Berlin"),
)
_OFF: Final = say("Done: no more reminders. What is due still stands in ", code("/prep plan"), ".")
_WAS_OFF: Final = say("You had no reminder set, so there was nothing to stop.")


class RemindCommand:
    """Handles `COMMAND`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Show, set or remove the caller's reminder."""
        options = invocation.options
        settings = {name for name in options if name != "action"}
        async with self._unit_of_work() as work:
            who = await join(work, invocation.caller)
            current = await work.reminders.get(who.member.id)
            if options.get("action") == "off":
                removed = await work.reminders.remove(who.member.id)
                return Response(message=_OFF if removed else _WAS_OFF)
            if settings and (current is not None or "time" in options):
                current = self._merge(invocation, current, who)
                await work.reminders.put(current)
        return Response(message=_NONE if current is None else self._describe(current))

    def _merge(
        self, invocation: CommandInvocation, current: Reminder | None, who: Membership
    ) -> Reminder:
        options = invocation.options
        fresh = current or Reminder(
            member_id=who.member.id,
            team_id=who.team.id,
            user=invocation.caller.user,
            at=parse_time(options["time"]),
            zone=zone_of(invocation.caller, who.team),
            weekdays=WORKING_DAYS,
            effective_from=self._clock.now(),
        )
        return replace(
            fresh,
            user=invocation.caller.user,
            at=parse_time(options["time"]) if "time" in options else fresh.at,
            zone=parse_zone(options["zone"]) if "zone" in options else fresh.zone,
            weekdays=parse_days(options["days"]) if "days" in options else fresh.weekdays,
            effective_from=self._clock.now(),
        )

    def _describe(self, reminder: Reminder) -> Message:
        due = next_due(schedule_of(reminder), reminder.last, self._clock.now())
        local = due and due.astimezone(ZoneInfo(reminder.zone))
        following = f"{local:%A %d %B, %H:%M}" if local else "never"
        return Message(
            blocks=(
                Heading("Your daily practice"),
                Fields(
                    (
                        ("When", f"{reminder.at:%H:%M}, {format_days(reminder.weekdays)}"),
                        ("Time zone", reminder.zone),
                        ("Next", following),
                    )
                ),
                Context(
                    line(
                        "It comes to you alone, in a direct message. ",
                        code("/prep remind off"),
                        " stops it.",
                    )
                ),
            )
        )
