"""``/prep help``: every command is listed, and each is explained."""

from __future__ import annotations

import pytest

from handlers.message import Bullets, Response, Style
from tests.handlers.conftest import World


async def test_help_lists_every_command_with_how_it_is_typed(world: World) -> None:
    said = await world.told("help")
    for command in world.app.router.commands:
        assert f"- {command.usage} {command.description}" in said
    assert said.startswith("What I can do")
    assert "To answer, reply to a question" in said


async def test_help_tells_of_blind_channels_and_of_the_settings(world: World) -> None:
    said = await world.told("help")
    assert "plays blind, use the button or write to me" in said
    assert "/prep settings shows who sees the grades" in said


async def test_commands_stand_in_code_so_that_they_can_be_copied(world: World) -> None:
    outcome = await world.command("help")
    assert isinstance(outcome, Response)
    items = [
        item
        for block in outcome.message.blocks
        if isinstance(block, Bullets)
        for item in block.items
    ]
    assert len(items) == len(world.app.router.commands)
    assert all(item[0].style is Style.CODE for item in items)


@pytest.mark.parametrize("name", ["today", "answer", "leaderboard", "schedule", "help"])
async def test_each_command_is_explained_with_its_options(world: World, name: str) -> None:
    said = await world.told("help", command=name)
    [command] = [command for command in world.app.router.commands if command.name == name]
    assert said.startswith(command.usage)
    assert f"{command.description}." in said
    for option in command.options:
        assert f"- {option.name} {option.description}" in said
        assert all(choice.value in said for choice in option.choices)


@pytest.mark.parametrize("typed", ["TODAY", "/today", "/prep today"])
async def test_a_command_may_be_named_as_it_is_typed(world: World, typed: str) -> None:
    assert (await world.told("help", command=typed)).startswith("/prep today [role]")


async def test_help_on_nothing_known_offers_the_nearest(world: World) -> None:
    assert await world.told("help", command="tody") == (
        "There is no command “tody”. Did you mean today?"
    )
