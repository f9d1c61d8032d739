"""Whether a judgement may be paid for: limits, what a day has used, and what one may cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from handlers.daily.due import wall_instant
from questions.grading import Usage
from questions.question import Question

# A job that was killed between reserving and settling must not hold its share for long; no
# judgement takes as much as this, with every sample and every second try.
RESERVED_FOR: Final = timedelta(minutes=15)
# English has about four letters a token; scripts with shorter words have more bytes a letter.
BYTES_PER_TOKEN: Final = 4
# The instructions, the schema and three related answers.
PROMPT_TOKENS: Final = 4_000
# The most that one completion may have, unless it is truncated and asked for again.
OUTPUT_TOKENS: Final = 4_096
_MICRO: Final = 1_000_000


@dataclass(frozen=True)
class Amount:
    """Tokens, and money in millionths of a US dollar: whole numbers, so that sums are exact."""

    tokens: int = 0
    micro_usd: int = 0

    def __add__(self, other: Amount) -> Amount:
        """Return the sum of both kinds."""
        return Amount(self.tokens + other.tokens, self.micro_usd + other.micro_usd)

    @staticmethod
    def of(usage: Usage) -> Amount:
        """Return what a judgement used, its money rounded up."""
        return Amount(usage.tokens, math.ceil(round(usage.cost_usd * _MICRO, 3)))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What may be used on one local day; 0 is no limit.

    Attributes:
        person_tokens: tokens for each member.
        team_tokens: tokens for the whole team.
        team_usd: US dollars for the whole team.
    """

    person_tokens: int = 0
    team_tokens: int = 0
    team_usd: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """What a judgement is made of and what its tokens cost.

    Attributes:
        samples: how many times each reply is judged.
        input_usd_per_mtok: US dollars for a million tokens sent.
        output_usd_per_mtok: US dollars for a million tokens received.
        usd_per_spoken_minute: US dollars for a minute of speech that is written down.
    """

    samples: int = 1
    input_usd_per_mtok: float = 0.0
    output_usd_per_mtok: float = 0.0
    usd_per_spoken_minute: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Limits, and the tariff by which a judgement is estimated."""

    limits: Limits = Limits()
    tariff: Tariff = Tariff()

    @property
    def is_limited(self) -> bool:
        """Whether there is any limit at all."""
        return self.limits != Limits()


UNLIMITED: Final = Budget()


@dataclass(frozen=True, kw_only=True)
class Payer:
    """On whose account something is done.

    Attributes:
        key: names the piece of work; a second try takes over what the first one reserved.
    """

    team_id: str
    member_id: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """A part of a day's budgets that is held for one judgement.

    Attributes:
        day: the team's local date that it counts for.
        expires_at: from when on it holds nothing any more.
    """

    payer: Payer
    day: date
    amount: Amount
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Use:
    """What of one account is spent, and what is reserved on top of it."""

    spent: Amount = Amount()
    reserved: Amount = Amount()


@dataclass(frozen=True, kw_only=True)
class DayUse:
    """What one day has used: a member's share, and the whole team's, which includes it."""

    person: Use = Use()
    team: Use = Use()


class Scope(StrEnum):
    """Whose limit stands in the way."""

    PERSON = "person"
    TEAM = "team"


class Kind(IntEnum):
    """How a limit stands in the way, the worst last.

    `HELD` passes by itself once other judgements are settled, `SPENT` with the day, `TOO_SMALL`
    never.
    """

    HELD = 1
    SPENT = 2
    TOO_SMALL = 3


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """The limit that a judgement would break."""

    scope: Scope
    kind: Kind


def estimate(question: Question, reply: str, tariff: Tariff) -> Amount:
    """Return what judging ``reply`` may cost, judged on the high side.

    It is made from lengths alone: what is sent is about a token for four bytes and
    `PROMPT_TOKENS`, what comes back at most `OUTPUT_TOKENS`; both once a sample.
    """
    shown = [
        question.prompt,
        question.model_answer,
        reply,
        *(text for c in question.rubric.criteria for text in (c.text, c.met, c.partial)),
        *(exemplar.text for exemplar in question.exemplars),
    ]
    sent = PROMPT_TOKENS + sum(len(t.encode(errors="replace")) for t in shown) // BYTES_PER_TOKEN
    # Dollars for a million tokens are millionths of a dollar for one.
    once = sent * tariff.input_usd_per_mtok + OUTPUT_TOKENS * tariff.output_usd_per_mtok
    return Amount(tariff.samples * (sent + OUTPUT_TOKENS), math.ceil(tariff.samples * once))


def obstacle(limits: Limits, used: DayUse, wanted: Amount) -> Obstacle | None:
    """Return what keeps ``wanted`` from being reserved, the worst first; ``None`` if nothing."""
    person, team = used.person, used.team
    caps = (
        (Scope.PERSON, limits.person_tokens, person.spent.tokens, person.reserved.tokens),
        (Scope.TEAM, limits.team_tokens, team.spent.tokens, team.reserved.tokens),
    )
    found = [
        Obstacle(scope=scope, kind=kind)
        for scope, limit, spent, reserved in caps
        if (kind := _over(limit, spent, reserved, wanted.tokens)) is not None
    ]
    # Rounded up: the smallest limit is still one.
    usd = math.ceil(round(limits.team_usd * _MICRO, 3))
    kind = _over(usd, team.spent.micro_usd, team.reserved.micro_usd, wanted.micro_usd)
    if kind is not None:
        found.append(Obstacle(scope=Scope.TEAM, kind=kind))
    return max(found, key=lambda o: o.kind, default=None)


def _over(limit: int, spent: int, reserved: int, wanted: int) -> Kind | None:
    if limit == 0 or spent + reserved + wanted <= limit:
        return None
    if wanted > limit:
        return Kind.TOO_SMALL
    return Kind.SPENT if spent + wanted > limit else Kind.HELD


def local_day(now: datetime, zone: str) -> date:
    """Return the date that ``now`` falls on in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def explain(found: Obstacle, day: date, zone: str) -> str:
    """Return, for the person, what stands in the way and what to do.

    Args:
        found: `SPENT` or `TOO_SMALL`; `HELD` passes too soon to be told.
        day: the local date whose budget it is.
        zone: the team's zone, in which a new day brings a new budget.
    """
    if found.kind is Kind.TOO_SMALL:
        whose = "your" if found.scope is Scope.PERSON else "your team's"
        return (
            f"Grading this may cost more than {whose} whole budget for a day. Send a shorter "
            "answer, or ask whoever runs me to raise the budget."
        )
    who, whose = ("You have", "your") if found.scope is Scope.PERSON else ("Your team has", "its")
    afresh = wall_instant(day + timedelta(days=1), time(0), zone).astimezone(ZoneInfo(zone))
    when = f"{afresh:%H:%M} on {afresh:%A} {afresh.day} {afresh:%B} ({zone})"
    return (
        f"{who} practised a lot today, and {whose} grading budget is used up. A new one starts "
        f"at {when}: send your answer again then."
    )
