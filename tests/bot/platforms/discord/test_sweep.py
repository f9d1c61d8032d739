"""What was changed or deleted while we were away is found when we are back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.platforms.known import Known
from handlers.refs import ChannelRef, MessageRef, ThreadRef
from tests.bot.platforms.discord.conftest import (
    StartApp,
    WatchedDispatcher,
    direct_ref,
    thread_ref,
)
from tests.wire.fake_discord import FakeDiscord


@pytest.fixture
async def thread(discord: FakeDiscord, channel: ChannelRef) -> ThreadRef:
    return thread_ref(channel, await discord.start_thread(discord.channel_id, "Ana", "answers"))


class Register:
    """What the bot knows of a channel."""

    def __init__(self, *places: ThreadRef | ChannelRef) -> None:
        self.places = places
        self.waiting: list[MessageRef] = []
        self.question: MessageRef | None = None

    async def missed(self) -> Sequence[ThreadRef | ChannelRef]:
        return self.places

    async def _waiting(self, _: ChannelRef) -> Sequence[MessageRef]:
        return self.waiting

    async def _question(self, _: ChannelRef) -> MessageRef | None:
        return self.question

    @property
    def known(self) -> Known:
        return Known(waiting=self._waiting, question=self._question)


def ref(thread: ThreadRef, message_id: int) -> MessageRef:
    return MessageRef(channel=thread.channel, id=str(message_id), thread_id=thread.id)


async def test_edits_made_while_away_are_handed_on_as_found(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher, thread: ThreadRef
) -> None:
    register = Register(thread)
    await start_app(missed=register.missed, known=register.known)
    said = await discord.say(int(thread.id), "Ana", "first thoughts")
    await dispatcher.wait_for_replies(1)

    await discord.drop_connections(keep_sessions=False)
    await discord.edit(said, "second thoughts")
    await dispatcher.wait_for_changes(1)

    (edit,) = dispatcher.seen_edits
    assert (edit.text, edit.found, edit.message) == ("second thoughts", True, ref(thread, said))


async def test_what_nobody_edited_is_no_edit(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher, thread: ThreadRef
) -> None:
    register = Register(thread)
    await discord.say(int(thread.id), "Ana", "my answer")

    await start_app(missed=register.missed, known=register.known)
    await dispatcher.wait_for_replies(1)

    assert dispatcher.seen_edits == []
    assert dispatcher.seen_deletions == []


async def test_an_answer_deleted_while_away_is_taken_back_and_others_are_not(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher, thread: ThreadRef
) -> None:
    gone = await discord.say(int(thread.id), "Ana", "on second thought")
    kept = await discord.say(int(thread.id), "Ben", "my answer")
    elsewhere = MessageRef(channel=thread.channel, id=str(gone), thread_id="5")
    long_ago = ref(thread, 1000)
    register = Register(thread)
    register.waiting = [ref(thread, gone), ref(thread, kept), elsewhere, long_ago]
    await discord.delete(gone)

    await start_app(missed=register.missed, known=register.known)
    await dispatcher.wait_for_changes(1)

    assert [deletion.message for deletion in dispatcher.seen_deletions] == [ref(thread, gone)]


async def test_more_than_a_page_was_missed(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher, thread: ThreadRef
) -> None:
    for number in range(130):
        await discord.say(int(thread.id), "Ana", f"answer {number}")
    register = Register(thread)

    await start_app(missed=register.missed, known=register.known)
    await dispatcher.wait_for_replies(130)

    assert [reply.text for reply in dispatcher.seen_replies] == [f"answer {n}" for n in range(130)]


async def test_what_was_said_directly_before_the_question_does_not_answer_it(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher
) -> None:
    channel = direct_ref(discord, "Ana")
    await discord.direct_message("Ana", "hello there")
    question = await discord.say(int(channel.id), "Prepbot", "the question", bot=True)
    await discord.direct_message("Ana", "my answer")
    register = Register(channel)
    register.question = MessageRef(channel=channel, id=str(question))

    await start_app(missed=register.missed, known=register.known)
    await dispatcher.wait_for_replies(1)

    assert [reply.text for reply in dispatcher.seen_replies] == ["my answer"]
