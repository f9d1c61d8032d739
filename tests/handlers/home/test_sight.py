"""What is asked where somebody is not stays there."""

from __future__ import annotations

from dataclasses import replace

from handlers.actions import Action, ActionKind
from handlers.channels.sight import Sight
from handlers.message import OpenForm, Response, SelectField
from handlers.refs import ChannelRef, Platform
from tests.factory import CHANNEL
from tests.handlers.conftest import OTHER_CHANNEL, REPLY, World, a_caller, in_direct_message
from tests.handlers.fakes import FakePlatform

TODAY = Action(ActionKind.ANSWER_TODAY)


async def ask_in_secret(world: World) -> str:
    """Ask a question in a channel that Bob is not in; return its title."""
    world.slack.hidden.add(("bob", CHANNEL))
    asked = await world.ask()
    async with world.storage(read_only=True) as work:
        question = await work.questions.get(asked.team_id, asked.question_id or "")
    assert question is not None
    return question.title


async def test_a_private_channels_question_is_on_no_strangers_page(world: World) -> None:
    title = await ask_in_secret(world)

    ada = (await world.app.router.home(in_direct_message())).plain_text
    bob = (await world.app.router.home(in_direct_message("Bob"))).plain_text

    assert title in ada
    assert title not in bob
    assert "No question yet today." in bob


async def test_nor_does_progress_tell_of_it(world: World) -> None:
    title = await ask_in_secret(world)

    assert title in await world.told("progress", by=a_caller(channel=OTHER_CHANNEL))
    assert title not in await world.told("progress", by=a_caller("Bob", channel=OTHER_CHANNEL))


async def test_a_private_channels_schedule_is_on_no_strangers_page(world: World) -> None:
    await world.nine_every_day()
    world.slack.hidden.add(("bob", CHANNEL))

    ada = (await world.app.router.home(in_direct_message())).plain_text
    bob = (await world.app.router.home(in_direct_message("Bob"))).plain_text

    assert "09:00 UTC, every day" in ada
    assert "No channel has a daily question yet." in bob
    assert "Nothing is scheduled" in bob


async def test_a_shortcut_offers_no_private_channels_question(world: World) -> None:
    await ask_in_secret(world)

    refused = await world.click(TODAY, by=in_direct_message("Bob"))

    assert isinstance(refused, Response)
    assert "no open question" in refused.message.plain_text
    assert isinstance(await world.click(TODAY, by=in_direct_message()), OpenForm)


async def test_a_choice_leaves_out_what_is_hidden_and_a_forged_one_is_refused(
    world: World,
) -> None:
    await ask_in_secret(world)
    for channel in (OTHER_CHANNEL, replace(CHANNEL, id="C3")):
        world.clock.move(seconds=60)
        await world.ask(channel)
    hidden = await world.newest()
    assert hidden is not None

    form = await world.click(TODAY, by=in_direct_message("Bob"))
    assert isinstance(form, OpenForm)
    [choice] = [field for field in form.fields if isinstance(field, SelectField)]
    values = {"question": hidden.id, "answer": "An answer that is long enough to be graded."}
    sent = await world.send_form(form.action, values, id_="view:1", by=in_direct_message("Bob"))

    assert hidden.id not in dict(choice.options)
    assert len(choice.options) == 2
    assert (sent.accepted, sent.field) == (False, choice.name)


async def test_one_sees_where_one_is_even_if_the_platform_does_not_say() -> None:
    slack = FakePlatform()
    slack.hidden = {("ada", CHANNEL), ("ada", OTHER_CHANNEL)}
    sight = Sight({Platform.SLACK: slack})

    assert await sight.visible(a_caller(), [CHANNEL, OTHER_CHANNEL]) == {CHANNEL}


async def test_conversations_are_their_own_and_other_platforms_are_not_seen() -> None:
    direct = replace(CHANNEL, id="D-bob")
    discord = ChannelRef(platform=Platform.DISCORD, workspace_id="1", id="2")
    sight = Sight({Platform.SLACK: FakePlatform()})

    assert await sight.visible(a_caller(), [CHANNEL, direct, discord]) == {CHANNEL}


async def test_a_direct_message_answers_no_private_channels_blind_question(world: World) -> None:
    await world.told("progress", by=a_caller("Bob", channel=OTHER_CHANNEL))
    await world.settings(grades="blind")
    await ask_in_secret(world)

    refused = await world.receive(world.direct_message(REPLY, by=in_direct_message("Bob")))
    taken = await world.receive(world.direct_message(REPLY, by=in_direct_message()))

    assert not refused.stored
    assert refused.message is not None
    assert "no open question" in refused.message.plain_text
    assert taken.stored


async def test_a_direct_message_is_for_the_blind_question_that_its_writer_sees(
    world: World,
) -> None:
    await world.settings(grades="blind")
    seen = await world.ask()
    world.clock.move(seconds=60)
    await world.settings(OTHER_CHANNEL, grades="blind")
    world.slack.hidden.add(("bob", OTHER_CHANNEL))
    await world.ask(OTHER_CHANNEL)

    bobs = await world.receive(world.direct_message(REPLY, by=in_direct_message("Bob")))
    adas = await world.receive(world.direct_message(REPLY, by=in_direct_message()))

    async with world.storage(read_only=True) as work:
        [answer] = await work.answers.of_occurrence(seen.id)
    assert bobs.stored
    assert answer.text == REPLY
    assert adas.message is not None
    assert "More than one question" in adas.message.plain_text
