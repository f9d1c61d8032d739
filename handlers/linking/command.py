"""``/prep link`` and ``/prep unlink``, and the buttons under what they say."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from handlers.command import Choice, Command, Option, UsageError
from handlers.feature import Feature
from handlers.invocation import ActionInvocation, Caller, CommandInvocation
from handlers.linking import words
from handlers.linking.code import (
    LENGTH,
    LIFETIME,
    WRONG_WITHIN,
    digest,
    make_code,
    may_try,
    read_code,
)
from handlers.linking.join import join_members, join_teams, part
from handlers.linking.record import Link, LinkCode, LinkKind, LinkRefused
from handlers.message import Message, Outcome, Response, say
from handlers.notices.notice import tell
from handlers.ports import Clock
from handlers.records import NoticeKind, Team
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import enrol, join, known_team
from handlers.teams.permission import may_lead

_TEAM: Final = "team"
LINK: Final = Command(
    name="link",
    description="Link your accounts on two platforms, or join two teams with “team”",
    options=(
        Option(
            name="code",
            description="A code from the other platform, “team” for a team's code, or nothing",
        ),
    ),
)
UNLINK: Final = Command(
    name="unlink",
    description="Undo your newest link, or the team's with “team”; nothing is lost",
    options=(
        Option(
            name="what",
            description="Your own account, or the team (for leads)",
            choices=(
                Choice(value="me", label="My account"),
                Choice(value=_TEAM, label="The team"),
            ),
        ),
    ),
)


class LinkCommands:
    """Handles `LINK`, `UNLINK` and their buttons.

    Args:
        unit_of_work: opens units of work.
        clock: what tells the time.
        randomness: returns so many unpredictable bytes.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        clock: Clock,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._randomness = randomness

    @property
    def features(self) -> list[Feature]:
        """The commands with their handlers."""
        return [Feature(LINK, self.link), Feature(UNLINK, self.unlink)]

    async def link(self, invocation: CommandInvocation) -> Outcome:
        """Give a code out, or take one.

        Raises:
            UsageError: what was typed is no code.
            NoTeam: a code is asked for in a direct message by somebody unknown.
        """
        typed = invocation.options.get("code", "").strip()
        caller = invocation.caller
        if not typed:
            return Response(message=await self._give_code(caller, LinkKind.MEMBER))
        if typed.casefold() == _TEAM:
            async with self._unit_of_work(read_only=True) as work:
                refused = await _refuse(work, caller)
            return Response(message=refused or await self._give_code(caller, LinkKind.TEAM))
        return Response(message=await self._take_code(caller, typed))

    async def unlink(self, invocation: CommandInvocation) -> Outcome:
        """Undo the newest link of the caller or of their team."""
        caller = invocation.caller
        async with self._unit_of_work() as work:
            membership = await join(work, caller)
            if invocation.options.get("what") == _TEAM:
                refused = await _refuse(work, caller)
                if refused is not None:
                    return Response(message=refused)
                made = await work.links.made(LinkKind.TEAM, membership.team.id)
                nothing = words.NO_TEAM_LINKED
            else:
                made = await work.links.made(LinkKind.MEMBER, membership.member.id)
                nothing = words.NOTHING_LINKED
            if not made:
                return Response(message=nothing)
            await part(work, made[0])
        return Response(message=words.parted(made[0]))

    async def undo(self, invocation: ActionInvocation) -> Outcome:
        """Undo the link under whose message the button stands."""
        caller = invocation.caller
        async with self._unit_of_work() as work:
            link = await work.links.get(invocation.action.subject)
            team = await known_team(work, caller)
            if link is None or team is None:
                return Response(message=words.GONE)
            if link.kind is LinkKind.TEAM:
                refused = None if _was_party(link, caller) else await _refuse(work, caller)
                if refused is not None:
                    return Response(message=refused)
                owner = team.id
            else:
                member = await work.teams.member(team.id, caller.user)
                owner = "" if member is None else member.id
            if link not in await work.links.made(link.kind, owner):
                return Response(message=words.GONE)
            await part(work, link)
        return Response(message=words.parted(link))

    async def confirm(self, invocation: ActionInvocation) -> Outcome:
        """Join two teams: a lead of one typed the code of a lead of the other, and agreed."""
        caller, now = invocation.caller, self._clock.now()
        try:
            async with self._unit_of_work() as work:
                refused = await _refuse(work, caller)
                if refused is not None:
                    return Response(message=refused)
                mine = (await join(work, caller)).team
                taken = await work.links.take_code(invocation.action.subject, now)
                if taken is None or taken.kind is not LinkKind.TEAM:
                    return Response(message=words.UNKNOWN_CODE)
                if taken.team_id == mine.id:
                    return Response(message=words.ONE_TEAM_ALREADY)
                link = await join_teams(
                    work, kept_id=taken.team_id, other_id=mine.id, by=caller.user, now=now
                )
                await _tell(work, link, taken)
                places = await work.links.workspaces(taken.team_id)
        except LinkRefused as refusal:
            return Response(message=say(str(refusal)))
        return Response(message=words.joined(link, places))

    async def _give_code(self, caller: Caller, kind: LinkKind) -> Message:
        typed = make_code(self._randomness(2 * LENGTH))
        async with self._unit_of_work() as work:
            membership = await join(work, caller)
            code = LinkCode(
                digest=digest(typed),
                kind=kind,
                team_id=membership.team.id,
                member_id=membership.member.id,
                user=caller.user,
                expires_at=self._clock.now() + LIFETIME,
            )
            await work.links.put_code(code)
            accounts = await work.links.accounts(membership.member.id)
        if kind is LinkKind.TEAM:
            return words.team_code(typed)
        return words.your_code(typed, accounts)

    async def _take_code(self, caller: Caller, typed: str) -> Message:
        read = read_code(typed)
        if read is None:
            raise UsageError(
                "A code has eight letters and digits, for example 7KQM-2XWD. /prep link on the "
                "other platform gives you one."
            )
        now = self._clock.now()
        try:
            async with self._unit_of_work() as work:
                if not may_try(await work.links.wrong(caller.user, now - WRONG_WITHIN), now):
                    return words.TOO_MANY
                code = await work.links.find_code(digest(read), now)
                if code is None:
                    await work.links.note_wrong(caller.user, now)
                    return words.UNKNOWN_CODE
                if code.user == caller.user:
                    return words.SAME_ACCOUNT
                if code.kind is LinkKind.TEAM:
                    return await _ask_to_join(work, caller, code)
                return await self._link_accounts(work, caller, code)
        except LinkRefused as refusal:
            return say(str(refusal))

    async def _link_accounts(self, work: UnitOfWork, caller: Caller, code: LinkCode) -> Message:
        now = self._clock.now()
        team = await known_team(work, caller)
        if team is None and caller.workspace is None:
            team = await _team_of(work, code)  # they only ever wrote to me alone
        if team is None or team.id != code.team_id:
            return words.TWO_TEAMS
        member = await enrol(work, team, caller.user, caller.display_name)
        if member.id == code.member_id:
            return words.LINKED_ALREADY
        await work.links.take_code(code.digest, now)
        link = await join_members(
            work,
            team_id=team.id,
            kept_id=code.member_id,
            other_id=member.id,
            by=caller.user,
            now=now,
        )
        await _tell(work, link, code)
        return words.linked(link, await work.links.accounts(code.member_id))


async def _refuse(work: UnitOfWork, caller: Caller) -> Message | None:
    if caller.workspace is None:
        return words.NO_LEAD_HERE
    return None if await may_lead(work, caller) else words.NOT_A_LEAD


async def _ask_to_join(work: UnitOfWork, caller: Caller, code: LinkCode) -> Message:
    refused = await _refuse(work, caller)
    if refused is not None:
        return refused
    mine = (await join(work, caller)).team
    if mine.id == code.team_id:
        return words.ONE_TEAM_ALREADY
    return words.confirm_team(
        code.digest,
        await work.links.workspaces(mine.id),
        await work.links.workspaces(code.team_id),
    )


async def _team_of(work: UnitOfWork, code: LinkCode) -> Team:
    zone = await work.teams.zone(code.team_id)
    return Team(id=code.team_id, name="", zone=zone)


async def _tell(work: UnitOfWork, link: Link, code: LinkCode) -> None:
    await tell(
        work,
        NoticeKind.LINKED,
        code.user,
        team_id=link.team_id,
        subject=link.id,
        key=f"linked:{link.id}",
    )


def _was_party(link: Link, caller: Caller) -> bool:
    return link.made_by == caller.user
