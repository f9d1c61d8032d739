"""What an option may mean, while it is still being typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import available_timezones

from handlers.command import Choice, Command, Lookup
from handlers.completion.catalogue import narrow, question_entries, topic_entries
from handlers.invocation import Caller, Typing
from handlers.roles import ROLE_CHOICES
from handlers.storage import SHIPPED_TEAM, UnitOfWorkFactory
from handlers.teams.membership import known_team
from questions.lookup import Entry, find
from questions.selection import QuestionCard

MOST: Final = 25
# Nobody looks for these: they are there for old programs.
_NO_PLACES: Final = ("Etc/", "SystemV/", "posix/", "right/", "US/")


class Completer:
    """Answers from storage what the bank has, and from tables what never changes."""

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def complete(
        self, lookup: Lookup, typing: Typing, commands: Sequence[Command]
    ) -> list[Choice]:
        """Return at most `MOST` values, the likeliest first.

        Args:
            lookup: where to look.
            typing: what was typed so far, and by whom.
            commands: the declared commands.

        Raises:
            StorageUnavailable: the bank can't be read.
        """
        match lookup:
            case Lookup.COMMAND:
                names = [Entry(value=c.name, label=f"{c.name}: {c.description}") for c in commands]
                return _choices(find(typing.text, names, most=MOST))
            case Lookup.ROLE:
                return _choices(find(typing.text, _roles(), most=MOST))
            case Lookup.ROLES:
                return _several(typing.text)
            case Lookup.ZONE:
                return _choices(find(typing.text, _zones(), most=MOST))
            case Lookup.TOPIC:
                cards = narrow(await self._cards(typing.caller), role=typing.others.get("role"))
                return _choices(find(typing.text, topic_entries(cards), most=MOST))
            case Lookup.QUESTION:
                cards = narrow(
                    await self._cards(typing.caller),
                    role=typing.others.get("role"),
                    topic=typing.others.get("topic"),
                )
                return _choices(find(typing.text, question_entries(cards), most=MOST))

    async def _cards(self, caller: Caller) -> list[QuestionCard]:
        async with self._unit_of_work(read_only=True) as work:
            team = await known_team(work, caller)
            return await work.questions.cards(SHIPPED_TEAM if team is None else team.id)


def _choices(entries: Sequence[Entry]) -> list[Choice]:
    return [Choice(value=entry.value, label=entry.label) for entry in entries]


def _roles() -> list[Entry]:
    return [Entry(value=c.value, label=c.label, words=c.aliases) for c in ROLE_CHOICES]


def _several(typed: str) -> list[Choice]:
    """Return roles for the end of a list of roles, behind those that stand in it already."""
    *done, last = [part.strip() for part in typed.split(",")]
    named = [part for part in done if part]
    fresh = [entry for entry in _roles() if entry.value not in named]
    found = [",".join([*named, entry.value]) for entry in find(last, fresh, most=MOST)]
    everyone = [] if named or last else [Choice(value="all", label="Every role in turn")]
    return [*everyone, *(Choice(value=value, label=value) for value in found)][:MOST]


def _zones() -> list[Entry]:
    places = sorted(z for z in available_timezones() if "/" in z and not z.startswith(_NO_PLACES))
    return [Entry(value=zone, label=zone) for zone in ["UTC", *places]]
