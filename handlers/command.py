"""Commands and their options, declared once and registered on every platform.

Discord builds its option fields from a declaration; Slack and the console parse typed text with
`handlers.command_parse.parse`. All three hand the same `CommandInvocation` to the dispatcher.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from handlers.refs import UserRef, WorkspaceRef

ROOT: Final = "prep"
_GROUP: Final = "group "


class UsageError(Exception):
    """What was typed fits no command; the text says what would."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One allowed value of an option.

    Attributes:
        value: what is typed and handed on.
        label: what a list shows.
        aliases: other spellings that mean the same.
    """

    value: str
    label: str
    aliases: tuple[str, ...] = ()


class OptionKind(StrEnum):
    """What an option's value is.

    `TEXT` is handed on as it was typed. `PERSON` is somebody on the platform, mentioned or picked
    from a list, and is handed on as `Person.pack` writes it.
    """

    TEXT = "text"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody named in a command.

    Attributes:
        name: what the platform calls them; may be empty.
    """

    user: UserRef
    name: str = ""

    def pack(self) -> str:
        """Return the text form, for example ``slack/T1/U1 Ada Lovelace``."""
        return f"{self.user.pack()} {self.name}".rstrip()

    @staticmethod
    def unpack(text: str) -> Person:
        """Read the text form.

        Raises:
            ValueError: the text names nobody.
        """
        user, _, name = text.partition(" ")
        return Person(user=UserRef.unpack(user), name=name.strip())


@dataclass(frozen=True, kw_only=True)
class Group:
    """Everybody with a role on the platform, named in a command.

    Attributes:
        workspace: where the role is.
        id: the role's.
        name: what the platform calls it; may be empty.
    """

    workspace: WorkspaceRef
    id: str
    name: str = ""

    @property
    def ref(self) -> str:
        """Its address, for example ``discord/1/2``."""
        return f"{self.workspace.pack()}/{self.id}"

    def pack(self) -> str:
        """Return the text form, for example ``group discord/1/2 Leads``."""
        return f"{_GROUP}{self.ref} {self.name}".rstrip()

    @staticmethod
    def unpack(text: str) -> Group:
        """Read the text form.

        Raises:
            ValueError: the text names no group.
        """
        ref, _, name = text.removeprefix(_GROUP).partition(" ")
        workspace, _, id_ = ref.rpartition("/")
        if not text.startswith(_GROUP) or not id_:
            raise ValueError(f"not a group: {text!r}")
        return Group(workspace=WorkspaceRef.unpack(workspace), id=id_, name=name.strip())


class Lookup(StrEnum):
    """Where an option's values can be looked up while somebody is typing.

    Discord offers what is found below the field; typed text reaches the command in any case, and
    is explained where it fits nothing.
    """

    COMMAND = "command"
    QUESTION = "question"
    ROLE = "role"
    ROLES = "roles"
    TOPIC = "topic"
    ZONE = "zone"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A name and a description in another language, for platforms that show them translated.

    Attributes:
        name: as Discord takes it: lower case, one word; empty where it is not translated.
        description: empty where it is not translated.
    """

    name: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Option:
    """An option of a command.

    Attributes:
        name: lower case, one word, at most 32 characters.
        description: at most 100 characters.
        choices: the allowed values, at most 25; empty where any text will do.
        takes_rest: whether, as the last option, it swallows the rest of the line as typed.
        kind: what its value is; a person's has no choices.
        lookup: where its values can be looked up.
        groups: whether, in a person's place, everybody with a role on the platform may be named,
            where it has roles; handed on as `Group.pack` writes it.
        by_name: whether typed text gives it by name only, never by place: a word that was meant
            for another option must not land here.
        wordings: translations, by locale, for example ``de`` or ``pt-BR``.
    """

    name: str
    description: str
    choices: tuple[Choice, ...] = ()
    takes_rest: bool = False
    kind: OptionKind = OptionKind.TEXT
    lookup: Lookup | None = None
    groups: bool = False
    by_name: bool = False
    wordings: Mapping[str, Wording] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command below ``/prep``; every option may be left out.

    Attributes:
        name: lower case, one word, at most 32 characters.
        description: at most 100 characters.
        options: in the order in which typed values fill them.
        manages: whether it changes the channel's settings and so needs `Caller.may_manage`.
        opens_form: whether it may open a form. A form can only be a first response, so nothing
            may be said before what comes of the command is known.
        wordings: translations, by locale, for example ``de`` or ``pt-BR``.
    """

    name: str
    description: str
    options: tuple[Option, ...] = ()
    manages: bool = False
    opens_form: bool = False
    wordings: Mapping[str, Wording] = field(default_factory=dict)

    @property
    def usage(self) -> str:
        """How it is typed, for example ``/prep today [role]``."""
        return " ".join([f"/{ROOT}", self.name, *map(_shown, self.options)])


def suggest(word: str, known: Sequence[str]) -> str:
    """Return one sentence that offers the nearest of ``known``, or all of them."""
    near = difflib.get_close_matches(word.casefold(), known, n=3, cutoff=0.5)
    if near:
        return did_you_mean(near)
    return f"Choose from: {', '.join(known)}."


def find_choice(value: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the choice that ``value`` names by value, label or alias; case does not matter."""
    wanted = _fold(value)
    for choice in choices:
        if wanted in {_fold(choice.value), _fold(choice.label), *map(_fold, choice.aliases)}:
            return choice
    return None


def read_person_option(value: str) -> Person:
    """Return whom a `OptionKind.PERSON` option names.

    Raises:
        UsageError: the platform handed on something that names nobody.
    """
    try:
        return Person.unpack(value)
    except ValueError as error:
        raise UsageError(nobody(value)) from error


def read_people_option(value: str) -> Person | Group:
    """Return whom a person's option names that takes groups as well.

    Raises:
        UsageError: the platform handed on something that names nobody.
    """
    if not value.startswith(_GROUP):
        return read_person_option(value)
    try:
        return Group.unpack(value)
    except ValueError as error:
        raise UsageError(nobody(value)) from error


def check_choice(option: Option, value: str) -> str:
    """Return ``value`` as the option's choice spells it.

    Raises:
        UsageError: the option has choices and this is none of them.
    """
    if not option.choices:
        return value
    choice = find_choice(value, option.choices)
    if choice is None:
        known = [c.value for c in option.choices]
        raise UsageError(f"There is no {option.name} “{shorten(value)}”. {suggest(value, known)}")
    return choice.value


def _shown(option: Option) -> str:
    return f"[--{option.name} …]" if option.by_name else f"[{option.name}]"


def nobody(typed: str) -> str:
    """Return what is said of a text that should name somebody and does not."""
    return f"“{shorten(typed)}” names nobody here: type @ and pick the person from the list."


def _fold(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


def did_you_mean(words: Sequence[str]) -> str:
    """Return the question whether one of these was meant, one or more."""
    either = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return f"Did you mean {either}?"


def shorten(word: str) -> str:
    """Return what was typed, short enough to be said again."""
    return word if len(word) <= 40 else word[:39] + "…"
