"""What is stored of links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.refs import UserRef


class LinkKind(StrEnum):
    """What a code, or a link, joins."""

    MEMBER = "member"
    TEAM = "team"


@dataclass(frozen=True, kw_only=True)
class LinkCode:
    """A code that waits for the other side.

    Attributes:
        digest: see `handlers.linking.code.digest`.
        user: who asked for it.
    """

    digest: str
    kind: LinkKind
    team_id: str
    member_id: str
    user: UserRef
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Link:
    """Two members, or two teams, that are one.

    Attributes:
        kept_id: the member or team that stands for both.
        other_id: the one that is part of it.
        team_id: the team that it was made in; for teams the one that was kept.
        made_by: who typed the code.
    """

    id: str
    kind: LinkKind
    team_id: str
    kept_id: str
    other_id: str
    made_by: UserRef
    made_at: datetime


class LinkRefused(Exception):
    """Two that can't be joined; the text says why, and what to do."""
