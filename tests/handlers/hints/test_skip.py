"""Skipping today's question: the streak waits, once in seven days."""

from __future__ import annotations

from handlers.actions import Action, ActionKind
from handlers.records import Occurrence
from tests.handlers.conftest import REPLY, World, a_caller


def press(occurrence: Occurrence) -> Action:
    return Action(ActionKind.SKIP, occurrence.id)


async def streak(world: World) -> str:
    said = await world.told("progress")
    return next(line for line in said.splitlines() if line.startswith("Streak"))


async def practise(world: World, *, days: int) -> None:
    for _ in range(days):
        await world.reply(await world.ask(), REPLY)
        world.clock.move(days=1)


async def test_a_skipped_day_holds_the_streak_and_does_not_count(world: World) -> None:
    await practise(world, days=2)
    said = await world.told_after_click(press(await world.ask()))
    assert "Your streak waits" in said
    world.clock.move(days=1)
    assert await streak(world) == "Streak: 2 days"
    await practise(world, days=1)
    assert await streak(world) == "Streak: 3 days"


async def test_ones_own_page_says_what_was_skipped(world: World) -> None:
    asked = await world.ask()
    assert "Not answered yet." in await world.told("progress")
    await world.told_after_click(press(asked))
    assert "Skipped; you can still answer." in await world.told("progress")


async def test_a_missed_day_still_breaks_it(world: World) -> None:
    await practise(world, days=2)
    await world.ask()
    world.clock.move(days=1)
    assert await streak(world) == "Streak: Starts with your next answer"


async def test_a_second_skip_within_seven_days_holds_nothing_and_says_so(world: World) -> None:
    await practise(world, days=1)
    await world.told_after_click(press(await world.ask()))
    world.clock.move(days=2)
    said = await world.told_after_click(press(await world.ask()))
    assert "does not wait this time" in said
    assert "Tuesday, 03 March" in said
    world.clock.move(days=1)
    assert await streak(world) == "Streak: Starts with your next answer"


async def test_a_skip_a_week_later_holds_again(world: World) -> None:
    await practise(world, days=1)
    for _ in range(2):
        assert "streak waits" in await world.told_after_click(press(await world.ask()))
        world.clock.move(days=7)
    assert await streak(world) == "Streak: 1 day"


async def test_a_skip_can_be_taken_back_by_answering(world: World) -> None:
    asked = await world.ask()
    await world.told_after_click(press(asked))
    await world.reply(asked, REPLY)
    assert await streak(world) == "Streak: 1 day"


async def test_yesterdays_question_cannot_be_skipped_to_mend_a_streak(world: World) -> None:
    await practise(world, days=1)
    asked = await world.ask()
    world.clock.move(days=1)
    assert "Only the question of today" in await world.told_after_click(press(asked))
    assert await streak(world) == "Streak: Starts with your next answer"


async def test_an_answered_question_is_not_skipped_and_a_second_skip_is_none(world: World) -> None:
    asked = await world.ask()
    await world.reply(asked, REPLY)
    assert "answered that one already" in await world.told_after_click(press(asked))
    bob = a_caller("Bob")
    await world.told_after_click(press(asked), by=bob)
    assert "already" in await world.told_after_click(press(asked), by=bob)


async def test_the_command_skips_what_is_open_here(world: World) -> None:
    assert "no open question here" in await world.told("skip")
    await world.ask()
    assert "Skipped" in await world.told("skip")


async def test_a_skip_earns_nothing_and_another_team_cannot_skip(world: World) -> None:
    asked = await world.ask()
    await world.told_after_click(press(asked))
    assert await world.scores() == []
    stranger = a_caller("Eve", workspace_id="T9")
    assert "no open question" in await world.told_after_click(press(asked), by=stranger)
