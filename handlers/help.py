"""``/prep help``: lists the commands, or explains one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.command import Command, Option, UsageError, suggest
from handlers.feature import Feature
from handlers.invocation import CommandInvocation
from handlers.message import Bullets, Context, Heading, Message, Response, Text, code, line

COMMAND: Final = Command(
    name="help",
    description="List the commands, or explain one",
    options=(Option(name="command", description="The command to explain"),),
)


class Help:
    """Handles `COMMAND` for the commands it is given, itself included."""

    def __init__(self, commands: Sequence[Command]) -> None:
        self._commands = (*commands, COMMAND)

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Response:
        """List the commands or explain the one named.

        Raises:
            UsageError: there is no such command.
        """
        name = invocation.options.get("command")
        if name is None:
            return Response(message=self._list())
        name = name.removeprefix("/prep ").removeprefix("/").casefold()
        for command in self._commands:
            if command.name == name:
                return Response(message=_explain(command))
        raise UsageError(
            f"There is no command “{name}”. {suggest(name, [c.name for c in self._commands])}"
        )

    def _list(self) -> Message:
        return Message(
            blocks=(
                Heading("What I can do"),
                Bullets(
                    tuple(line(code(c.usage), f" {c.description}") for c in self._commands),
                ),
                Context(
                    line("To answer, reply to a question; ", code("/prep help today"), " explains.")
                ),
            )
        )


def _explain(command: Command) -> Message:
    options = tuple(
        line(
            code(option.name),
            f" {option.description}",
            f": {', '.join(c.value for c in option.choices)}" if option.choices else "",
        )
        for option in command.options
    )
    return Message(
        blocks=(
            Heading(command.usage),
            Text(line(f"{command.description}.")),
            *((Bullets(options),) if options else ()),
        )
    )
