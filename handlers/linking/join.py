"""Making and undoing links, inside one unit of work."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from handlers.bank.index import index_job
from handlers.linking.record import Link, LinkKind, LinkRefused
from handlers.ports import Again, Job
from handlers.refs import UserRef
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from questions.rating import rate

GATHER_TEAM: Final = "gather-team"
# What was under way while two teams were joined is stored by then.
_GATHER_AFTER: Final = 60.0


async def join_members(
    work: UnitOfWork, *, team_id: str, kept_id: str, other_id: str, by: UserRef, now: datetime
) -> Link:
    """Make one member of two.

    Raises:
        LinkRefused: both are in a practice session, and there can be only one.
    """
    if await work.links.practising([kept_id, other_id]) > 1:
        raise LinkRefused(
            "You have a practice session open with both accounts. End one of them with "
            "/prep practice quit, then type the code again."
        )
    link = Link(
        id=uuid.uuid4().hex,
        kind=LinkKind.MEMBER,
        team_id=team_id,
        kept_id=kept_id,
        other_id=other_id,
        made_by=by,
        made_at=now,
    )
    await work.links.join(link)
    await refresh_ratings(work, team_id)
    return link


async def join_teams(
    work: UnitOfWork, *, kept_id: str, other_id: str, by: UserRef, now: datetime
) -> Link:
    """Make one team of two; members of both who have the same account become one member.

    Raises:
        LinkRefused: both wrote different questions under the same id, or somebody of both is in a
            practice session with each.
    """
    clash = await work.links.clash(kept_id, other_id)
    if clash:
        raise LinkRefused(
            "Both teams have a question of their own with the same id: "
            f"{', '.join(clash[:5])}. Retire or rename one of each pair, then try again."
        )
    shared = await work.links.shared_accounts(kept_id, other_id)
    link = Link(
        id=uuid.uuid4().hex,
        kind=LinkKind.TEAM,
        team_id=kept_id,
        kept_id=kept_id,
        other_id=other_id,
        made_by=by,
        made_at=now,
    )
    await work.links.join(link)
    for kept, other in shared:
        await join_members(work, team_id=kept_id, kept_id=kept, other_id=other, by=by, now=now)
    await refresh_ratings(work, kept_id)
    await work.enqueue(Job(kind=GATHER_TEAM, subject=link.id, lane=by.platform))
    await _index_both(work, link)
    return link


async def part(work: UnitOfWork, link: Link) -> None:
    """Undo a link."""
    await work.links.part(link)
    for team_id in {link.team_id, link.other_id if link.kind is LinkKind.TEAM else link.team_id}:
        await refresh_ratings(work, team_id)
    if link.kind is LinkKind.TEAM:
        await _index_both(work, link)


async def refresh_ratings(work: UnitOfWork, team_id: str) -> None:
    """Work a team's ratings out anew from its ledger."""
    await work.outcomes.lock(team_id)
    ledger = await work.outcomes.of_team(team_id)
    await work.outcomes.clear_ratings(team_id)
    await work.outcomes.put_ratings(team_id, rate(kept.match for kept in ledger))


async def _index_both(work: UnitOfWork, link: Link) -> None:
    for team_id in (link.kept_id, link.other_id):
        await work.enqueue(index_job(team_id, link.made_by.platform))


class TeamGatherer:
    """Handles the `GATHER_TEAM` job: takes along what was being stored while teams were joined."""

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, link_id: str, attempt: int) -> Again | None:
        """Gather it, a minute after; see `JobHandler`."""
        if attempt == 1:
            return Again(_GATHER_AFTER)
        async with self._unit_of_work() as work:
            link = await work.links.get(link_id)
            if link is None or link not in await work.links.made(LinkKind.TEAM, link.kept_id):
                return None  # undone since
            await work.links.join(link)
            await refresh_ratings(work, link.kept_id)
            await _index_both(work, link)
        return None
