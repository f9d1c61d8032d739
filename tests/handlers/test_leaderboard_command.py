"""``/prep leaderboard``: who stands where, in the team's own weeks and months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers.actions import Action, ActionKind
from handlers.message import Bullets, Response, Visibility
from handlers.records import Occurrence
from questions.grading import Judgement
from questions.question import Verdict
from questions.role import Role
from tests.factory import a_question
from tests.handlers.conftest import REPLY, World, a_caller, in_direct_message
from tests.handlers.fakes import a_judgement

SUNDAY_LATE = datetime(2026, 3, 8, 23, 30, tzinfo=UTC)


def scoring(met: int) -> Judgement:
    """A judgement that meets the first ``met`` of four criteria (weights 3, 2, 1, 1)."""
    verdicts = [Verdict.MET] * met + [Verdict.MISSED] * (4 - met)
    return a_judgement(a_question(), *verdicts, quote="queue")


async def lines(world: World, by: str = "Ada", period: str = "week") -> list[str]:
    """The board's lines, without their numbers."""
    outcome = await world.command("leaderboard", by=a_caller(by), period=period)
    assert isinstance(outcome, Response)
    bullets = [block for block in outcome.message.blocks if isinstance(block, Bullets)]
    return ["".join(span.text for span in item) for b in bullets for item in b.items]


async def answered(world: World, asked: Occurrence, by: str, met: int = 4) -> None:
    world.grader.script.append(scoring(met))
    await world.reply(asked, REPLY, by=by)


async def test_an_empty_board_says_how_it_opens(world: World) -> None:
    assert "Nobody has points yet" in await world.told("leaderboard")


async def test_a_board_shows_rank_points_answers_and_average(world: World) -> None:
    first = await world.ask(role=Role.AI_ENGINEER)
    second = await world.ask(role=Role.ML_ENGINEER)
    await answered(world, first, "Ada", met=1)
    await answered(world, first, "Bob")
    await answered(world, second, "Bob", met=2)
    assert await world.told("leaderboard") == (
        "Leaderboard: this week\n\n"
        "1. Bob 60 points · 2 answers · average 4.3\n"
        "2. Ada 15 points · 1 answer · average 2.1\n\n"
        "Points: grade × (4 + difficulty). A question counts once, with your best answer, and "
        "three answers a day. Ties: higher average grade first, then who got there earlier, then "
        "by name."
    )


async def test_a_board_is_the_callers_alone_to_see(world: World) -> None:
    outcome = await world.command("leaderboard")
    assert isinstance(outcome, Response)
    assert outcome.visibility is Visibility.ONLY_CALLER


async def test_ties_go_to_the_earlier_and_then_by_name(world: World) -> None:
    asked = await world.ask()
    for name in ("Zoe", "Bob"):
        await answered(world, asked, name)
    world.clock.move(minutes=1)
    await answered(world, asked, "Ada")
    assert [line.split()[0] for line in await lines(world)] == ["Bob", "Zoe", "Ada"]


async def test_only_the_best_of_several_answers_to_a_question_counts(world: World) -> None:
    asked = await world.ask()
    for met in (2, 4, 1):
        await answered(world, asked, "Ada", met=met)
    assert await lines(world) == ["Ada 35 points · 1 answer · average 5.0"]


async def test_somebody_beyond_the_tenth_place_sees_their_own_line_too(world: World) -> None:
    asked = await world.ask()
    for place in range(1, 13):
        world.clock.move(seconds=1)
        await answered(world, asked, f"P{place}")
    board = await lines(world, by="P12")
    assert [line.split()[0] for line in board] == [f"P{place}" for place in range(1, 11)]
    assert "You are at place 12: P12 35 points" in await world.told(
        "leaderboard", by=a_caller("P12")
    )
    assert "You are at place" not in await world.told("leaderboard", by=a_caller("P10"))
    assert "You are at place" not in await world.told("leaderboard", by=a_caller("New"))


