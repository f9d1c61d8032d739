"""Commands that are typed: from a line of text to a command with its options."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.command import (
    ROOT,
    Command,
    Option,
    OptionKind,
    Person,
    UsageError,
    check_choice,
    find_choice,
    nobody,
    shorten,
    suggest,
)

_DASHES: Final = str.maketrans({"—": "--", "–": "--"})

ReadPerson = Callable[[str], Person | None]
"""Reads a platform's own text for a person, such as ``<@U1|ada>``; ``None`` where it is none."""


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A command as typed, its options by name."""

    command: Command
    options: dict[str, str]


def parse(text: str, commands: Sequence[Command], read_person: ReadPerson | None = None) -> Parsed:
    """Read what stands behind ``/prep``.

    A value is given by name (``--role ai-engineer`` or ``--role=ai-engineer``) or by place: a
    value that an option with choices knows goes there, any other to the first free option
    without choices. An empty text is ``help``.

    Args:
        text: for example ``today --role ai-engineer``.
        commands: the declared commands.
        read_person: how the platform writes people; without it, nobody can be named.

    Raises:
        UsageError: unknown command, option or choice; names the nearest ones that exist.
    """
    name, _, rest = text.strip().partition(" ")
    name = name.casefold() or "help"
    command = next((c for c in commands if c.name == name), None)
    if command is None:
        known = [c.name for c in commands]
        raise UsageError(f"I don't know “/{ROOT} {shorten(name)}”. {suggest(name, known)}")
    options = _parse_options(command, rest.strip())
    for option in command.options:
        if option.kind is OptionKind.PERSON and option.name in options:
            typed = options[option.name]
            person = None if read_person is None else read_person(typed)
            if person is None:
                raise UsageError(nobody(typed))
            options[option.name] = person.pack()
    return Parsed(command=command, options=options)


def _parse_options(command: Command, rest: str) -> dict[str, str]:
    given: dict[str, str] = {}
    stray: list[str] = []
    while rest:
        swallowing = next(
            (o for o in command.options if o.takes_rest and o.name not in given), None
        )
        word, rest_after = _next_word(rest)
        flag = re.match(r"^--([A-Za-z][\w-]*)(?:=(.*))?$", word.translate(_DASHES), re.DOTALL)
        if flag and (option := _named(command, flag[1], strict=swallowing is None)):
            value, rest = _flag_value(option, flag[2], rest_after)
            given[option.name] = check_choice(option, value)
        elif (option := _placed(command, word, given)) is not None:
            given[option.name] = check_choice(option, word)
            rest = rest_after
        elif swallowing is not None:
            given[swallowing.name] = rest
            rest = ""
        else:
            stray.append(word)
            rest = rest_after
    if stray:
        raise UsageError(_explain_stray(command, stray[0]))
    return given


def _named(command: Command, name: str, *, strict: bool) -> Option | None:
    option = next((o for o in command.options if o.name == name.casefold()), None)
    if option is None and strict:
        known = [f"--{o.name}" for o in command.options]
        if not known:
            raise UsageError(f"“/{ROOT} {command.name}” takes no options.")
        raise UsageError(
            f"“/{ROOT} {command.name}” has no option --{shorten(name)}. "
            f"{suggest(f'--{name}', known)}"
        )
    return option


def _flag_value(option: Option, attached: str | None, rest: str) -> tuple[str, str]:
    if attached:
        return attached, rest
    if option.takes_rest and rest:
        return rest, ""
    value, rest = _next_word(rest)
    if not value:
        raise UsageError(f"--{option.name} needs a value: {option.description}")
    return value, rest


def _placed(command: Command, word: str, given: dict[str, str]) -> Option | None:
    free = [o for o in command.options if o.name not in given and not (o.takes_rest or o.by_name)]
    for option in free:
        if option.choices and find_choice(word, option.choices):
            return option
    return next((o for o in free if not o.choices), None)


def _explain_stray(command: Command, word: str) -> str:
    for option in command.options:
        if option.choices:
            known = [c.value for c in option.choices]
            return f"There is no {option.name} “{shorten(word)}”. {suggest(word, known)}"
    return f"I don't know what to do with “{shorten(word)}”. Use it like this: {command.usage}"


def _next_word(text: str) -> tuple[str, str]:
    """Split off the first word; quotation marks and a mention's brackets keep spaces together."""
    mention = re.match(r"\s*(<@[^<>]*>)(?=\s|$)\s*", text)
    if mention:
        return mention[1], text[mention.end() :]
    quoted = re.match(r"\s*([\"“])(.*?)[\"”](?=\s|$)\s*", text, re.DOTALL)
    if quoted:
        return quoted[2], text[quoted.end() :]
    word, *rest = text.split(maxsplit=1)[:2] or [""]
    return word, rest[0] if rest else ""
