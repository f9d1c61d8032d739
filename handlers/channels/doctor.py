"""``/prep doctor``: what works in this place, what does not, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from handlers.command import Command
from handlers.delivery import Deliverer
from handlers.feature import Feature
from handlers.invocation import Caller, CommandInvocation
from handlers.message import Bullets, Context, Heading, Line, Message, Response, bold, code, line
from handlers.records import Schedule
from handlers.storage import UnitOfWorkFactory

COMMAND: Final = Command(
    name="doctor", description="Check what works in this channel and what does not"
)

_READS: Final = "I can read what people write below a question."
_WITHHELD: Final = (
    "I'm not allowed to read them here. The Answer button, Grade this answer in a message's menu "
    "and direct messages do the whole job. To let people reply, turn on the Message Content intent "
    "on the Bot page of Discord's developer portal and restart me."
)
_DIRECT: Final = "Here I can read and answer everything."


class Doctor:
    """Handles `COMMAND`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, deliverer: Deliverer) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Response:
        """Say how this place is."""
        caller = invocation.caller
        async with self._unit_of_work(read_only=True) as work:
            schedule = await work.schedules.of_channel(caller.channel)
        found = (*self._replies(caller), *_schedule(schedule))
        return Response(
            message=Message(
                blocks=(
                    Heading("How I am doing here"),
                    Bullets(found),
                    Context(
                        line(
                            "Whoever runs me can check the rest with ", code("prepbot doctor"), "."
                        )
                    ),
                )
            )
        )

    def _replies(self, caller: Caller) -> Iterator[Line]:
        if caller.is_direct:
            yield line(bold("Replies: "), _DIRECT)
        elif self._deliverer.reads_replies(caller.channel):
            yield line(bold("Replies: "), _READS)
        else:
            yield line(bold("Replies: "), _WITHHELD)


def _schedule(schedule: Schedule | None) -> Iterator[Line]:
    if schedule is None:
        yield line(bold("Schedule: "), "none yet; ", code("/prep schedule"), " sets one.")
    elif schedule.paused is not None:
        why = (
            schedule.paused
            if schedule.paused.startswith("paused")
            else f"paused: {schedule.paused}"
        )
        yield line(bold("Schedule: "), f"{why}. ", code("/prep schedule resume"), " takes it up.")
    else:
        yield line(bold("Schedule: "), f"a question at {schedule.at:%H:%M} ({schedule.zone}).")
