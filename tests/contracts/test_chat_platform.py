"""One suite for every chat platform, each behind its real client."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.actions import Action, ActionKind
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    CodeBlock,
    Context,
    Fields,
    Heading,
    Message,
    Quote,
    Text,
    bold,
    code,
    italic,
    line,
    say,
)
from handlers.ports import ChannelViewer, DeliveryFailed, Reaction, TargetGone
from handlers.refs import ChannelRef, MessageRef, ThreadRef
from tests.bot.platforms.slack.installing import an_installable
from tests.contracts.place import ConsolePlace, DiscordPlace, Place, SlackPlace
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_slack import FakeSlack

HOSTILE = {
    "markup": "*_~`>#|*** ``` [a](http://b) <http://x|y> &lt; {curly} \\",
    "mentions": "@everyone @here <@U1> <!channel> <#C1> <@&1> <@123456789012345678>",
    "controls": "bell\x07 escape\x1b[31m null\x00 C1\x9b backspace\x08 end",
    "directions": "abc\u202ecba\u2066 zero\u200bwidth\ufeff joiner\u200d",
    "emoji": "👩‍🔬🏳️‍🌈" * 500,
    "one word": "w" * 20_000,
    "many lines": "line\n" * 3_000,
    "very long": "some words " * 3_600,
    "blanks": " \n\t ",
    "nothing": "",
}


@pytest.fixture(params=["console", "slack", "slack, installed", "discord"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    match request.param:
        case "console":
            yield ConsolePlace(tmp_path)
        case "slack":
            async with FakeSlack() as slack:
                yield SlackPlace(slack)
        case "slack, installed":
            async with FakeSlack() as slack, an_installable(slack, tmp_path) as bot:
                await bot.install()
                yield SlackPlace(slack, bot.workspaces)
        case "discord":
            async with FakeDiscord() as discord:
                there = DiscordPlace(discord)
                yield there
                await there.platform.close()


async def test_a_message_has_an_address_that_can_be_stored(place: Place) -> None:
    posted = await place.platform.post(place.channel, say("hello"), key="k")
    assert place.texts() == ["hello"]
    assert posted.message.channel == place.channel
    assert posted.message.thread is None
    assert posted.thread is None
    assert place.platform.platform is place.channel.platform
    assert MessageRef.unpack(posted.message.pack()) == posted.message


async def test_a_thread_can_be_posted_to(place: Place) -> None:
    question = await place.platform.post(
        place.channel, say("question"), key="q", thread_title="A title"
    )
    assert question.thread is not None
    assert question.thread.channel == place.channel
    thread = ThreadRef.unpack(question.thread.pack())
    grade = await place.platform.post(thread, say("grade"), key="g")
    assert grade.message.thread == thread
    assert place.texts(thread)[-1] == "grade"


@pytest.mark.parametrize("title", ["", " ", "T" * 100, "two\nlines", "@everyone <!here>"])
async def test_a_thread_is_there_whatever_its_title(place: Place, title: str) -> None:
    posted = await place.platform.post(place.channel, say("q"), key="q", thread_title=title)
    assert posted.thread is not None


async def test_one_key_is_one_message_and_another_key_another(place: Place) -> None:
    first = await place.platform.post(place.channel, say("hello"), key="k1")
    again = await place.platform.post(place.channel, say("hello"), key="k1", maybe_sent=True)
    other = await place.platform.post(place.channel, say("hello"), key="k2", maybe_sent=True)
    assert place.texts() == ["hello", "hello"]
    assert again == first
    assert other.message != first.message


@pytest.mark.parametrize("later", [False, True], ids=["at once", "much later"])
async def test_a_message_whose_answer_was_lost_stands_once(place: Place, later: bool) -> None:
    place.lose_next_answer()
    # A client may mend it by itself, or leave it to the caller's next try.
    with contextlib.suppress(DeliveryFailed):
        await place.platform.post(place.channel, say("hello"), key="k", thread_title="T")
    if later:
        place.forget()
    posted = await place.platform.post(
        place.channel, say("hello"), key="k", maybe_sent=True, thread_title="T"
    )
    assert place.texts() == ["hello"]
    assert posted.thread is not None
    await place.platform.post(posted.thread, say("in the thread"), key="t")
    assert place.texts(posted.thread)[-1] == "in the thread"


async def test_a_lost_message_in_a_thread_stands_once(place: Place) -> None:
    question = await place.platform.post(place.channel, say("q"), key="q", thread_title="T")
    assert question.thread is not None
    place.lose_next_answer()
    with contextlib.suppress(DeliveryFailed):
        await place.platform.post(question.thread, say("grade"), key="g")
    place.forget()
    posted = await place.platform.post(question.thread, say("grade"), key="g", maybe_sent=True)
    assert place.texts(question.thread).count("grade") == 1
    assert posted.message.thread == question.thread


async def test_what_never_got_through_is_sent(place: Place) -> None:
    await place.platform.post(place.channel, say("hello"), key="k", maybe_sent=True)
    assert place.texts() == ["hello"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_hostile_text_is_taken_in_every_block(place: Place, text: str) -> None:
    blocks: list[Block] = [
        # First, because a platform may leave out the end of what is too long for it.
        Text(line("sentinel ", bold(text), italic(text), code(text))),
        Heading(text),
        Bullets((line(text), line(bold(text)))),
        Quote(text),
        CodeBlock(text),
        Fields(((text[:50], text), ("Label", text))),
        Context(line(text)),
        Buttons((Button(text[:100] or "x", Action(ActionKind.ANSWER, "o1")),)),
    ]
    await place.platform.post(place.channel, Message(blocks=tuple(blocks)), key="k")
    assert sum(shown.count("sentinel") for shown in place.texts()) == 1


@pytest.mark.parametrize("text", ["blanks", "nothing"])
async def test_a_message_without_a_word_is_no_failure(place: Place, text: str) -> None:
    posted = await place.platform.post(place.channel, say(HOSTILE[text]), key="k")
    assert posted.message.channel == place.channel


async def test_a_message_of_very_many_blocks_is_taken(place: Place) -> None:
    blocks: list[Block] = [Text(line("sentinel"))]
    for number in range(100):
        blocks += [Heading(f"Part {number}"), Bullets(tuple(line(str(n)) for n in range(30)))]
    await place.platform.post(place.channel, Message(blocks=tuple(blocks)), key="k")
    assert sum(shown.count("sentinel") for shown in place.texts()) == 1


async def test_signs_are_a_courtesy(place: Place) -> None:
    posted = await place.platform.post(place.channel, say("hello"), key="k", thread_title="T")
    assert posted.thread is not None
    inside = await place.platform.post(posted.thread, say("hello"), key="t")
    nowhere = MessageRef(channel=place.channel, id="1700000000")
    for message in (posted.message, inside.message, nowhere):
        for reaction in Reaction:
            await place.platform.react(message, reaction)


async def test_signs_that_fail_are_no_failure(place: Place) -> None:
    place.break_reactions()
    posted = await place.platform.post(place.channel, say("hello"), key="k")
    for reaction in (*Reaction, *Reaction):
        await place.platform.react(posted.message, reaction)
    await place.platform.post(place.channel, say("more"), key="k2")
    assert "more" in place.texts()[-1]


# A terminal is never lost to a program that runs in it.
@pytest.mark.parametrize("place", ["slack", "slack, installed", "discord"], indirect=True)
async def test_a_channel_that_is_lost_says_so(place: Place) -> None:
    place.lose_channel()
    with pytest.raises(TargetGone) as gone:
        await place.platform.post(place.channel, say("hello"), key="k")
    assert gone.value.reason
    assert gone.value.reason[-1] not in ".!"


async def test_somebody_can_be_written_to_alone(place: Place) -> None:
    direct = await place.platform.direct(place.person)
    assert await place.platform.direct(place.person) == direct
    assert ChannelRef.unpack(direct.pack()) == direct
    posted = await place.platform.post(direct, say("for you alone"), key="k")
    assert posted.message.channel == direct
    if direct != place.channel:
        assert place.texts() == []


@pytest.mark.parametrize("place", ["slack", "slack, installed", "discord"], indirect=True)
async def test_nobody_can_not_be_written_to(place: Place) -> None:
    with pytest.raises(TargetGone):
        await place.platform.direct(place.nobody)


@pytest.mark.parametrize("place", ["slack", "slack, installed", "discord"], indirect=True)
async def test_a_message_has_an_address_for_people(place: Place) -> None:
    question = await place.platform.post(place.channel, say("q"), key="q", thread_title="T")
    assert question.thread is not None
    inside = await place.platform.post(question.thread, say("g"), key="g")
    links = [await place.platform.link(each.message) for each in (question, inside)]
    assert all(link.startswith("https://") for link in links)
    assert len(set(links)) == 2


async def test_a_link_is_a_courtesy(place: Place) -> None:
    nowhere = MessageRef(channel=place.channel, id="1700000000")
    assert isinstance(await place.platform.link(nowhere), str)


@pytest.mark.parametrize("place", ["slack", "slack, installed"], indirect=True)
async def test_who_sees_which_channel_can_be_told(place: Place) -> None:
    assert isinstance(place.platform, ChannelViewer)
    elsewhere = replace(place.channel, workspace_id="T404")
    nowhere = replace(place.channel, id="C404")
    seen = await place.platform.sees(place.person, [place.channel, elsewhere, nowhere])
    assert seen == {place.channel}
