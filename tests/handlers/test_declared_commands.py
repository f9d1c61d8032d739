"""Every command that the bot declares, as Discord takes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import discord

from bot.platforms.discord.commands import Calls, Commands
from bot.platforms.discord.wording import Wordings
from handlers.command import Command
from tests.handlers.conftest import World
from tests.wire.fake_discord_rules import check_commands

# Names, descriptions and values of a command together; subcommands of a command.
_MOST_CHARACTERS = 8000
_MOST_SUBCOMMANDS = 25


async def test_the_whole_set_fits_into_discords_limits(world: World) -> None:
    payload = await _payload(world.app.router.commands)

    check_commands(payload)
    for command in payload:
        assert sum(map(len, _words(command))) <= _MOST_CHARACTERS
        assert len(command.get("options", [])) <= _MOST_SUBCOMMANDS


async def test_roles_topics_and_questions_are_looked_up(world: World) -> None:
    [group, _] = await _payload(world.app.router.commands)
    completed = {
        (command["name"], option["name"])
        for command in group["options"]
        for option in command["options"]
        if option.get("autocomplete")
    }

    assert {("today", "role"), ("today", "topic"), ("today", "question")} <= completed
    assert {("schedule", "roles"), ("schedule", "zone"), ("help", "command")} <= completed


async def _payload(commands: tuple[Command, ...]) -> list[dict[str, Any]]:
    async def never(*_: object) -> NoReturn:
        raise AssertionError

    client = discord.Client(intents=discord.Intents.none())
    calls = Calls(answer=never, complete=never, grade_this=never, explain=never)
    tree = Commands(client, commands, calls=calls)
    payload = [await each.get_translated_payload(tree, Wordings()) for each in tree.get_commands()]
    await client.close()
    return payload


def _words(part: dict[str, Any]) -> Iterator[str]:
    for key in ("name", "description", "value"):
        if isinstance(part.get(key), str):
            yield part[key]
    for inner in (*part.get("options", []), *part.get("choices", [])):
        yield from _words(inner)
