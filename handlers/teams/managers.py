"""``/prep managers``: whom the workspace's admins let manage Prepbot besides themselves."""

from __future__ import annotations

from typing import Final

from handlers.command import Choice, Command, Option, OptionKind, UsageError, read_person_option
from handlers.feature import Feature
from handlers.invocation import Caller, CommandInvocation
from handlers.message import (
    Bullets,
    Context,
    Heading,
    Message,
    Outcome,
    Response,
    Text,
    code,
    line,
    say,
)
from handlers.ports import Clock
from handlers.records import Member
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import Membership, enrol, join

COMMAND: Final = Command(
    name="managers",
    description="Say who may manage schedules, settings and appeals (for admins)",
    options=(
        Option(
            name="action",
            description="add, remove or list",
            choices=(
                Choice(value="add", label="Add somebody"),
                Choice(value="remove", label="Remove somebody", aliases=("delete",)),
                Choice(value="list", label="List them", aliases=("show",)),
            ),
        ),
        Option(name="person", description="Whom, for example @ada", kind=OptionKind.PERSON),
    ),
)

_NOT_AN_ADMIN: Final = say(
    "Only people who run this workspace may name managers. Ask one of its admins."
)


class ManagersCommand:
    """Handles `COMMAND`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Name somebody, take it back, or list those named.

        Raises:
            UsageError: it is not said whom, or they belong somewhere else.
        """
        caller, options = invocation.caller, invocation.options
        # Those who were named name nobody: otherwise an admin could not take it back.
        if not caller.leads:
            return Response(message=_NOT_AN_ADMIN)
        action = options.get("action", "add" if "person" in options else "list")
        async with self._unit_of_work() as work:
            membership = await join(work, caller)
            if action == "list":
                return Response(message=_list(await work.teams.managers(membership.team.id)))
            named = await _person(work, membership, caller, options.get("person"))
            if action == "remove":
                told = await self._remove(work, named)
            else:
                told = await self._add(work, named, membership.member)
        return Response(message=say(told))

    async def _add(self, work: UnitOfWork, named: Member, by: Member) -> str:
        if not await work.teams.name_manager(named, by=by, now=self._clock.now()):
            return f"{named.name} may manage Prepbot already."
        return (
            f"Done: {named.name} may now set schedules, change settings and decide on appeals "
            "in this workspace."
        )

    async def _remove(self, work: UnitOfWork, named: Member) -> str:
        if not await work.teams.unname_manager(named):
            return f"Nobody had named {named.name}. Admins of the workspace may always manage."
        return f"Done: {named.name} no longer manages Prepbot."


async def _person(
    work: UnitOfWork, membership: Membership, caller: Caller, value: str | None
) -> Member:
    if value is None:
        raise UsageError("Say whom, for example: /prep managers add @ada")
    person = read_person_option(value)
    if (person.user.platform, person.user.realm) != (caller.user.platform, caller.user.realm):
        raise UsageError("That person belongs to another workspace.")
    return await enrol(work, membership.team, person.user, person.name)


def _list(named: list[Member]) -> Message:
    title = Heading("Who may manage Prepbot")
    admins = Text(line("Admins and owners of the workspace may, and whom they name:"))
    how = Context(line(code("/prep managers add @ada"), " names somebody."))
    if not named:
        return Message(blocks=(title, admins, Text(line("Nobody has been named yet.")), how))
    return Message(
        blocks=(title, admins, Bullets(tuple(line(member.name) for member in named)), how)
    )
