"""What is kept about how people did, and when they want to practise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from handlers.refs import ChannelRef, UserRef
from questions.rating import Match


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How an answer was graded; a line of a ledger that only grows.

    A grade that changes adds a line: of the lines with the same ``source`` the one with the
    highest ``number`` counts.

    Attributes:
        source: what was graded, for example ``answer:4fe1`` or ``turn:9a0c``.
        number: which of its grades this is, from 1.
        score: the grade, 0 to 5.
        difficulty: the question's, 1 to 5.
        missed: ids of the criteria that were not met, the heaviest loss first.
        at: when the answer was given.
    """

    team_id: str
    member_id: str
    question_id: str
    question_version: int
    source: str
    number: int
    score: float
    difficulty: int
    missed: tuple[str, ...]
    at: datetime

    @property
    def order(self) -> tuple[datetime, str]:
        """What outcomes are sorted by."""
        return self.at, self.source

    @property
    def match(self) -> Match:
        """The same, as far as ratings go."""
        return Match(
            member_id=self.member_id,
            question_id=self.question_id,
            score=self.score,
            difficulty=self.difficulty,
        )


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """When somebody wants to practise.

    Attributes:
        user: the account that is written to.
        at: local wall time.
        zone: IANA time zone of ``at``.
        weekdays: 0 (Monday) to 6 (Sunday).
        effective_from: nothing due before this instant is said.
        last: the newest local date that was taken care of.
    """

    member_id: str
    team_id: str
    user: UserRef
    at: time
    zone: str
    weekdays: frozenset[int]
    effective_from: datetime
    last: date | None = None

    @property
    def place(self) -> ChannelRef:
        """The conversation with its owner, as far as it is known before it is opened."""
        return ChannelRef(
            platform=self.user.platform, workspace_id=self.user.realm, id=self.user.id
        )
