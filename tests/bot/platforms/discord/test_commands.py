"""What Discord is told of our commands, what it offers while they are typed, and on messages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.memo import Memo
from bot.platforms.discord.commands import CommandMemory
from bot.platforms.discord.completion import render_choices
from handlers.actions import ActionKind
from handlers.command import Choice, Command, Group, Lookup, Option, Wording
from handlers.invocation import ActionInvocation, CommandInvocation, Typing
from handlers.message import Response, Visibility, say
from handlers.refs import Platform, UserRef
from handlers.roles import ROLE
from handlers.teams.managers import COMMAND as MANAGERS
from tests.bot.platforms.discord.conftest import StartApp, channel_ref, direct_ref
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.discord_people import (
    call_from_elsewhere,
    name_role,
    start_private_thread,
    type_into,
    use_on_message,
)
from tests.wire.fake_discord import FakeDiscord

LOOKED_UP = Command(
    name="today",
    description="Show today's question",
    options=(ROLE, Option(name="topic", description="About what", lookup=Lookup.TOPIC)),
    wordings={"de": Wording(name="heute", description="Zeigt die Frage des Tages")},
)
TRANSLATED = Command(
    name="answer",
    description="Answer the open question",
    options=(
        Option(
            name="text",
            description="Your answer",
            wordings={"de": Wording(name="antwort", description="Deine Antwort")},
        ),
    ),
)


def memory(path: Path) -> CommandMemory:
    memo = Memo(path / "commands")
    return CommandMemory(load=memo.load, save=memo.save)


def told(discord: FakeDiscord) -> dict[str, dict[str, Any]]:
    """What Discord was told last, by name."""
    return {command["name"]: command for command in discord.command_syncs[-1]}


def option(discord: FakeDiscord, command: str, name: str) -> dict[str, Any]:
    commands = {each["name"]: each for each in told(discord)["prep"]["options"]}
    return next(each for each in commands[command]["options"] if each["name"] == name)


async def test_commands_are_offered_in_servers_in_conversations_and_to_whom_installs_us(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    await start_app()

    commands = told(discord)

    assert set(commands) == {"prep", "Grade this answer"}
    for command in commands.values():
        assert command["contexts"] == [0, 1, 2]
        assert command["integration_types"] == [0, 1]
    assert commands["Grade this answer"]["type"] == 3


async def test_an_application_that_people_cannot_install_still_gets_its_commands(
    discord: FakeDiscord, start_app: StartApp, tmp_path: Path
) -> None:
    discord.script_failure("PUT", "/commands$", status=400, code=50035)

    first = await start_app(command_memory=memory(tmp_path))
    await first.stop()
    await start_app(command_memory=memory(tmp_path))

    assert told(discord)["prep"]["integration_types"] == [0]
    assert told(discord)["prep"]["contexts"] == [0, 1]
    assert discord.count("PUT", "/commands$") == 2


async def test_commands_are_put_to_discord_again_only_when_they_changed(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher, tmp_path: Path
) -> None:
    for _ in range(2):
        app = await start_app(command_memory=memory(tmp_path))
        await app.stop()
    assert len(discord.command_syncs) == 1

    dispatcher.commands = (*dispatcher.commands, LOOKED_UP)[1:]
    await (await start_app(command_memory=memory(tmp_path))).stop()
    assert len(discord.command_syncs) == 2


async def test_a_changed_translation_is_a_change(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher, tmp_path: Path
) -> None:
    dispatcher.commands = (TRANSLATED,)
    await (await start_app(command_memory=memory(tmp_path))).stop()
    dispatcher.commands = (
        Command(name=TRANSLATED.name, description=TRANSLATED.description, options=()),
    )
    await (await start_app(command_memory=memory(tmp_path))).stop()

    assert len(discord.command_syncs) == 2


async def test_declared_translations_reach_discord(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    dispatcher.commands = (LOOKED_UP, TRANSLATED)
    await start_app()

    today, answer = told(discord)["prep"]["options"]

    assert today["name_localizations"] == {"de": "heute"}
    assert today["description_localizations"] == {"de": "Zeigt die Frage des Tages"}
    assert answer["name_localizations"] == {}
    text = option(discord, "answer", "text")
    assert text["name_localizations"] == {"de": "antwort"}
    assert text["description_localizations"] == {"de": "Deine Antwort"}


async def test_a_language_that_discord_does_not_know_is_refused_at_the_start(
    start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    dispatcher.commands = (
        Command(name="today", description="Today", wordings={"tlh": Wording(name="DaHjaj")}),
    )
    with pytest.raises(ValueError, match="no locale tlh"):
        await start_app()


async def test_an_option_that_can_be_looked_up_is_completed_and_not_a_fixed_list(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    dispatcher.commands = (LOOKED_UP,)
    await start_app()

    for name in ("role", "topic"):
        told_of = option(discord, "today", name)
        assert told_of["autocomplete"] is True
        assert "choices" not in told_of


async def test_what_is_being_typed_is_looked_up_with_what_stands_beside_it(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    dispatcher.commands = (LOOKED_UP,)
    dispatcher.completions = [Choice(value="evaluation", label="evaluation (12 questions)")]
    await start_app()

    offered = await type_into(
        discord, "Ana", "today", "topic", "eval", others={"role": "ml-engineer"}
    )

    assert offered == [("evaluation (12 questions)", "evaluation")]
    (typing,) = dispatcher.seen_typing
    assert (typing.command, typing.option, typing.text) == ("today", "topic", "eval")
    assert typing.others["role"] == "ml-engineer"
    assert typing.caller.channel == channel_ref(discord, discord.channel_id)


async def test_an_option_that_we_no_longer_have_does_no_harm(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    await start_app()
    data = {"id": "1", "name": "gone", "type": 1, "options": []}
    await discord._interact(4, discord.channel_id, "Ana", data)

    answer = await discord.wait_for_answer(await discord.slash(discord.channel_id, "Ana", "help"))

    assert answer.text == "done"


class SlowToFind(FakeDispatcher):
    """Never finds anything."""

    async def complete(self, typing: Typing) -> list[Choice]:
        await asyncio.Event().wait()
        return []


async def test_a_lookup_that_takes_too_long_offers_nothing(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    slow = SlowToFind()
    slow.commands = (LOOKED_UP,)
    await start_app(dispatcher=slow, patience=0.05)

    assert await type_into(discord, "Ana", "today", "topic", "eval") == []


def test_what_is_offered_stays_within_discords_limits() -> None:
    found = [Choice(value=f"v{n}", label="long " * 40) for n in range(40)]
    unsendable = [Choice(value="x" * 101, label="too long"), Choice(value=" ", label="nothing")]

    offered = render_choices([*unsendable, Choice(value="v", label=" "), *found])

    assert len(offered) == 25
    assert [offered[0].name, offered[0].value] == ["v", "v"]
    assert all(1 <= len(choice.name) <= 100 for choice in offered)


async def test_grade_this_answer_hands_the_message_over_even_where_we_cannot_read_it(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    discord.refuse_message_content()
    await start_app()
    thread_id = await discord.start_thread(discord.channel_id, "Ana", "What is drift?")
    message_id = await discord.say(thread_id, "Ana", "The data moves away from the model.")

    used = await use_on_message(discord, message_id, "Ana")
    answer = await discord.wait_for_answer(used)

    assert answer.is_ephemeral
    seen = _grade_this(dispatcher)
    about = seen.about
    assert about is not None
    assert about.text == "The data moves away from the model."
    assert about.author == seen.caller.user
    assert about.message.id == str(message_id)
    assert about.message.thread is not None
    assert about.message.thread.id == str(thread_id)


@pytest.mark.parametrize("machine", ["bot", "webhook"])
async def test_grade_this_answer_on_a_machines_message_names_no_author(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher, machine: str
) -> None:
    await start_app()
    message_id = await discord.say(
        discord.channel_id, "R2", "beep", bot=machine == "bot", webhook=machine == "webhook"
    )

    await discord.wait_for_answer(await use_on_message(discord, message_id, "Ana"))

    about = _grade_this(dispatcher).about
    assert about is not None
    assert about.author is None
    assert about.message.thread is None


async def test_a_message_command_that_is_no_longer_ours_is_explained(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    await start_app()
    message_id = await discord.say(discord.channel_id, "Ana", "hm")

    used = await use_on_message(discord, message_id, "Ana", command="Praise this answer")

    assert "/prep help" in (await discord.wait_for_answer(used)).text


@pytest.mark.parametrize("between_people", [False, True])
async def test_whoever_brings_us_along_is_answered_alone_as_in_their_conversation_with_us(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher, between_people: bool
) -> None:
    await start_app()
    dispatcher.outcome = Response(message=say("your board"), visibility=Visibility.EVERYONE)

    called = await call_from_elsewhere(discord, "Ana", "help", between_people=between_people)
    answer = await discord.wait_for_answer(called)

    assert answer.is_ephemeral
    (seen,) = dispatcher.seen_commands
    assert seen.caller.workspace is None
    assert seen.caller.is_direct
    assert not seen.caller.leads
    assert seen.caller.channel == direct_ref(discord, "Ana")
    ana = UserRef(platform=Platform.DISCORD, realm="global", id=str(discord.user_id("Ana")))
    assert seen.caller.user == ana


async def test_whoever_brings_us_along_and_takes_no_messages_is_told(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    await start_app()
    discord.script_failure("POST", "/users/@me/channels", status=403, code=50278)

    answer = await discord.wait_for_answer(await call_from_elsewhere(discord, "Ana", "help"))

    assert "server that I was added to" in answer.text
    assert dispatcher.seen_commands == []


async def test_a_role_that_was_picked_and_the_callers_own_are_handed_on(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    dispatcher.commands = (*dispatcher.commands, MANAGERS)
    await start_app()

    await discord.wait_for_answer(await name_role(discord, "Ana", "Team leads", having=[71, 72]))

    (seen,) = dispatcher.seen_commands
    group = Group.unpack(seen.options["person"])
    assert group.name == "Team leads"
    assert group.workspace == seen.caller.workspace
    guild = f"discord/{discord.guild_id}"
    assert seen.caller.groups == {f"{guild}/71", f"{guild}/72"}


async def test_a_private_thread_is_told_apart(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    await start_app()
    private = await start_private_thread(discord, "Ana", "just us")
    public = await discord.start_thread(discord.channel_id, "Ana", "all of us")

    for thread_id in (private, public):
        await discord.wait_for_answer(await discord.slash(thread_id, "Ana", "help"))

    assert [seen.caller.thread_is_private for seen in dispatcher.seen_commands] == [True, False]


async def test_a_post_of_a_media_channel_is_no_place_for_questions(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    media = discord.add_channel("pictures", kind=16)
    await start_app()
    post = await discord.start_thread(media, "Ana", "a picture")

    answer = await discord.wait_for_answer(await discord.slash(post, "Ana", "today"))

    assert "Try a text channel, a forum or a direct message" in answer.text
    assert dispatcher.seen_commands == []


def _grade_this(dispatcher: FakeDispatcher) -> ActionInvocation:
    (seen,) = dispatcher.seen_actions
    assert seen.action.kind is ActionKind.GRADE_THIS
    assert isinstance(seen, ActionInvocation)
    assert not isinstance(seen, CommandInvocation)
    return seen
