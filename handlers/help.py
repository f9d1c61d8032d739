"""``/prep help``: lists the commands, or explains one; and what to say to a mistyped one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Final

from handlers.command import ROOT, Command, Lookup, Option, UsageError, suggest
from handlers.feature import Feature
from handlers.invocation import CommandInvocation
from handlers.message import (
    Bullets,
    Context,
    Heading,
    Line,
    Message,
    Response,
    Text,
    bold,
    code,
    line,
)

COMMAND: Final = Command(
    name="help",
    description="List the commands, or explain one",
    options=(Option(name="command", description="The command to explain", lookup=Lookup.COMMAND),),
)
_NEAR: Final = 3
# How people meet the commands: in lists they stand in this order, under these headings.
GROUPS: Final = (
    ("The daily question", ("today", "answer", "hint", "skip")),
    ("Practice on your own", ("practice", "report", "plan", "remind")),
    ("Your team", ("leaderboard", "progress", "questions", "link", "unlink")),
    (
        "For those who run it",
        ("schedule", "settings", "managers", "drafts", "appeals", "doctor"),
    ),
)
_ORDER: Final = [name for _, names in GROUPS for name in names]


def in_order(features: Sequence[Feature]) -> list[Feature]:
    """Return features in the order in which people meet their commands; unknown ones last."""
    known = {name: place for place, name in enumerate(_ORDER)}
    return sorted(features, key=lambda f: known.get(f.command.name, len(known)))


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
                *self._groups(),
                Context(
                    line(
                        "To answer, reply to a question or press its button. In a channel that "
                        "plays blind, use the button or write to me: there, grades stay hidden "
                        "until the reveal."
                    )
                ),
                Context(
                    line(
                        code(f"/{ROOT} settings"),
                        " shows who sees the grades of a channel: everybody, each author alone "
                        "(private), or nobody before the reveal (blind). ",
                        code(f"/{ROOT} help settings"),
                        " explains.",
                    )
                ),
            )
        )

    def _groups(self) -> Iterator[Text | Bullets]:
        for title, names in (*GROUPS, ("Help", (COMMAND.name,))):
            commands = [command for command in self._commands if command.name in names]
            if commands:
                yield Text(line(bold(title)))
                yield Bullets(tuple(map(_line, commands)))


def correct(typed: str, error: UsageError, commands: Sequence[Command]) -> Message:
    """Return what was wrong with a typed command, and how the ones that were meant are used.

    Args:
        typed: what stood behind ``/prep``.
        error: why it could not be read; written for the person who typed.
        commands: the declared commands.
    """
    word = typed.strip().partition(" ")[0].casefold()
    named = [command for command in commands if command.name == word]
    return Message(
        blocks=(
            Text(line(str(error))),
            Bullets(tuple(map(_line, named or _near(word, commands)))),
            Context(line(code(f"/{ROOT} help"), " lists all I can do.")),
        )
    )


def _near(word: str, commands: Sequence[Command]) -> list[Command]:
    """Return the commands that a word may be short or mistyped for, or all of them."""
    names = [command.name for command in commands]
    begun = [name for name in names if word and name.startswith(word)]
    alike = difflib.get_close_matches(word, names, n=_NEAR, cutoff=0.5)
    near = list(dict.fromkeys([*begun, *alike]))[:_NEAR]
    return [command for command in commands if command.name in near] or list(commands)


def _line(command: Command) -> Line:
    return line(code(command.usage), f" {command.description}")


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
