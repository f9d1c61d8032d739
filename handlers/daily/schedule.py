"""``/prep schedule``: when the channel gets its daily question, and for which roles."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from handlers.command import Choice, Command, Lookup, Option, UsageError
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
from handlers.message import (
    Context,
    Fields,
    Heading,
    Message,
    Outcome,
    Response,
    Text,
    bold,
    code,
    line,
    say,
)
from handlers.ports import Clock
from handlers.records import Schedule
from handlers.roles import parse_roles
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join
from questions.role import Role

_ACTIONS: Final = (
    Choice(value="show", label="Show the schedule"),
    Choice(value="pause", label="Pause it"),
    Choice(value="resume", label="Resume it", aliases=("unpause",)),
    Choice(value="remove", label="Remove it", aliases=("off", "stop", "delete")),
)

COMMAND: Final = Command(
    name="schedule",
    description="Say when this channel gets its daily question, and for which roles",
    options=(
        Option(name="time", description="Local time, for example 09:00"),
        Option(
            name="zone",
            description="Time zone, for example Europe/Berlin",
            lookup=Lookup.ZONE,
        ),
        Option(name="days", description="Weekdays, for example mon-fri"),
        Option(
            name="roles",
            description="Roles in turn, for example ai-engineer,ml-engineer",
            lookup=Lookup.ROLES,
        ),
        Option(name="action", description="show, pause, resume or remove", choices=_ACTIONS),
    ),
    manages=True,
)

_NONE = say(
    "This channel has no schedule yet. Set one up, for example: ",
    code("/prep schedule 09:00 --zone Europe/Berlin --days mon-fri --roles ai-engineer"),
)


class ScheduleCommand:
    """Handles `COMMAND`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Show, set, pause, resume or remove the channel's schedule."""
        options = invocation.options
        settings = {name for name in options if name != "action"}
        async with self._unit_of_work() as work:
            team = (await join(work, invocation.caller)).team
            current = await work.schedules.of_channel(invocation.caller.channel)
            if settings:
                current = self._merge(invocation, current, team.id, team.zone)
                await work.schedules.put(current)
                if "zone" in options:
                    await work.teams.set_zone(team.id, current.zone)
            if current is None:
                return Response(message=_NONE)
            match options.get("action", "show"):
                case "pause":
                    current = replace(current, paused="paused by a member")
                    await work.schedules.put(current)
                case "resume":
                    current = replace(
                        current,
                        paused=None,
                        effective_from=self._clock.now(),
                        owner=invocation.caller.user,
                    )
                    await work.schedules.put(current)
                case "remove":
                    await work.schedules.remove(current.id)
                    return Response(message=say("Done: no more daily questions in this channel."))
            described = await self._describe(work, current)
            return Response(message=_with_lacks(described, invocation.caller.lacks))

    def _merge(
        self, invocation: CommandInvocation, current: Schedule | None, team_id: str, zone: str
    ) -> Schedule:
        options = invocation.options
        if current is None and "time" not in options:
            raise UsageError("Say at which time, for example: /prep schedule 09:00")
        fresh = current or Schedule(
            id=uuid.uuid4().hex,
            team_id=team_id,
            channel=invocation.caller.channel,
            at=parse_time(options["time"]),
            zone=zone,
            weekdays=WORKING_DAYS,
            roles=tuple(Role),
            effective_from=self._clock.now(),
        )
        return replace(
            fresh,
            at=parse_time(options["time"]) if "time" in options else fresh.at,
            zone=parse_zone(options["zone"]) if "zone" in options else fresh.zone,
            weekdays=parse_days(options["days"]) if "days" in options else fresh.weekdays,
            roles=parse_roles(options["roles"]) if "roles" in options else fresh.roles,
            effective_from=self._clock.now(),
            paused=None,
            owner=invocation.caller.user,
        )

    async def _describe(self, work: UnitOfWork, schedule: Schedule) -> Message:
        last = await work.occurrences.last_date(schedule.id)
        due = next_due(schedule, last, self._clock.now())
        if schedule.paused is not None:
            following = f"paused ({schedule.paused})"
        elif due is None:
            following = "never"
        else:
            following = f"{due.astimezone(ZoneInfo(schedule.zone)):%A %d %B, %H:%M}"
        return Message(
            blocks=(
                Heading("Daily question in this channel"),
                Fields(
                    (
                        ("When", f"{schedule.at:%H:%M}, {format_days(schedule.weekdays)}"),
                        ("Time zone", schedule.zone),
                        ("Roles", ", ".join(role.title for role in schedule.roles)),
                        ("Next", following),
                    )
                ),
                Context(
                    line(
                        "Change it with the same command; ",
                        code("/prep schedule pause"),
                        " or ",
                        code("/prep schedule remove"),
                        " stops it.",
                    )
                ),
            )
        )


def _with_lacks(message: Message, lacks: Sequence[str]) -> Message:
    """Add what the channel has to allow before questions come as they should."""
    if not lacks:
        return message
    warning = Text(
        line("I can't ask here as I should yet: please give me ", bold(", ".join(lacks)), ".")
    )
    return replace(message, blocks=(*message.blocks, warning))
