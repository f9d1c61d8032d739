"""The Hint button and ``/prep hint``."""

from __future__ import annotations

import pytest

from handlers.actions import Action, ActionKind
from handlers.message import Response
from handlers.records import Occurrence, OccurrenceState
from tests.handlers.conftest import REPLY, World, a_caller, buttons_of


def press(occurrence: Occurrence, number: int | None = None) -> Action:
    subject = occurrence.id if number is None else f"{occurrence.id}-{number}"
    return Action(ActionKind.HINT, subject)


async def buttons_after(world: World, action: Action) -> dict[str, Action]:
    outcome = await world.click(action)
    assert isinstance(outcome, Response)
    return {button.label: button.action for button in buttons_of(outcome.message)}


async def test_the_first_press_gives_the_first_hint_and_says_what_it_costs(world: World) -> None:
    asked = await world.ask()
    said = await world.told_after_click(press(asked))
    assert said.startswith("Hint 1 of 2: About ai-")
    assert "Hints cost nothing" in said


async def test_a_press_may_be_faster_than_the_platforms_answer_to_the_post(world: World) -> None:
    world.slack.answering.clear()
    await world.told("today", by=a_caller("Mia"))
    await world.slack.wait_for("About ai-")
    (posting,) = await world.occurrences()
    assert posting.state is OccurrenceState.CLAIMED
    assert (await world.told_after_click(press(posting))).startswith("Hint 1")
    world.slack.answering.set()
    await world.jobs.settle()


async def test_the_button_below_a_hint_gives_the_next_and_the_last_one_offers_no_more(
    world: World,
) -> None:
    asked = await world.ask()
    offered = await buttons_after(world, press(asked))
    assert offered["Answer"] == Action(ActionKind.ANSWER, asked.id)
    assert offered["Another hint"] == press(asked, 2)
    assert set(await buttons_after(world, offered["Another hint"])) == {"Answer"}
    assert (await world.told_after_click(press(asked))).startswith("Hints 1 to 2 of 2")


async def test_a_press_that_is_delivered_twice_takes_one_hint(world: World) -> None:
    asked = await world.ask()
    for _ in range(3):
        assert (await world.told_after_click(press(asked))).startswith("Hint 1 of 2")


async def test_hints_are_each_persons_own(world: World) -> None:
    asked = await world.ask()
    await world.told_after_click(press(asked, 2))
    assert (await world.told_after_click(press(asked), by=a_caller("Bob"))).startswith("Hint 1")


async def test_the_command_goes_on_to_the_next_hint(world: World) -> None:
    await world.ask()
    assert (await world.told("hint")).startswith("Hint 1")
    assert (await world.told("hint")).startswith("Hints 1 to 2")
    assert (await world.told("hint")).startswith("Hints 1 to 2")


async def test_without_a_question_there_is_no_hint(world: World) -> None:
    assert "no open question here" in await world.told("hint")
    nothing = Action(ActionKind.HINT, "nothing")
    assert "no open question here" in await world.told_after_click(nothing)


@pytest.mark.parametrize("number", [0, 7, 999])
async def test_a_hint_that_does_not_exist_is_the_nearest_one(world: World, number: int) -> None:
    asked = await world.ask()
    assert (await world.told_after_click(press(asked, number))).startswith("Hint")


async def test_another_team_gets_no_hint_from_a_forwarded_question(world: World) -> None:
    asked = await world.ask()
    stranger = a_caller("Eve", workspace_id="T9")
    assert "no open question here" in await world.told_after_click(press(asked), by=stranger)


async def test_a_hint_changes_neither_grade_nor_points(world: World) -> None:
    asked = await world.ask()
    await world.told_after_click(press(asked, 2), by=a_caller("Ada"))
    await world.reply(asked, REPLY, by="Ada")
    await world.reply(asked, REPLY, by="Bob")
    assert len({entry.points for entry in await world.scores()}) == 1


async def test_a_revealed_question_gives_no_hints(world: World) -> None:
    await world.settings(grades="blind", reveal="17:00")
    asked = await world.ask()
    assert (await world.told_after_click(press(asked))).startswith("Hint 1")
    world.clock.move(hours=10)
    await world.tick()
    assert "revealed" in await world.told_after_click(press(asked))
