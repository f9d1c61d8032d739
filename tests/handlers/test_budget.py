"""The rules of budgets: never more than the limit, and words that say when there is more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.metering.budget import (
    OUTPUT_TOKENS,
    Amount,
    DayUse,
    Kind,
    Limits,
    Obstacle,
    Scope,
    Tariff,
    Use,
    estimate,
    explain,
    local_day,
    obstacle,
)
from questions.grading import Usage
from tests.factory import a_question

NONE = Amount()
amounts = st.builds(Amount, st.integers(0, 60), st.integers(0, 60))
limits = st.builds(
    lambda person, team, micro_usd: Limits(
        person_tokens=person, team_tokens=team, team_usd=micro_usd / 1e6
    ),
    st.integers(0, 100),
    st.integers(0, 200),
    st.integers(0, 200),
)


@dataclass
class Account:
    """One member's, by the rules that the storage keeps."""

    spent: Amount = NONE
    held: list[Amount] = field(default_factory=list)

    @property
    def use(self) -> Use:
        return Use(spent=self.spent, reserved=sum(self.held, NONE))


def day_use(accounts: list[Account], member: int) -> DayUse:
    return DayUse(
        person=accounts[member].use,
        team=Use(
            spent=sum((a.spent for a in accounts), NONE),
            reserved=sum((a.use.reserved for a in accounts), NONE),
        ),
    )


steps = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "settle", "expire"]),
        st.integers(0, 2),
        amounts,
        st.floats(0, 1),
    ),
    max_size=60,
)


@given(limits, steps)
def test_what_is_spent_and_reserved_never_exceeds_a_limit(
    limit: Limits, taken: list[tuple[str, int, Amount, float]]
) -> None:
    accounts = [Account() for _ in range(3)]
    for step, member, wanted, share in taken:
        account = accounts[member]
        if step == "reserve" and obstacle(limit, day_use(accounts, member), wanted) is None:
            account.held.append(wanted)
        elif step != "reserve" and account.held:
            held = account.held.pop(0)
            if step == "settle":
                used = Amount(int(held.tokens * share), int(held.micro_usd * share))
                account.spent += used
        for used_by in (day_use(accounts, n) for n in range(3)):
            person = used_by.person.spent + used_by.person.reserved
            team = used_by.team.spent + used_by.team.reserved
            assert not limit.person_tokens or person.tokens <= limit.person_tokens
            assert not limit.team_tokens or team.tokens <= limit.team_tokens
            assert not limit.team_usd or team.micro_usd <= round(limit.team_usd * 1e6)


@given(amounts, amounts, amounts)
def test_without_limits_nothing_stands_in_the_way(a: Amount, b: Amount, wanted: Amount) -> None:
    use = Use(spent=a, reserved=b)
    assert obstacle(Limits(), DayUse(person=use, team=use), wanted) is None


@given(limits, amounts)
def test_on_a_fresh_day_only_what_no_day_has_room_for_is_refused(
    limit: Limits, wanted: Amount
) -> None:
    found = obstacle(limit, DayUse(), wanted)
    assert found is None or found.kind is Kind.TOO_SMALL


PERSON_100 = Limits(person_tokens=100)
TEAM_100 = Limits(team_tokens=100)
DOLLAR = Limits(team_usd=1.0)


