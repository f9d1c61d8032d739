"""``/prep managers``: whom the workspace's admins let manage Prepbot besides themselves."""

from __future__ import annotations

from typing import Final

from handlers.command import (
    Choice,
    Command,
    Group,
    Option,
    OptionKind,
    Person,
    UsageError,
    read_people_option,
)
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
        Option(
            name="person",
            description="Whom, for example @ada; on Discord also a role of the server",
            kind=OptionKind.PERSON,
            groups=True,
        ),
    ),
)

_NOT_AN_ADMIN: Final = say(
    "Only people who run this workspace may name managers. Ask one of its admins."
)


_MAY: Final = "may now set schedules, change settings and decide on appeals in this workspace."


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
                named = await work.teams.managers(membership.team.id)
                groups = await work.manager_groups.of_team(membership.team.id)
                return Response(message=_list(named, groups))
            whom = _whom(caller, options.get("person"))
            if isinstance(whom, Group):
                told = await self._change_group(work, membership, whom, action)
            else:
                person = await enrol(work, membership.team, whom.user, whom.name)
                if action == "remove":
                    told = await self._remove(work, person)
                else:
                    told = await self._add(work, person, membership.member)
        return Response(message=say(told))

    async def _change_group(
        self, work: UnitOfWork, membership: Membership, group: Group, action: str
    ) -> str:
        people = f"everybody with the role {group.name or group.id}"
        if action == "remove":
            if not await work.manager_groups.unname(membership.team.id, group):
                return f"Nobody had named {people}."
            return f"Done: having the role {group.name or group.id} no longer lets anybody manage."
        is_new = await work.manager_groups.name(
            membership.team.id, group, by=membership.member, now=self._clock.now()
        )
        if not is_new:
            return f"{people[:1].upper()}{people[1:]} may manage Prepbot already."
        return f"Done: {people} {_MAY}"

    async def _add(self, work: UnitOfWork, named: Member, by: Member) -> str:
        if not await work.teams.name_manager(named, by=by, now=self._clock.now()):
            return f"{named.name} may manage Prepbot already."
        return f"Done: {named.name} {_MAY}"

    async def _remove(self, work: UnitOfWork, named: Member) -> str:
        if not await work.teams.unname_manager(named):
            return f"Nobody had named {named.name}. Admins of the workspace may always manage."
        return f"Done: {named.name} no longer manages Prepbot."


def _whom(caller: Caller, value: str | None) -> Person | Group:
    if value is None:
        raise UsageError("Say whom, for example: /prep managers add @ada")
    whom = read_people_option(value)
    if isinstance(whom, Group):
        if whom.workspace != caller.workspace:
            raise UsageError("That role belongs to another server.")
        return whom
    if (whom.user.platform, whom.user.realm) != (caller.user.platform, caller.user.realm):
        raise UsageError("That person belongs to another workspace.")
    return whom


def _list(named: list[Member], groups: list[Group]) -> Message:
    title = Heading("Who may manage Prepbot")
    admins = Text(line("Admins and owners of the workspace may, and whom they name:"))
    how = Context(line(code("/prep managers add @ada"), " names somebody."))
    if not named and not groups:
        return Message(blocks=(title, admins, Text(line("Nobody has been named yet.")), how))
    people = [line(member.name) for member in named]
    roles = [line(f"everybody with the role {group.name or group.id}") for group in groups]
    return Message(blocks=(title, admins, Bullets((*people, *roles)), how))
