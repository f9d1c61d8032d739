"""People's messages: handed on, ignored, kept or caught up with, over the wire."""

from __future__ import annotations

import pytest

from bot.platforms.discord.app import DiscordApp
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.config import DiscordConfig
from handlers.dispatch import NotStored, Reception
from handlers.invocation import IncomingReply
from handlers.message import say
from handlers.refs import ChannelRef, MessageRef, ThreadRef
from tests.bot.platforms.discord.conftest import (
    StartApp,
    WatchedDispatcher,
    direct_ref,
    thread_ref,
)
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_discord import FakeDiscord


class RefusingDispatcher(FakeDispatcher):
    """Fails to store the first replies; the rest are stored once each."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures

    async def reply(self, reply: IncomingReply) -> Reception:
        if self.failures > 0:
            self.failures -= 1
            raise NotStored
        return await super().reply(reply)


async def open_thread(platform: DiscordPlatform, channel: ChannelRef) -> ThreadRef:
    posted = await platform.post(channel, say("What is drift?"), key="q", thread_title="Answers")
    assert posted.thread is not None
    return posted.thread


async def test_a_reply_in_a_thread_is_handed_on_and_acknowledged(
    discord: FakeDiscord,
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
    platform: DiscordPlatform,
    channel: ChannelRef,
) -> None:
    await start_app()
    thread = await open_thread(platform, channel)

    said = await discord.say(int(thread.id), "Ana", "Drift is when the data changes")
    await discord.wait_for_reaction(said, "👀")

    (reply,) = dispatcher.seen_replies
    assert reply.text == "Drift is when the data changes"
    assert reply.message == MessageRef(channel=channel, id=str(said), thread_id=thread.id)
    assert reply.caller.thread == thread
    assert reply.caller.channel == channel
    assert reply.caller.user.id == str(discord.user_id("Ana"))
    assert not reply.caller.is_direct


async def test_a_direct_message_is_handed_on(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher
) -> None:
    await start_app()

    said = await discord.direct_message("Ana", "Drift is when the data changes")
    await discord.wait_for_reaction(said, "👀")

    (reply,) = dispatcher.seen_replies
    assert reply.message == MessageRef(channel=direct_ref(discord, "Ana"), id=str(said))
    assert reply.caller.is_direct
    assert reply.caller.workspace is None


async def test_only_people_in_threads_and_direct_messages_are_heard(
    discord: FakeDiscord,
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
    platform: DiscordPlatform,
    channel: ChannelRef,
) -> None:
    await start_app()
    thread = await open_thread(platform, channel)
    await discord.say(discord.channel_id, "Ana", "chatter in the channel")
    await discord.say(int(thread.id), "Other bot", "beep", bot=True)
    await discord.say(int(thread.id), "Hook", "from a webhook", webhook=True)
    await discord.say(int(thread.id), "Ben", "renamed the thread", kind=4)
    await platform.post(thread, say("my own words"), key="own")

    said = await discord.say(int(thread.id), "Ana", "my answer")
    await discord.wait_for_reaction(said, "👀")

    assert [reply.text for reply in dispatcher.seen_replies] == ["my answer"]


async def test_a_long_paste_that_became_a_file_is_read(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher
) -> None:
    await start_app()
    essay = "Drift — what it is. " * 200

    said = await discord.say(discord.direct_channel("Ana"), "Ana", "Here:", file_text=essay)
    await discord.wait_for_reaction(said, "👀")

    assert dispatcher.seen_replies[0].text == f"Here:\n\n{essay}"


async def test_what_is_to_be_said_at_once_is_said_in_place(
    discord: FakeDiscord,
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
    platform: DiscordPlatform,
    channel: ChannelRef,
) -> None:
    await start_app()
    thread = await open_thread(platform, channel)
    dispatcher.reception = Reception(stored=False, message=say("One word is too little"))

    said = await discord.say(int(thread.id), "Ana", "Drift")
    post = await discord.wait_for_post("too little")

    assert (post.channel_id, post.reply_to) == (int(thread.id), said)
    assert discord.reactions(said) == set()


async def test_a_thread_that_the_gateway_did_not_tell_of_is_looked_up(
    discord: FakeDiscord,
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
    platform: DiscordPlatform,
    channel: ChannelRef,
) -> None:
    thread = await open_thread(platform, channel)
    discord.archive_thread(int(thread.id))
    await start_app()

    said = await discord.say(int(thread.id), "Ana", "my answer")
    await dispatcher.wait_for_replies(1)

    assert dispatcher.seen_replies[0].message.thread == thread
    assert dispatcher.seen_replies[0].message.id == str(said)


async def test_a_moment_without_storage_goes_unnoticed(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    dispatcher = RefusingDispatcher(failures=1)
    await start_app(dispatcher=dispatcher)

    said = await discord.direct_message("Ana", "my answer")
    await discord.wait_for_reaction(said, "👀")

    assert discord.posts == []
    assert len(dispatcher.seen_replies) == 1


async def test_without_storage_a_person_is_told_once_and_their_answer_kept(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher
) -> None:
    dispatcher.storage_is_down = True
    await start_app()

    said = await discord.direct_message("Ana", "my answer")
    told = await discord.wait_for_post("send it again")
    assert discord.reactions(said) == {"⚠️"}
    assert told.reply_to == said
    dispatcher.storage_is_down = False
    await discord.wait_until(lambda: discord.reactions(said) == {"👀"})

    assert [reply.text for reply in dispatcher.seen_replies] == ["my answer"]
    assert len(discord.posts) == 1


async def test_what_was_kept_at_a_stop_is_found_at_the_next_start(
    discord: FakeDiscord,
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
) -> None:
    dispatcher.storage_is_down = True
    first = await start_app()
    await discord.direct_message("Ana", "my answer")
    await discord.wait_for_post("send it again")
    await first.stop()
    dispatcher.storage_is_down = False

    async def missed() -> list[ThreadRef | ChannelRef]:
        return [direct_ref(discord, "Ana")]

    await start_app(missed=missed)
    await dispatcher.wait_for_replies(1)
    assert dispatcher.seen_replies[0].text == "my answer"


async def test_a_resumed_connection_misses_nothing_and_looks_for_nothing(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher
) -> None:
    asked = 0

    async def missed() -> list[ThreadRef | ChannelRef]:
        nonlocal asked
        asked += 1
        return []

    await start_app(missed=missed)
    await discord.drop_connections(keep_sessions=True)
    said = await discord.direct_message("Ana", "said while away")
    await discord.wait_for_resume()
    await discord.wait_for_reaction(said, "👀")

    assert len(discord.identifies) == 1
    assert asked == 1


@pytest.mark.parametrize("how", ["dropped", "invalidated"])
async def test_a_new_session_catches_up_with_the_open_threads(
    discord: FakeDiscord,
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
    platform: DiscordPlatform,
    channel: ChannelRef,
    how: str,
) -> None:
    thread = await open_thread(platform, channel)
    direct = direct_ref(discord, "Ben")
    gone = thread_ref(channel, 404)

    async def missed() -> list[ThreadRef | ChannelRef]:
        return [gone, channel, thread, direct]

    await start_app(missed=missed)
    if how == "dropped":
        await discord.drop_connections(keep_sessions=False)
    else:
        await discord.invalidate_sessions()
    await discord.say(int(thread.id), "Ana", "said while away")
    await discord.say(int(thread.id), "Other bot", "beep", bot=True)
    await discord.say(int(direct.id), "Ben", "written while away")
    await discord.say(discord.channel_id, "Cem", "chatter")
    await discord.wait_for_identify(2)

    await dispatcher.wait_for_replies(2)
    texts = [reply.text for reply in dispatcher.seen_replies]
    assert texts == ["said while away", "written while away"]
    assert dispatcher.seen_replies[0].message.thread == thread


async def test_catching_up_twice_says_a_refusal_once(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher
) -> None:
    dispatcher.reception = Reception(stored=False, message=say("One word is too little"))
    await discord.direct_message("Ana", "Drift")

    async def missed() -> list[ThreadRef | ChannelRef]:
        return [direct_ref(discord, "Ana")]

    for count in (1, 2):
        app: DiscordApp = await start_app(missed=missed)
        await dispatcher.wait_for_replies(count)
        await discord.wait_for_post("too little")
        await app.stop()
        discord.forget_nonces()

    assert len(discord.posts) == 1


async def test_a_message_that_may_not_be_read_is_answered_with_the_way_out_once(
    discord: FakeDiscord,
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
    platform: DiscordPlatform,
    channel: ChannelRef,
) -> None:
    discord.refuse_message_content()
    await start_app()
    thread = await open_thread(platform, channel)
    strange = await discord.start_thread(discord.channel_id, "Ana", "chat")

    await discord.say(strange, "Ana", "chatter")
    await discord.say(int(thread.id), "Ana", "my answer")
    post = await discord.wait_for_post("Answer")
    discord.forget_nonces()
    await discord.say(int(thread.id), "Ben", "mine too")
    said = await discord.direct_message("Ana", "my answer then")
    await discord.wait_for_reaction(said, "👀")

    assert post.channel_id == int(thread.id)
    assert [p for p in discord.posts if "not allowed to read" in p.text] == [post]
    assert [reply.text for reply in dispatcher.seen_replies] == ["my answer then"]


async def test_nothing_is_heard_after_stopping(
    config: DiscordConfig, discord: FakeDiscord, dispatcher: WatchedDispatcher
) -> None:
    app = DiscordApp(DiscordPlatform(config), dispatcher)
    await app.start()
    was_connected = app.is_connected
    await app.stop()

    assert was_connected
    assert not app.is_connected
    await discord.direct_message("Ana", "anyone there?")
    assert dispatcher.seen_replies == []
