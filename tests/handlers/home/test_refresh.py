"""A page that stands open is shown anew after a new question and a lead's decision."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from handlers.home.command import Home
from handlers.message import Message
from handlers.refs import Platform
from tests.factory import CHANNEL
from tests.handlers.conftest import OTHER_CHANNEL, World, in_direct_message
from tests.handlers.fakes import PATIENCE


@pytest.fixture
def home(world: World) -> Home:
    return Home(world.storage, world.clock, {Platform.SLACK: world.slack}, pause=0, spacing=0)


async def shown(home: Home) -> None:
    """Wait until every page that is about to be shown stands."""
    async with asyncio.timeout(PATIENCE):
        while waiting := list(home.refresher._waiting.values()):
            await asyncio.gather(*waiting)


def last(world: World, user_id: str) -> Message:
    return world.slack.homes[user_id][-1]


async def test_a_new_question_stands_on_every_open_page_of_the_team(
    world: World, home: Home
) -> None:
    for name in ("Ada", "Bob"):
        await home.open(in_direct_message(name))
    asked = await world.ask()

    home.refresher.posted(asked)
    home.refresher.posted(asked)
    await shown(home)

    assert "Not answered yet." in last(world, "ada").plain_text
    assert "Not answered yet." in last(world, "bob").plain_text
    assert [len(world.slack.homes[each]) for each in ("ada", "bob")] == [1, 1]


async def test_it_stands_on_no_page_of_who_does_not_see_its_channel(
    world: World, home: Home
) -> None:
    world.slack.hidden.add(("bob", CHANNEL))
    await home.open(in_direct_message("Bob"))

    home.refresher.posted(await world.ask())
    await shown(home)

    assert "No question yet today." in last(world, "bob").plain_text


async def test_another_teams_question_changes_nothing(world: World, home: Home) -> None:
    await home.open(in_direct_message())
    asked = await world.ask(OTHER_CHANNEL)

    home.refresher.posted(replace(asked, team_id="another"))
    await shown(home)

    assert not world.slack.homes


async def test_what_is_asked_in_a_conversation_concerns_that_page_alone(
    world: World, home: Home
) -> None:
    for name in ("Ada", "Bob"):
        await home.open(in_direct_message(name))
    asked = await world.ask()

    home.refresher.posted(replace(asked, channel=in_direct_message("Bob").channel))
    await shown(home)

    assert list(world.slack.homes) == ["bob"]
