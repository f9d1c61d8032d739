"""Links as the handlers see them stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from handlers.linking.record import Link, LinkCode, LinkKind
from handlers.refs import UserRef, WorkspaceRef


class LinkRepository(Protocol):
    """Codes, links, and what moves from one member or team to another because of them."""

    async def put_code(self, code: LinkCode) -> None:
        """Store a code, in place of an earlier one of that account and kind."""

    async def take_code(self, digest: str, now: datetime) -> LinkCode | None:
        """Return a code that is still good and use it up; ``None`` where there is none."""

    async def find_code(self, digest: str, now: datetime) -> LinkCode | None:
        """Return a code that is still good, and leave it so; ``None`` where there is none."""

    async def note_wrong(self, user: UserRef, now: datetime) -> None:
        """Store that an account typed a code that is none."""

    async def wrong(self, user: UserRef, since: datetime) -> list[datetime]:
        """Return when an account typed codes that are none."""

    async def accounts(self, member_id: str) -> list[UserRef]:
        """Return a member's accounts, in the order in which they came."""

    async def workspaces(self, team_id: str) -> list[WorkspaceRef]:
        """Return where a team meets."""

    async def made(self, kind: LinkKind, kept_id: str) -> list[Link]:
        """Return the links that a member or team is made of, the newest first."""

    async def get(self, link_id: str) -> Link | None:
        """Return a link, even if it was undone since."""

    async def shared_accounts(self, kept_id: str, other_id: str) -> list[tuple[str, str]]:
        """Return the pairs of members of two teams that have the same account."""

    async def clash(self, kept_id: str, other_id: str) -> Sequence[str]:
        """Return the ids of different questions that two teams wrote under the same id."""

    async def practising(self, member_ids: Sequence[str]) -> int:
        """Return how many of these members have an open practice session."""

    async def join(self, link: Link) -> None:
        """Store a link, and move everything of the other over; again, gather what came since.

        Nothing is deleted: where both have something of which there can be only one, each keeps
        its own, and the other's is there again once the link is undone.
        """

    async def part(self, link: Link) -> None:
        """Undo a link: what was the other's is its own again.

        Of what came since, an account's answers with all that hangs on them go with it, and so
        does what happened in a team's own workspaces.
        """