@pytest.mark.parametrize(
    ("zone", "this_week", "earned_on"),
    [
        ("UTC", [], "2026-03-08"),
        ("Europe/Berlin", ["Ada 35 points · 1 answer · average 5.0"], "2026-03-09"),
        ("America/New_York", [], "2026-03-08"),
    ],
)
async def test_late_on_sunday_counts_for_the_week_of_the_teams_zone(
    world: World, zone: str, this_week: list[str], earned_on: str
) -> None:
    await world.manage(time="09:00", zone=zone, days="daily")
    asked = await world.ask(role=Role.AI_ENGINEER)
    world.at(SUNDAY_LATE)
    await answered(world, asked, "Ada")
    [entry] = await world.scores()
    assert entry.earned_on.isoformat() == earned_on
    world.at(SUNDAY_LATE + timedelta(hours=12))  # Monday in all three zones
    assert await lines(world) == this_week


@pytest.mark.parametrize(("zone", "shown"), [("UTC", True), ("Europe/Berlin", False)])
async def test_a_board_asked_for_late_on_sunday_is_the_week_of_the_teams_zone(
    world: World, zone: str, shown: bool
) -> None:
    await world.manage(time="09:00", zone=zone, days="daily")
    asked = await world.ask(role=Role.AI_ENGINEER)
    await answered(world, asked, "Ada")
    world.at(SUNDAY_LATE)
    assert bool(await lines(world)) is shown


async def test_an_answer_counts_for_when_it_was_given_not_for_when_it_was_graded(
    world: World,
) -> None:
    asked = await world.ask()
    world.at(SUNDAY_LATE)
    await world.jobs.stop()
    await world.receive(world.message(asked, REPLY))
    world.clock.move(days=1)
    await world.jobs.start()
    await world.jobs.settle()
    assert await lines(world) == []
    assert await lines(world, period="all") == ["Ada 35 points · 1 answer · average 5.0"]


async def test_windows_open_anew_each_week_and_each_month(world: World) -> None:
    asked = await world.ask()
    await answered(world, asked, "Ada")
    shown = {}
    for name, instant in {
        "the same week": datetime(2026, 3, 8, 23, 59, tzinfo=UTC),
        "the next week": datetime(2026, 3, 9, 0, 0, tzinfo=UTC),
        "the last day of the month": datetime(2026, 3, 31, 23, 59, tzinfo=UTC),
        "the next month": datetime(2026, 4, 1, 0, 0, tzinfo=UTC),
    }.items():
        world.at(instant)
        shown[name] = [
            period for period in ("week", "month", "all") if await lines(world, period=period)
        ]
    assert shown == {
        "the same week": ["week", "month", "all"],
        "the next week": ["month", "all"],
        "the last day of the month": ["month", "all"],
        "the next month": ["all"],
    }


async def test_the_button_shows_this_weeks_board(world: World) -> None:
    await answered(world, await world.ask(), "Ada")
    shown = await world.told_after_click(Action(ActionKind.LEADERBOARD), by=a_caller("Bob"))
    assert shown == await world.told("leaderboard")


async def test_a_new_name_is_shown_at_once_and_the_points_stay(world: World) -> None:
    await answered(world, await world.ask(), "Ada")
    renamed = a_caller("Ada", called="Ada Lovelace")
    assert "1. Ada Lovelace 35 points" in await world.told("leaderboard", by=renamed)


async def test_another_teams_points_are_not_on_the_board(world: World) -> None:
    await answered(world, await world.ask(), "Ada")
    assert "Nobody has points yet" in await world.told(
        "leaderboard", by=a_caller("Zed", workspace_id="T2")
    )


async def test_a_direct_message_shows_the_teams_board(world: World) -> None:
    await answered(world, await world.ask(), "Ada")
    assert "Ada 35 points" in await world.told("leaderboard", by=in_direct_message("Bob"))


async def test_an_unknown_period_is_answered_with_the_known_ones(world: World) -> None:
    assert await world.told("leaderboard", period="fortnight") == (
        "There is no period “fortnight”. Choose from: week, month, all."
    )
