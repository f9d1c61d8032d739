"""One suite for every chat platform, each behind its real client."""

from __future__ import annotations

import contextlib
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest

from bot.platforms.console.client import CHANNEL, ConsolePlatform, user_ref
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.config import DiscordConfig
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
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
from handlers.ports import ChannelViewer, ChatPlatform, DeliveryFailed, Reaction, TargetGone
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef
from tests.bot.platforms.slack.installing import an_installable
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_slack import Failure, FakeSlack

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


class Place(Protocol):
    """A platform with a channel, and eyes to see what stands there."""

    channel: ChannelRef

    @property
    def platform(self) -> ChatPlatform: ...

    def lose_next_answer(self) -> None:
        """Let the next message get through, and its answer be lost."""

    def forget(self) -> None:
        """Let as much time pass that the platform itself recognises no repetition."""

    def break_reactions(self) -> None:
        """Let every reaction fail from now on."""

    def lose_channel(self) -> None:
        """Take the channel away for good."""

    @property
    def person(self) -> UserRef:
        """Somebody whom the bot may write to."""

    @property
    def nobody(self) -> UserRef:
        """Somebody who does not exist."""

    def texts(self, thread: ThreadRef | None = None) -> list[str]:
        """What the bot's messages say, in the channel itself or in a thread."""


class ConsolePlace:
    channel = CHANNEL

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._screen = io.StringIO()
        self.platform = ConsolePlatform(folder, self._screen)

    def lose_next_answer(self) -> None:
        """Nothing lies between us and the screen: only a killed process loses an answer."""

    def forget(self) -> None:
        self.platform = ConsolePlatform(self._folder, self._screen)

    def break_reactions(self) -> None:
        self._folder.joinpath("console.jsonl").mkdir()

    def lose_channel(self) -> None:
        raise AssertionError("the console has no channel to lose")

    @property
    def person(self) -> UserRef:
        return user_ref("ada")

    @property
    def nobody(self) -> UserRef:
        raise AssertionError("whoever types in a terminal is there")

    def texts(self, thread: ThreadRef | None = None) -> list[str]:
        return [text for text in self._screen.getvalue().split("\n\n") if text]


class SlackPlace:
    channel = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")

    def __init__(self, slack: FakeSlack, platform: ChatPlatform | None = None) -> None:
        self._slack = slack
        self.platform = platform or SlackPlatform(
            SlackConfig(
                bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.base_url
            )
        )

    def lose_next_answer(self) -> None:
        self._slack.script_failure("chat.postMessage", Failure(drop="after"))

    def forget(self) -> None:
        """Slack never recognises a repetition."""

    def break_reactions(self) -> None:
        for failure in (Failure(error="missing_scope"), Failure(status=500, body="no JSON")):
            self._slack.script_failure("reactions.add", failure)
        self._slack.script_failure("reactions.add", Failure(drop="before"), times=20)

    @property
    def person(self) -> UserRef:
        return UserRef(platform=Platform.SLACK, realm="T1", id="U1")

    @property
    def nobody(self) -> UserRef:
        return UserRef(platform=Platform.SLACK, realm="T1", id="U404")

    def lose_channel(self) -> None:
        self._slack.workspace.channels["C1"].is_archived = True

    def texts(self, thread: ThreadRef | None = None) -> list[str]:
        wanted = thread.id if thread else None
        return [
            post.plain.strip()
            for post in self._slack.posts
            if post.thread_ts == wanted and post.channel == self.channel.id
        ]


class DiscordPlace:
    def __init__(self, discord: FakeDiscord) -> None:
        self._discord = discord
        self.channel = ChannelRef(
            platform=Platform.DISCORD,
            workspace_id=str(discord.guild_id),
            id=str(discord.channel_id),
        )
        self.platform = DiscordPlatform(
            DiscordConfig(
                token=discord.token, api_url=discord.api_url, gateway_url=discord.gateway_url
            )
        )

    def lose_next_answer(self) -> None:
        self._discord.script_failure("POST", "/messages$", drop=True, after=True)

    def forget(self) -> None:
        self._discord.forget_nonces()

    def break_reactions(self) -> None:
        self._discord.script_failure("PUT", "/reactions/", drop=True, times=5)
        self._discord.script_failure("PUT", "/reactions/", status=403, code=50013, times=20)

    @property
    def person(self) -> UserRef:
        return self._user(self._discord.user_id("Ana"))

    @property
    def nobody(self) -> UserRef:
        return self._user(404)

    def _user(self, id_: int) -> UserRef:
        return UserRef(platform=Platform.DISCORD, realm="global", id=str(id_))

    def lose_channel(self) -> None:
        self._discord.delete_channel(self._discord.channel_id)

    def texts(self, thread: ThreadRef | None = None) -> list[str]:
        wanted = int(thread.id if thread else self.channel.id)
        return [post.text for post in self._discord.posts if post.channel_id == wanted]


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
