"""Connecting: tokens, intents, commands, over the wire."""

from __future__ import annotations

import logging

import pytest

from bot.platforms.discord.app import DiscordApp
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.config import DiscordConfig
from bot.startup import StartupError
from handlers.actions import Action, ActionKind
from handlers.message import Button, Buttons, Message, OpenForm, TextField, say
from handlers.refs import ChannelRef
from tests.bot.platforms.discord.conftest import StartApp, WatchedDispatcher
from tests.bot.platforms.discord.shelf import Shelf
from tests.wire.fake_discord import FakeDiscord

ANSWER = Action(ActionKind.ANSWER, "q1")
PRIVILEGED = 1 << 15


async def test_a_wrong_token_is_said_in_one_sentence(
    discord: FakeDiscord, dispatcher: WatchedDispatcher
) -> None:
    config = DiscordConfig(token="old", api_url=discord.api_url, gateway_url=discord.gateway_url)
    app = DiscordApp(DiscordPlatform(config), dispatcher)

    with pytest.raises(StartupError, match="DISCORD_TOKEN") as error:
        await app.start()

    assert "old" not in str(error.value)
    assert discord.identifies == []


async def test_a_token_that_only_the_gateway_refuses_is_said_too(
    discord: FakeDiscord, config: DiscordConfig, dispatcher: WatchedDispatcher
) -> None:
    discord.refuse_gateway_token()
    app = DiscordApp(DiscordPlatform(config), dispatcher)

    with pytest.raises(StartupError, match="does not accept the bot's token"):
        await app.start()

    assert len(discord.identifies) == 1


async def test_a_discord_that_does_not_answer_is_said_in_time(
    dispatcher: WatchedDispatcher,
) -> None:
    config = DiscordConfig(
        token="t", api_url="http://127.0.0.1:9/api/v10", gateway_url="ws://127.0.0.1:9/"
    )
    app = DiscordApp(DiscordPlatform(config), dispatcher, start_seconds=0.2)

    with pytest.raises(StartupError, match="could not be reached"):
        await app.start()


async def test_without_the_message_content_intent_the_button_still_does_the_whole_job(
    discord: FakeDiscord,
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
    platform: DiscordPlatform,
    channel: ChannelRef,
    caplog: pytest.LogCaptureFixture,
) -> None:
    discord.refuse_message_content()
    dispatcher.outcome = OpenForm(
        title="Your answer",
        intro=say("What is drift?"),
        fields=(TextField(name="answer", label="Answer"),),
        action=ANSWER,
    )

    app = await start_app()
    await platform.post(channel, Message(blocks=(Buttons((Button("Answer", ANSWER),)),)), key="q")
    click = await discord.click(discord.posts[0], "Ana", "Answer")
    await discord.wait_for_modal(click)
    await discord.wait_for_answer(await discord.submit_modal(click, "Ana", {"answer": "It moves"}))

    assert not app.has_message_content
    assert dispatcher.seen_forms[0].values == {"answer": "It moves"}
    asked = [bool(identify["intents"] & PRIVILEGED) for identify in discord.identifies]
    assert asked == [True, False]
    warnings = [r for r in caplog.records if r.levelno == logging.WARNING and "bot.plat" in r.name]
    assert len(warnings) == 1
    assert "Message Content intent" in warnings[0].getMessage()


async def test_the_message_content_intent_is_asked_for_and_nothing_else_that_is_privileged(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    app = await start_app()

    assert app.has_message_content
    privileged = PRIVILEGED | 1 << 1 | 1 << 8
    assert discord.identifies[0]["intents"] & privileged == PRIVILEGED


async def test_a_reconnect_that_discord_asks_for_is_resumed(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher
) -> None:
    app = await start_app()

    await discord.ask_to_reconnect()
    await discord.wait_for_resume()
    await discord.direct_message("Ana", "still there?")

    await dispatcher.wait_for_replies(1)
    assert app.is_connected
    assert len(discord.identifies) == 1


async def test_commands_are_put_to_discord_only_when_they_change(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher
) -> None:
    shelf = Shelf()
    for _ in range(2):
        app = await start_app(command_memory=shelf.commands)
        await app.stop()
    assert len(discord.command_syncs) == 1

    dispatcher.commands = dispatcher.commands[:2]
    await start_app(command_memory=shelf.commands)

    assert len(discord.command_syncs) == 2
    names = [[c["name"] for c in sync[0]["options"]] for sync in discord.command_syncs]
    assert names == [["today", "answer", "help"], ["today", "answer"]]


async def test_a_declaration_becomes_a_group_with_optional_options_and_choices(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    await start_app()

    group = discord.command_syncs[0][0]
    assert group["name"] == "prep"
    today = group["options"][0]
    (role,) = today["options"]
    assert today["description"] == "Show today's question"
    assert (role["name"], role["required"]) == ("role", False)
    assert role["description"] == "Which role"
    assert [(c["name"], c["value"]) for c in role["choices"]] == [
        ("AI Engineer", "ai-engineer"),
        ("ML Engineer", "ml-engineer"),
    ]


async def test_commands_that_could_not_be_put_are_put_at_the_next_start(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    shelf = Shelf()
    discord.script_failure("PUT", "/commands$", status=400, code=50035, times=2)
    first = await start_app(command_memory=shelf.commands)
    assert first.is_connected
    was_remembered = shelf.value is not None
    await first.stop()

    await start_app(command_memory=shelf.commands)

    assert not was_remembered
    assert shelf.value is not None
    assert len(discord.command_syncs) == 1
