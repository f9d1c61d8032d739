"""Codes and links in SQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.link_tables import link_attempts, link_codes, link_moves, links
from bot.storage.practice_tables import practice_sessions, practice_turns
from bot.storage.relocation import follow, move, move_back
from bot.storage.review_tables import outcomes, reminders, reports
from bot.storage.tables import (
    answers,
    appeals,
    channel_settings,
    identities,
    members,
    occurrences,
    questions,
    schedules,
    scores,
    teams,
    workspaces,
)
from bot.storage.upsert import insert_new, put
from handlers.linking.record import Link, LinkCode, LinkKind
from handlers.refs import Platform, UserRef, WorkspaceRef

_OPEN: Final = ("open", "paused")


class SqlLinks:
    """See `handlers.linking.storage.LinkRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put_code(self, code: LinkCode) -> None:
        """Store a code, in place of an earlier one of that account and kind."""
        row = {
            "digest": code.digest,
            "kind": code.kind.value,
            "team_id": code.team_id,
            "member_id": code.member_id,
            "user_ref": code.user.pack(),
            "expires_at": code.expires_at,
        }
        await put(self._connection, link_codes, row, ("user_ref", "kind"))

    async def find_code(self, digest: str, now: datetime) -> LinkCode | None:
        """Return a code that is still good, and leave it so; ``None`` where there is none."""
        row = (
            await self._connection.execute(
                sa.select(link_codes).where(
                    link_codes.c.digest == digest, link_codes.c.expires_at > now
                )
            )
        ).one_or_none()
        if row is None:
            return None
        return LinkCode(
            digest=row.digest,
            kind=LinkKind(row.kind),
            team_id=row.team_id,
            member_id=row.member_id,
            user=UserRef.unpack(row.user_ref),
            expires_at=row.expires_at,
        )

    async def take_code(self, digest: str, now: datetime) -> LinkCode | None:
        """Return a code that is still good and use it up; ``None`` where there is none."""
        code = await self.find_code(digest, now)
        taken = await self._connection.execute(
            sa.delete(link_codes).where(link_codes.c.digest == digest)
        )
        # Of two that take it at once on PostgreSQL, one finds it gone.
        return code if taken.rowcount == 1 else None

    async def note_wrong(self, user: UserRef, now: datetime) -> None:
        """Store that an account typed a code that is none."""
        await self._connection.execute(
            sa.insert(link_attempts).values(user_ref=user.pack(), at=now)
        )

    async def wrong(self, user: UserRef, since: datetime) -> list[datetime]:
        """Return when an account typed codes that are none; what is older is forgotten."""
        await self._connection.execute(sa.delete(link_attempts).where(link_attempts.c.at <= since))
        rows = await self._connection.execute(
            sa.select(link_attempts.c.at).where(link_attempts.c.user_ref == user.pack())
        )
        return [row.at for row in rows]

    async def accounts(self, member_id: str) -> list[UserRef]:
        """Return a member's accounts, in the order in which they came."""
        rows = await self._connection.execute(
            sa.select(identities.c.user_ref)
            .where(identities.c.member_id == member_id)
            .order_by(identities.c.seq)
        )
        return list(dict.fromkeys(UserRef.unpack(row.user_ref) for row in rows))

    async def workspaces(self, team_id: str) -> list[WorkspaceRef]:
        """Return where a team meets."""
        rows = await self._connection.execute(
            sa.select(workspaces.c.ref)
            .where(workspaces.c.team_id == team_id)
            .order_by(workspaces.c.ref)
        )
        return [WorkspaceRef.unpack(row.ref) for row in rows]

    async def made(self, kind: LinkKind, kept_id: str) -> list[Link]:
        """Return the links that a member or team is made of, the newest first."""
        return await self._links(links.c.kind == kind.value, links.c.kept_id == kept_id)

    async def get(self, link_id: str) -> Link | None:
        """Return a link, even if it was undone since."""
        row = (
            await self._connection.execute(sa.select(links).where(links.c.id == link_id))
        ).one_or_none()
        return None if row is None else _link(row)

    async def clash(self, kept_id: str, other_id: str) -> Sequence[str]:
        """Return the ids of different questions that two teams wrote under the same id."""
        mine, theirs = questions.alias(), questions.alias()
        rows = await self._connection.execute(
            sa.select(mine.c.id)
            .join(theirs, sa.and_(mine.c.id == theirs.c.id, theirs.c.team_id == other_id))
            .where(mine.c.team_id == kept_id, mine.c.digest != theirs.c.digest)
            .distinct()
            .order_by(mine.c.id)
        )
        return [row.id for row in rows]

    async def practising(self, member_ids: Sequence[str]) -> int:
        """Return how many of these members have an open practice session."""
        found: int | None = await self._connection.scalar(
            sa.select(sa.func.count())
            .select_from(practice_sessions)
            .where(
                practice_sessions.c.member_id.in_(member_ids),
                practice_sessions.c.state.in_(_OPEN),
            )
        )
        return found or 0

    async def join(self, link: Link) -> None:
        """Store a link, and move everything of the other over; again, gather what came since."""
        row = {
            "id": link.id,
            "kind": link.kind.value,
            "team_id": link.team_id,
            "kept_id": link.kept_id,
            "other_id": link.other_id,
            "made_by": link.made_by.pack(),
            "made_at": link.made_at,
            "last_identity": await self._last_identity(),
            "parted": False,
        }
        await insert_new(self._connection, links, row)
        await move(
            self._connection,
            link.kind,
            link_id=link.id,
            kept=link.kept_id,
            other=link.other_id,
        )
        if link.kind is LinkKind.TEAM:
            await self._set_joined(link.other_id, link.kept_id)

    async def shared_accounts(self, kept_id: str, other_id: str) -> list[tuple[str, str]]:
        """Return the pairs of members of two teams that have the same account."""
        mine, theirs = identities.alias(), identities.alias()
        rows = await self._connection.execute(
            sa.select(mine.c.member_id, theirs.c.member_id)
            .join(theirs, mine.c.user_ref == theirs.c.user_ref)
            .where(
                mine.c.team_id == kept_id,
                theirs.c.team_id == other_id,
                mine.c.member_id != theirs.c.member_id,
            )
            .distinct()
        )
        return [(kept, other) for kept, other in rows]

    async def part(self, link: Link) -> None:
        """Undo a link: what was the other's is its own again, and what came since follows."""
        await self._connection.execute(
            sa.update(links).where(links.c.id == link.id).values(parted=True)
        )
        if link.kind is LinkKind.TEAM:
            for inner in await self._across(link):
                await self.part(inner)
        await move_back(
            self._connection,
            link.kind,
            link_id=link.id,
            kept=link.kept_id,
            other=link.other_id,
        )
        if link.kind is LinkKind.MEMBER:
            await self._return_answers(link)
            return
        await self._set_joined(link.other_id, None)
        await self._return_newcomers(link)
        await self._return_channels(link)
        await follow(self._connection, kept=link.kept_id, other=link.other_id)

    async def _set_joined(self, team_id: str, into: str | None) -> None:
        await self._connection.execute(
            sa.update(teams).where(teams.c.id == team_id).values(joined_into=into)
        )

    async def _links(self, *where: sa.ColumnElement[bool]) -> list[Link]:
        rows = await self._connection.execute(
            sa.select(links).where(~links.c.parted, *where).order_by(links.c.seq.desc())
        )
        return [_link(row) for row in rows]

    async def _across(self, link: Link) -> list[Link]:
        """Return the members' links that were only possible because the teams are one."""
        since = sa.select(links.c.seq).where(links.c.id == link.id).scalar_subquery()
        inner = await self._links(
            links.c.kind == LinkKind.MEMBER.value,
            links.c.team_id == link.kept_id,
            links.c.seq > since,
        )
        came = {
            json.loads(row.key)[0]
            for row in await self._connection.execute(
                sa.select(link_moves.c.key).where(
                    link_moves.c.link_id == link.id, link_moves.c.table == members.name
                )
            )
        }
        theirs, stay = await self._places(link)
        across = []
        for one in inner:
            accounts = await self.accounts(one.kept_id)
            mixed = len({_is_of(account, theirs, stay) for account in accounts}) > 1
            if mixed or (one.kept_id in came) != (one.other_id in came):
                across.append(one)
        return across

    async def _places(self, link: Link) -> tuple[list[WorkspaceRef], list[WorkspaceRef]]:
        """Return the workspaces that go with the other team, and those that stay."""
        moved = await self._connection.execute(
            sa.select(link_moves.c.key).where(
                link_moves.c.link_id == link.id, link_moves.c.table == workspaces.name
            )
        )
        going = {json.loads(row.key)[0] for row in moved}
        together = await self.workspaces(link.kept_id)
        theirs = [workspace for workspace in together if workspace.pack() in going]
        return theirs, [workspace for workspace in together if workspace not in theirs]

    async def _return_answers(self, link: Link) -> None:
        """Give back what a member's own accounts wrote while they were linked."""
        accounts = [account.pack() for account in await self.accounts(link.other_id)]
        mine = sa.select(answers.c.id).where(
            answers.c.author.in_(accounts),
            answers.c.member_id.in_([link.kept_id, link.other_id]),
        )
        ids = list((await self._connection.scalars(mine)).all())
        sources = [f"answer:{id_}" for id_ in ids]
        sessions = sa.select(practice_sessions.c.id).where(
            practice_sessions.c.user_ref.in_(accounts)
        )
        number = sa.cast(practice_turns.c.number, sa.String)
        turns = sa.select("turn:" + practice_turns.c.session_id + "-" + number).where(
            practice_turns.c.session_id.in_(sessions)
        )
        for table, where in (
            (answers, answers.c.id.in_(ids)),
            (scores, scores.c.answer_id.in_(ids)),
            (appeals, appeals.c.answer_id.in_(ids)),
            (outcomes, outcomes.c.source.in_(sources)),
            (outcomes, outcomes.c.source.in_(turns)),
            (reports, reports.c.session_id.in_(sessions)),
            (practice_turns, practice_turns.c.session_id.in_(sessions)),
            (practice_sessions, practice_sessions.c.user_ref.in_(accounts)),
            (reminders, reminders.c.user_ref.in_(accounts)),
        ):
            await self._connection.execute(
                sa.update(table)
                .where(where, table.c.member_id == link.kept_id)
                .values(member_id=link.other_id)
            )

    async def _return_newcomers(self, link: Link) -> None:
        """Give back members who came since, by the places that their accounts are of."""
        theirs = await self.workspaces(link.other_id)
        stay = await self.workspaces(link.kept_id)
        rows = await self._connection.execute(
            sa.select(identities.c.member_id, identities.c.user_ref).where(
                identities.c.team_id == link.kept_id,
                identities.c.seq
                > sa.select(links.c.last_identity).where(links.c.id == link.id).scalar_subquery(),
            )
        )
        accounts: dict[str, list[UserRef]] = {}
        for row in rows:
            accounts.setdefault(row.member_id, []).append(UserRef.unpack(row.user_ref))
        going = [
            id_ for id_, held in accounts.items() if all(_is_of(a, theirs, stay) for a in held)
        ]
        await self._connection.execute(
            sa.update(members).where(members.c.id.in_(going)).values(team_id=link.other_id)
        )

    async def _last_identity(self) -> int:
        newest: int | None = await self._connection.scalar(sa.select(sa.func.max(identities.c.seq)))
        return newest or 0

    async def _return_channels(self, link: Link) -> None:
        """Give back what happened in the other team's own workspaces."""
        for workspace in await self.workspaces(link.other_id):
            for table in (schedules, channel_settings, occurrences):
                within = table.c.channel.startswith(f"{workspace.pack()}/", autoescape=True)
                await self._connection.execute(
                    sa.update(table)
                    .where(within, table.c.team_id == link.kept_id)
                    .values(team_id=link.other_id)
                )


def _is_of(account: UserRef, theirs: Sequence[WorkspaceRef], stay: Sequence[WorkspaceRef]) -> bool:
    if account.platform is Platform.SLACK:
        return any(w.platform is Platform.SLACK and w.id == account.realm for w in theirs)
    # A Discord account is of no server: it goes where the only servers go.
    has = {workspace.platform for workspace in theirs}
    left = {workspace.platform for workspace in stay}
    return account.platform in has and account.platform not in left


def _link(row: sa.Row[tuple[object, ...]]) -> Link:
    return Link(
        id=row.id,
        kind=LinkKind(row.kind),
        team_id=row.team_id,
        kept_id=row.kept_id,
        other_id=row.other_id,
        made_by=UserRef.unpack(row.made_by),
        made_at=row.made_at,
    )
