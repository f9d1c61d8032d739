"""Edits and deletions, over the wire."""

from __future__ import annotations

import pytest

from handlers.invocation import IncomingDeletion, IncomingEdit
from handlers.refs import ChannelRef, MessageRef
from tests.bot.platforms.discord.conftest import (
    StartApp,
    WatchedDispatcher,
    direct_ref,
)
from tests.wire.fake_discord import FakeDiscord


@pytest.fixture
async def thread(discord: FakeDiscord, start_app: StartApp) -> int:
    """A thread in the channel, seen by a running app."""
    await start_app()
    return await discord.start_thread(discord.channel_id, "Ana", "question")


async def test_an_edit_in_a_thread_is_handed_on_with_its_author(
    discord: FakeDiscord, dispatcher: WatchedDispatcher, thread: int, channel: ChannelRef
) -> None:
    said = await discord.say(thread, "Ana", "before")
    await discord.edit(said, "after")
    await dispatcher.wait_for_changes(1)

    [edit] = dispatcher.seen_edits
    assert isinstance(edit, IncomingEdit)
    assert edit.text == "after"
    assert edit.message == MessageRef(channel=channel, id=str(said), thread_id=str(thread))
    assert edit.message == dispatcher.seen_replies[0].message
    assert edit.caller.user.id == str(discord.user_id("Ana"))
    assert edit.edited_at is not None


async def test_an_edit_of_a_direct_message_is_handed_on(
    discord: FakeDiscord, dispatcher: WatchedDispatcher, start_app: StartApp
) -> None:
    await start_app()
    said = await discord.direct_message("Ana", "before")
    await discord.edit(said, "after")
    await dispatcher.wait_for_changes(1)
    [edit] = dispatcher.seen_edits
    assert edit.message == MessageRef(channel=direct_ref(discord, "Ana"), id=str(said))


async def test_a_previews_arrival_a_bots_edit_and_one_in_the_channel_are_no_edits(
    discord: FakeDiscord, dispatcher: WatchedDispatcher, thread: int
) -> None:
    previewed = await discord.say(thread, "Ana", "see https://a.b")
    await discord.edit(previewed, "see https://a.b", by_person=False)
    bots = await discord.say(thread, "Robot", "beep", bot=True)
    await discord.edit(bots, "boop")
    aside = await discord.say(discord.channel_id, "Ana", "hello")
    await discord.edit(aside, "hello, all")
    await discord.edit(previewed, "see https://a.c")
    await dispatcher.wait_for_changes(1)
    assert [edit.text for edit in dispatcher.seen_edits] == ["see https://a.c"]


async def test_deletions_are_handed_on_with_their_place(
    discord: FakeDiscord, dispatcher: WatchedDispatcher, thread: int, channel: ChannelRef
) -> None:
    in_thread = await discord.say(thread, "Ana", "gone soon")
    direct = await discord.direct_message("Ana", "gone soon, too")
    aside = await discord.say(discord.channel_id, "Ana", "hello")
    for said in (aside, in_thread, direct):
        await discord.delete(said)
    await dispatcher.wait_for_changes(2)
    assert {deletion.message for deletion in dispatcher.seen_deletions} == {
        MessageRef(channel=channel, id=str(in_thread), thread_id=str(thread)),
        MessageRef(channel=direct_ref(discord, "Ana"), id=str(direct)),
    }


class Stumbling(WatchedDispatcher):
    """Can't store the first two changes."""

    def __init__(self) -> None:
        super().__init__()
        self.stumbles = 2

    async def deleted(self, deletion: IncomingDeletion) -> None:
        self.stumbles -= 1
        self.storage_is_down = self.stumbles >= 0
        await super().deleted(deletion)


async def test_a_change_that_can_not_be_stored_is_handed_on_again(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    dispatcher = Stumbling()
    await start_app(dispatcher=dispatcher)
    said = await discord.direct_message("Ana", "gone soon")
    await discord.delete(said)
    await dispatcher.wait_for_changes(1)
    assert [deletion.message.id for deletion in dispatcher.seen_deletions] == [str(said)]
