"""Without the right to read messages: detected, said, and the question says what to do."""

from __future__ import annotations

import logging

import pytest

from handlers.daily.question_message import question_message
from handlers.records import GradeMode, OccurrenceState
from handlers.refs import ChannelRef
from tests.bot.platforms.discord.conftest import (
    StartApp,
    WatchedDispatcher,
    direct_ref,
    thread_ref,
)
from tests.contracts.record import an_occurrence
from tests.factory import a_question
from tests.wire.fake_discord import FakeDiscord

PRESS = "Press Answer, or write to me directly: I'm not allowed to read replies here."


async def test_a_refused_intent_is_said_at_the_start_and_known_to_whoever_posts(
    discord: FakeDiscord,
    start_app: StartApp,
    channel: ChannelRef,
    caplog: pytest.LogCaptureFixture,
) -> None:
    discord.refuse_message_content()
    with caplog.at_level(logging.WARNING):
        app = await start_app()

    assert "Message Content intent" in caplog.text
    platform = app.platform
    assert not platform.reads_replies(channel)
    assert not platform.reads_replies(thread_ref(channel, 1))
    # Direct messages are exempt.
    assert platform.reads_replies(direct_ref(discord, "Ana"))


async def test_with_the_intent_replies_are_read(
    discord: FakeDiscord, start_app: StartApp, channel: ChannelRef
) -> None:
    app = await start_app()
    assert app.platform.reads_replies(channel)


async def test_a_message_that_comes_empty_tells_that_its_words_are_withheld(
    discord: FakeDiscord,
    start_app: StartApp,
    channel: ChannelRef,
    dispatcher: WatchedDispatcher,
) -> None:
    app = await start_app()
    posted = await app.platform.post(
        channel,
        question_message(a_question(), an_occurrence(state=OccurrenceState.POSTED)),
        key="question:1",
        thread_title="T",
    )
    assert posted.thread is not None

    await discord.say(int(posted.thread.id), "Ana", "")

    told = await discord.wait_for_post("not allowed to read messages here")
    assert told.channel_id == int(posted.thread.id)
    assert not app.platform.reads_replies(channel)
    assert dispatcher.seen_replies == []


@pytest.mark.parametrize(
    ("grades", "reads", "says"),
    [
        (GradeMode.OPEN, True, "Reply to this message, or use the button."),
        (GradeMode.OPEN, False, PRESS),
        (GradeMode.PRIVATE, False, PRESS),
    ],
)
def test_a_question_says_how_it_is_answered(grades: GradeMode, reads: bool, says: str) -> None:
    occurrence = an_occurrence(state=OccurrenceState.POSTED, grades=grades)
    text = question_message(a_question(), occurrence, reads_replies=reads).plain_text
    assert says in text
