"""``/prep settings``: who sees a channel's grades, when it reveals, how long edits count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from handlers.command import Choice, Command, Option, UsageError
from handlers.daily.timetable import parse_time
from handlers.feature import Feature
from handlers.invocation import CommandInvocation
from handlers.message import Context, Fields, Heading, Message, Outcome, Response, code, line, say
from handlers.records import ChannelSettings, GradeMode
from handlers.storage import UnitOfWorkFactory
from handlers.teams.membership import join

MAX_EDIT_MINUTES: Final = 24 * 60

COMMAND: Final = Command(
    name="settings",
    description="Show or change who sees grades here, when they are revealed, and edits",
    options=(
        Option(
            name="grades",
            description="open, private, or blind until the reveal",
            choices=(
                Choice(value="open", label="Open: grades stand in the thread", aliases=("public",)),
                Choice(value="private", label="Private: each author sees their own"),
                Choice(value="blind", label="Blind: hidden until the reveal", aliases=("hidden",)),
            ),
        ),
        Option(name="reveal", description="Local time of the reveal, for example 17:00"),
        Option(name="edits", description="Minutes in which an edit is graded again, or off"),
    ),
    manages=True,
)

_WHAT: Final = {
    GradeMode.OPEN: "open: in the thread, for everybody",
    GradeMode.PRIVATE: "private: to each author, in a direct message",
    GradeMode.BLIND: "blind: hidden until the reveal, answers by button or direct message",
}
_ALONE: Final = say(
    "In a direct message only you see your grades. Use this command in a channel to change how "
    "it plays."
)


class SettingsCommand:
    """Handles `COMMAND`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Show the channel's settings, changed where options say so.

        Raises:
            UsageError: an option's value is none.
        """
        caller, options = invocation.caller, invocation.options
        if caller.is_direct:
            return Response(message=_ALONE)
        async with self._unit_of_work() as work:
            team = (await join(work, caller)).team
            schedule = await work.schedules.of_channel(caller.channel)
            settings = await work.channels.get(caller.channel) or ChannelSettings(
                team_id=team.id, channel=caller.channel
            )
            if options:
                settings = _changed(settings, options)
                await work.channels.put(settings)
        zone = schedule.zone if schedule is not None else team.zone
        return Response(message=_describe(settings, zone, changed=bool(options)))


def _changed(settings: ChannelSettings, options: Mapping[str, str]) -> ChannelSettings:
    grades, reveal, edits = options.get("grades"), options.get("reveal"), options.get("edits")
    return replace(
        settings,
        grades=settings.grades if grades is None else GradeMode(grades),
        reveal_at=settings.reveal_at if reveal is None else parse_time(reveal),
        edit_minutes=settings.edit_minutes if edits is None else parse_minutes(edits),
    )


def parse_minutes(text: str) -> int:
    """Read how many minutes edits count: ``10``, ``10 min``, or ``off``.

    Raises:
        UsageError: it is none, or more than a day.
    """
    typed = text.strip().casefold()
    if typed in {"off", "no", "never", "none"}:
        return 0
    match = re.fullmatch(r"([0-9]{1,4})\s*(?:m|min|mins|minutes?)?", typed)
    if match is None or int(match[1]) > MAX_EDIT_MINUTES:
        raise UsageError(
            f"“{text}” is no number of minutes: write one from 0 to {MAX_EDIT_MINUTES}, or off."
        )
    return int(match[1])


def _describe(settings: ChannelSettings, zone: str, *, changed: bool) -> Message:
    edits = settings.edit_minutes
    pairs = [("Grades", _WHAT[settings.grades])]
    if settings.grades is GradeMode.BLIND:
        pairs.append(("Reveal", f"{settings.reveal_at:%H:%M} ({zone})"))
    pairs.append(("Edits", f"graded once more within {edits} minutes" if edits else "not graded"))
    note = "Grades and reveal count for questions from now on. " if changed else ""
    return Message(
        blocks=(
            Heading("Settings of this channel"),
            Fields(tuple(pairs)),
            Context(
                line(
                    f"{note}Change them like this: ",
                    code("/prep settings blind --reveal 17:00 --edits 10"),
                )
            ),
        )
    )