@pytest.mark.parametrize(
    ("limit", "spent", "reserved", "wanted", "found"),
    [
        (PERSON_100, Amount(40), Amount(20), Amount(40), None),
        (PERSON_100, Amount(40), Amount(20), Amount(41), (Scope.PERSON, Kind.HELD)),
        (PERSON_100, Amount(60), Amount(0), Amount(41), (Scope.PERSON, Kind.SPENT)),
        (PERSON_100, Amount(0), Amount(0), Amount(101), (Scope.PERSON, Kind.TOO_SMALL)),
        (TEAM_100, Amount(60), Amount(0), Amount(41), (Scope.TEAM, Kind.SPENT)),
        (DOLLAR, Amount(9, 600_000), NONE, Amount(9, 400_000), None),
        (DOLLAR, Amount(9, 600_000), NONE, Amount(9, 400_001), (Scope.TEAM, Kind.SPENT)),
        (DOLLAR, NONE, NONE, Amount(9, 1_000_001), (Scope.TEAM, Kind.TOO_SMALL)),
        (Limits(team_usd=1e-9), NONE, NONE, Amount(9, 2), (Scope.TEAM, Kind.TOO_SMALL)),
        (
            Limits(person_tokens=100, team_tokens=50),
            Amount(60),
            NONE,
            Amount(41),
            (Scope.PERSON, Kind.SPENT),
        ),
        (
            Limits(person_tokens=100, team_usd=1.0),
            Amount(60),
            NONE,
            Amount(41, 2_000_000),
            (Scope.TEAM, Kind.TOO_SMALL),
        ),
    ],
)
def test_the_worst_obstacle_is_named(
    limit: Limits,
    spent: Amount,
    reserved: Amount,
    wanted: Amount,
    found: tuple[Scope, Kind] | None,
) -> None:
    use = Use(spent=spent, reserved=reserved)
    expected = None if found is None else Obstacle(scope=found[0], kind=found[1])
    assert obstacle(limit, DayUse(person=use, team=use), wanted) == expected


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_longer_reply_is_never_estimated_lower(reply: str, more: str) -> None:
    question, tariff = a_question(), Tariff(input_usd_per_mtok=1.0, output_usd_per_mtok=2.0)
    short, long = estimate(question, reply, tariff), estimate(question, reply + more, tariff)
    assert short.tokens <= long.tokens
    assert short.micro_usd <= long.micro_usd


def test_an_estimate_counts_every_sample_at_its_price() -> None:
    question = a_question()
    free = estimate(question, "Look.", Tariff())
    priced = Tariff(samples=3, input_usd_per_mtok=0.25, output_usd_per_mtok=2.0)
    wanted = estimate(question, "Look.", priced)
    sent = free.tokens - OUTPUT_TOKENS
    assert free.micro_usd == 0
    assert wanted.tokens == 3 * free.tokens
    assert wanted.micro_usd == -(-3 * (sent + 8 * OUTPUT_TOKENS) // 4)


@pytest.mark.parametrize(
    ("cost", "micro_usd"), [(0.0, 0), (0.000003, 3), (0.0000031, 4), (1.1, 1_100_000)]
)
def test_money_is_counted_in_millionths_rounded_up(cost: float, micro_usd: int) -> None:
    usage = Usage(input_tokens=900, output_tokens=100, cost_usd=cost)
    assert Amount.of(usage) == Amount(1000, micro_usd)


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        (datetime(2026, 3, 2, 22, 59, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 2)),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 3)),
        (datetime(2026, 3, 2, 23, 0, tzinfo=UTC), "America/New_York", date(2026, 3, 2)),
    ],
)
def test_a_day_is_the_teams_own(now: datetime, zone: str, day: date) -> None:
    assert local_day(now, zone) == day


@pytest.mark.parametrize(
    ("day", "zone", "when"),
    [
        (date(2026, 3, 2), "UTC", "00:00 on Tuesday 3 March (UTC)"),
        (date(2026, 12, 31), "Asia/Tokyo", "00:00 on Friday 1 January (Asia/Tokyo)"),
        # Clocks go forward at midnight there: the day begins at one.
        (date(2026, 4, 23), "Africa/Cairo", "01:00 on Friday 24 April (Africa/Cairo)"),
    ],
)
def test_a_spent_budget_says_when_the_next_one_starts(day: date, zone: str, when: str) -> None:
    said = explain(Obstacle(scope=Scope.PERSON, kind=Kind.SPENT), day, zone)
    assert said == (
        "You have practised a lot today, and your grading budget is used up. A new one starts at "
        f"{when}: send your answer again then."
    )
    assert "Your team has practised" in explain(
        Obstacle(scope=Scope.TEAM, kind=Kind.SPENT), day, zone
    )


def test_a_budget_too_small_for_one_grade_promises_nothing_for_tomorrow() -> None:
    said = explain(Obstacle(scope=Scope.TEAM, kind=Kind.TOO_SMALL), date(2026, 3, 2), "UTC")
    assert "your team's whole budget for a day" in said
    assert "March" not in said
