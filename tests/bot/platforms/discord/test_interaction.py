"""Commands, buttons and forms, over the wire."""

from __future__ import annotations

import pytest

from handlers.actions import Action, ActionKind
from handlers.command import Person
from handlers.message import (
    Button,
    Buttons,
    Message,
    OpenForm,
    Response,
    Text,
    TextField,
    Visibility,
    line,
    say,
)
from handlers.refs import ChannelRef, Platform, UserRef
from handlers.teams.managers import COMMAND as MANAGERS
from tests.bot.platforms.discord.conftest import StartApp, channel_ref, direct_ref
from tests.bot.platforms.fake_dispatcher import FakeDispatcher, SlowDispatcher
from tests.wire.fake_discord import FakeDiscord

ANSWER = Action(ActionKind.ANSWER, "q1")
QUESTION = Message(
    blocks=(Text(line("What is drift?")), Buttons((Button("Answer", ANSWER),))),
    summary="Today's question",
)
FORM = OpenForm(
    title="Your answer",
    intro=say("What is drift?"),
    fields=(TextField(name="answer", label="Answer", placeholder="A few sentences"),),
    action=ANSWER,
)


async def test_a_command_is_handed_on_with_its_options_and_caller(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    await start_app()

    interaction = await discord.slash(
        discord.channel_id, "Ana", "today", {"role": "ai-engineer"}, manages=True
    )
    answer = await discord.wait_for_answer(interaction)

    assert answer.text == "done"
    (seen,) = dispatcher.seen_commands
    assert (seen.name, seen.options) == ("today", {"role": "ai-engineer"})
    assert seen.id == f"interaction:{interaction.id}"
    ana = UserRef(platform=Platform.DISCORD, realm="global", id=str(discord.user_id("Ana")))
    assert seen.caller.user == ana
    assert seen.caller.display_name == "Ana"
    assert seen.caller.channel == channel_ref(discord, discord.channel_id)
    assert seen.caller.workspace is not None
    assert seen.caller.workspace.id == str(discord.guild_id)
    assert seen.caller.may_manage
    assert not seen.caller.is_direct


@pytest.mark.parametrize(
    ("visibility", "is_ephemeral"),
    [(Visibility.ONLY_CALLER, True), (Visibility.EVERYONE, False)],
)
async def test_a_response_is_shown_to_whom_it_is_for(
    discord: FakeDiscord,
    start_app: StartApp,
    dispatcher: FakeDispatcher,
    visibility: Visibility,
    is_ephemeral: bool,
) -> None:
    await start_app()
    dispatcher.outcome = Response(message=say("here"), visibility=visibility)

    answer = await discord.wait_for_answer(await discord.slash(discord.channel_id, "Ana", "help"))

    assert answer.is_ephemeral is is_ephemeral
    assert answer.allowed_mentions == {"parse": []}


async def test_a_command_in_a_direct_message_may_manage_its_conversation(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    await start_app()

    interaction = await discord.slash(discord.direct_channel("Ana"), "Ana", "help")
    await discord.wait_for_answer(interaction)

    caller = dispatcher.seen_commands[0].caller
    assert caller.channel == direct_ref(discord, "Ana")
    assert caller.workspace is None
    assert caller.is_direct
    assert caller.may_manage


async def test_a_command_in_a_thread_names_the_thread_and_its_channel(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher, channel: ChannelRef
) -> None:
    await start_app()
    thread_id = await discord.start_thread(discord.channel_id, "Ana", "chat")

    await discord.wait_for_answer(await discord.slash(thread_id, "Ana", "help"))

    caller = dispatcher.seen_commands[0].caller
    assert caller.channel == channel
    assert caller.thread is not None
    assert caller.thread.id == str(thread_id)
    assert not caller.may_manage


@pytest.mark.parametrize(
    ("visibility", "above", "below"),
    [(Visibility.ONLY_CALLER, "here", []), (Visibility.EVERYONE, "below", ["here"])],
)
async def test_a_slow_command_shows_that_it_is_thinking_and_then_its_answer(
    discord: FakeDiscord, start_app: StartApp, visibility: Visibility, above: str, below: list[str]
) -> None:
    slow = SlowDispatcher()
    slow.outcome = Response(message=say("here"), visibility=visibility)
    await start_app(dispatcher=slow, patience=0.05)

    interaction = await discord.slash(discord.channel_id, "Ana", "today")
    thinking = await discord.wait_until(lambda: interaction.message)
    assert thinking.is_loading
    assert thinking.is_ephemeral
    slow.finish.set()
    answer = await discord.wait_for_answer(interaction)

    assert above in answer.text
    await discord.wait_until(lambda: len(interaction.followups) == len(below))
    assert [m.text for m in interaction.followups] == below
    assert not any(m.is_ephemeral for m in interaction.followups)


async def test_a_form_that_comes_too_late_is_explained(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    slow = SlowDispatcher()
    slow.outcome = FORM
    await start_app(dispatcher=slow, patience=0.05)

    interaction = await discord.slash(discord.channel_id, "Ana", "answer")
    await discord.wait_until(lambda: interaction.message)
    slow.finish.set()

    assert "try once more" in (await discord.wait_for_answer(interaction)).text


async def test_what_opens_no_form_is_acknowledged_long_before_its_answer_is_there(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    slow = SlowDispatcher()
    await start_app(dispatcher=slow, patience=60.0)

    plain = await discord.slash(discord.channel_id, "Ana", "today")
    forming = await discord.slash(discord.channel_id, "Ana", "answer")
    await discord.wait_until(lambda: plain.message, what="thinking")
    assert forming.message is None
    slow.outcome = FORM
    slow.finish.set()

    assert (await discord.wait_for_modal(forming))["title"] == "Your answer"


async def test_a_button_that_may_open_a_form_is_waited_for_and_any_other_is_not(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    slow = SlowDispatcher()
    slow.finish.set()
    buttons = (Button("Answer", ANSWER), Button("Hint", Action(ActionKind.HINT, "q1")))
    slow.outcome = Response(message=Message(blocks=(Buttons(buttons),), summary="Today"))
    await start_app(dispatcher=slow, patience=60.0)
    posted = await discord.wait_for_answer(await discord.slash(discord.channel_id, "Ana", "today"))
    slow.finish.clear()

    forming = await discord.click(posted, "Ben", "Answer")
    plain = await discord.click(posted, "Ben", "Hint")
    await discord.wait_until(lambda: plain.message, what="thinking")
    assert forming.message is None
    slow.finish.set()
    assert (await discord.wait_for_answer(forming)).id


async def test_a_button_works_after_a_restart_and_opens_a_form_whose_answer_comes_back(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    first = await start_app()
    dispatcher.outcome = Response(message=QUESTION, visibility=Visibility.EVERYONE)
    posted = await discord.wait_for_answer(await discord.slash(discord.channel_id, "Ana", "today"))
    await first.stop()
    await start_app()
    dispatcher.outcome = FORM
    dispatcher.response = Response(message=say("Got it"))

    click = await discord.click(posted, "Ben", "Answer")
    modal = await discord.wait_for_modal(click)
    long_answer = "word " * 800
    sent = await discord.submit_modal(click, "Ben", {"answer": long_answer})
    answer = await discord.wait_for_answer(sent)

    assert modal["title"] == "Your answer"
    assert dispatcher.seen_actions[0].action == ANSWER
    (form,) = dispatcher.seen_forms
    assert form.action == ANSWER
    assert form.values == {"answer": long_answer}
    assert form.id == f"interaction:{sent.id}"
    assert answer.text == "Got it"


async def test_a_form_that_was_not_taken_gives_its_text_back(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    await start_app()
    dispatcher.outcome = FORM
    called = await discord.slash(discord.channel_id, "Ana", "answer")
    await discord.wait_for_modal(called)
    dispatcher.response = Response(message=say("I can't reach my database."), accepted=False)

    sent = await discord.submit_modal(called, "Ana", {"answer": "my long answer"})
    answer = await discord.wait_for_answer(sent)

    assert "database" in answer.text
    assert "my long answer" in answer.text
    assert answer.is_ephemeral


@pytest.mark.parametrize("custom_id", ["pb:answer:9:q1", "pb:sing:1:", "something else"])
async def test_a_button_of_another_release_gets_one_kind_sentence(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher, custom_id: str
) -> None:
    await start_app()
    dispatcher.outcome = Response(message=QUESTION, visibility=Visibility.EVERYONE)
    posted = await discord.wait_for_answer(await discord.slash(discord.channel_id, "Ana", "today"))

    answer = await discord.wait_for_answer(await discord.click(posted, "Ben", custom_id=custom_id))

    assert "earlier version" in answer.text
    assert dispatcher.seen_actions == []


async def test_a_command_that_is_no_longer_ours_is_explained(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    await start_app()

    answer = await discord.wait_for_answer(await discord.slash(discord.channel_id, "Ana", "sing"))

    assert "/prep help" in answer.text


async def test_a_response_whose_acceptance_got_lost_is_shown_once(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    await start_app()
    dispatcher.outcome = Response(message=say("here"), visibility=Visibility.EVERYONE)
    discord.script_failure("POST", "/callback$", drop=True, after=True)

    interaction = await discord.slash(discord.channel_id, "Ana", "help")
    await discord.wait_until(lambda: discord.count("POST", "/callback$") == 2)
    second = await discord.slash(discord.channel_id, "Ana", "help")
    await discord.wait_for_answer(second)

    assert interaction.message is not None
    assert [m.text for m in discord.history(discord.channel_id)] == ["here", "here"]


async def test_a_person_who_was_picked_is_handed_on_with_their_name(
    discord: FakeDiscord, start_app: StartApp, dispatcher: FakeDispatcher
) -> None:
    dispatcher.commands = (*dispatcher.commands, MANAGERS)
    await start_app()

    interaction = await discord.slash(
        discord.channel_id, "Ana", "managers", {"action": "add"}, people={"person": "Bo"}
    )
    await discord.wait_for_answer(interaction)

    (seen,) = dispatcher.seen_commands
    person = Person.unpack(seen.options["person"])
    assert person.name == "Bo"
    assert person.user.id == str(discord.user_id("Bo"))
    group, _ = discord.command_syncs[-1]
    managers = next(each for each in group["options"] if each["name"] == "managers")
    assert [(option["name"], option["type"]) for option in managers["options"]] == [
        ("action", 3),
        ("person", 9),
    ]
