"""Posting once for a key, threads and signs, over the wire."""

from __future__ import annotations

import pytest

from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.config import DiscordConfig
from handlers.message import Message, Text, line, say
from handlers.ports import DeliveryFailed, Reaction, TargetGone
from handlers.refs import ChannelRef, MessageRef
from tests.bot.platforms.discord.conftest import direct_ref, thread_ref
from tests.wire.fake_discord import FakeDiscord

HELLO = say("Good morning")
WITH_SUMMARY = Message(blocks=(Text(line("Good morning")),), summary="A question for you")
POST = r"/channels/\d+/messages$"


async def test_a_post_says_what_it_should_and_mentions_nobody(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    posted = await platform.post(channel, say("@everyone <@1> hello"), key="k1")

    (post,) = discord.posts
    assert posted.message == MessageRef(channel=channel, id=str(post.id))
    assert posted.thread is None
    assert post.allowed_mentions == {"parse": []}
    assert "@everyone" not in post.text
    assert "hello" in post.text
    assert post.nonce is not None
    assert len(post.nonce) <= 25


async def test_a_post_with_a_thread_gets_one_and_the_thread_takes_posts(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    posted = await platform.post(channel, HELLO, key="k1", thread_title="Answers " + "x" * 120)

    assert posted.thread is not None
    assert posted.thread.channel == channel
    thread = discord.posts[0].thread
    assert thread is not None
    assert posted.thread.id == str(thread.id)
    assert len(thread.name) == 100
    assert thread.name.endswith("…")
    inside = await platform.post(posted.thread, say("Your grade"), key="k2")
    assert inside.message.thread == posted.thread
    assert [m.text for m in discord.history(thread.id)] == ["Your grade"]


async def test_a_direct_message_has_no_thread(
    discord: FakeDiscord, platform: DiscordPlatform
) -> None:
    posted = await platform.post(direct_ref(discord, "Ana"), HELLO, key="k", thread_title="Title")

    assert posted.thread is None
    assert len(discord.posts) == 1


@pytest.mark.parametrize(
    ("maybe_sent", "window_has_passed"), [(False, False), (True, False), (True, True)]
)
async def test_a_lost_answer_leads_to_one_message(
    discord: FakeDiscord,
    platform: DiscordPlatform,
    channel: ChannelRef,
    maybe_sent: bool,
    window_has_passed: bool,
) -> None:
    discord.script_failure("POST", POST, drop=True, after=True)
    with pytest.raises(DeliveryFailed) as lost:
        await platform.post(channel, HELLO, key="k1", thread_title="Answers")
    assert not isinstance(lost.value, TargetGone)
    if window_has_passed:
        discord.forget_nonces()

    posted = await platform.post(
        channel, HELLO, key="k1", maybe_sent=maybe_sent, thread_title="Answers"
    )

    assert [post.id for post in discord.posts] == [int(posted.message.id)]
    assert posted.thread is not None


async def test_an_earlier_try_is_found_below_many_later_messages(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    first = await platform.post(channel, HELLO, key="k1")
    for number in range(120):
        await discord.say(discord.channel_id, "Ana", f"chatter {number}")
    await platform.post(channel, HELLO, key="k2")
    discord.forget_nonces()

    again = await platform.post(channel, HELLO, key="k1", maybe_sent=True)

    assert again.message == first.message
    assert len(discord.posts) == 2


async def test_what_was_never_sent_is_sent_after_looking(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    await platform.post(channel, HELLO, key="k1")

    await platform.post(channel, HELLO, key="k2", maybe_sent=True)

    assert len(discord.posts) == 2


async def test_a_thread_that_was_made_by_a_lost_request_is_used(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.script_failure("POST", "/threads$", drop=True, after=True)
    with pytest.raises(DeliveryFailed):
        await platform.post(channel, HELLO, key="k1", thread_title="Answers")

    posted = await platform.post(channel, HELLO, key="k1", maybe_sent=True, thread_title="Answers")

    (post,) = discord.posts
    assert post.thread is not None
    assert posted.thread == thread_ref(channel, post.thread.id)


async def test_without_permission_for_threads_the_message_stands_alone(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.script_failure("POST", "/threads$", status=403, code=50013)

    posted = await platform.post(channel, HELLO, key="k1", thread_title="Answers")

    assert posted.thread is None
    assert len(discord.posts) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (50001, "View Channel"),
        (50007, "privacy settings"),
        (999_999, "permissions"),
    ],
)
async def test_a_refusal_for_good_names_the_way_out(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef, code: int, words: str
) -> None:
    discord.refuse(discord.channel_id, code)

    with pytest.raises(TargetGone) as gone:
        await platform.post(channel, HELLO, key="k1")

    assert words in gone.value.reason


async def test_a_deleted_channel_is_gone(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.delete_channel(discord.channel_id)

    with pytest.raises(TargetGone, match="deleted"):
        await platform.post(channel, HELLO, key="k1")


async def test_a_message_that_would_lose_its_text_is_taken_back(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.forbid_embeds(discord.channel_id)

    for message in (HELLO, WITH_SUMMARY):
        with pytest.raises(TargetGone, match="Embed Links"):
            await platform.post(channel, message, key=message.summary)

    assert discord.posts == []


async def test_a_rate_limit_is_waited_for(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.script_failure("POST", POST, status=429, retry_after=0.05)

    await platform.post(channel, HELLO, key="k1")

    assert len(discord.posts) == 1
    assert discord.count("POST", POST) == 2


async def test_a_long_rate_limit_is_handed_to_the_caller(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.script_failure("POST", POST, status=429, retry_after=90.0)

    with pytest.raises(DeliveryFailed) as failed:
        await platform.post(channel, HELLO, key="k1")

    assert failed.value.retry_after == 90.0
    assert not isinstance(failed.value, TargetGone)


async def test_trouble_at_discord_may_pass(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.script_failure("POST", POST, status=503)

    with pytest.raises(DeliveryFailed) as failed:
        await platform.post(channel, HELLO, key="k1")

    assert not isinstance(failed.value, TargetGone)
    await platform.post(channel, HELLO, key="k1", maybe_sent=True)
    assert len(discord.posts) == 1


async def test_nothing_listening_is_a_failure_that_may_pass(channel: ChannelRef) -> None:
    nowhere = DiscordPlatform(DiscordConfig(token="t", api_url="http://127.0.0.1:9/api/v10"))

    with pytest.raises(DeliveryFailed, match="could not be reached") as failed:
        await nowhere.post(channel, HELLO, key="k1")

    assert not isinstance(failed.value, TargetGone)
    await nowhere.close()


async def test_a_revoked_token_is_gone_and_says_where_it_stands(
    discord: FakeDiscord, channel: ChannelRef
) -> None:
    config = DiscordConfig(token="old", api_url=discord.api_url, gateway_url=discord.gateway_url)
    platform = DiscordPlatform(config)

    with pytest.raises(TargetGone, match="DISCORD_TOKEN"):
        await platform.post(channel, HELLO, key="k1")

    await platform.close()


async def test_nothing_is_posted_after_closing(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    await platform.post(channel, HELLO, key="k1")
    await platform.close()

    with pytest.raises(DeliveryFailed, match="stopping"):
        await platform.post(channel, HELLO, key="k2")

    assert len(discord.posts) == 1


@pytest.mark.parametrize("says_archived", [False, True])
async def test_an_archived_thread_is_opened_again(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef, says_archived: bool
) -> None:
    posted = await platform.post(channel, HELLO, key="k1", thread_title="Answers")
    assert posted.thread is not None
    discord.archive_thread(int(posted.thread.id))
    if says_archived:
        discord.script_failure("POST", POST, status=400, code=50083)

    await platform.post(posted.thread, say("Your grade"), key="k2")

    assert [m.text for m in discord.history(int(posted.thread.id))] == ["Your grade"]


async def test_a_locked_thread_is_gone(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    posted = await platform.post(channel, HELLO, key="k1", thread_title="Answers")
    assert posted.thread is not None
    discord.archive_thread(int(posted.thread.id), locked=True)

    with pytest.raises(TargetGone, match="Manage Threads"):
        await platform.post(posted.thread, say("Your grade"), key="k2")


async def test_one_sign_takes_the_place_of_another(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    said = await discord.say(discord.channel_id, "Ana", "my answer")
    ref = MessageRef(channel=channel, id=str(said))

    await platform.react(ref, Reaction.RECEIVED)
    assert discord.reactions(said) == {"👀"}
    await platform.react(ref, Reaction.UNGRADED)
    assert discord.reactions(said) == {"⚠️"}
    await platform.react(ref, Reaction.GRADED)
    assert discord.reactions(said) == {"✅"}


async def test_a_sign_that_can_not_be_put_is_no_error_and_not_asked_for_again(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    said = await discord.say(discord.channel_id, "Ana", "my answer")
    ref = MessageRef(channel=channel, id=str(said))
    discord.script_failure("PUT", "/reactions/", status=403, code=50013)

    await platform.react(ref, Reaction.RECEIVED)
    await platform.react(ref, Reaction.GRADED)

    assert discord.reactions(said) == set()
    assert discord.count("PUT", "/reactions/") == 1


async def test_a_sign_survives_a_broken_connection(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    said = await discord.say(discord.channel_id, "Ana", "my answer")
    discord.script_failure("DELETE", "/reactions/", drop=True)

    await platform.react(MessageRef(channel=channel, id=str(said)), Reaction.GRADED)

    assert discord.reactions(said) == {"✅"}


async def test_an_answer_replies_to_its_message_once(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    thread_id = await discord.start_thread(discord.channel_id, "Ana", "chat")
    said = await discord.say(thread_id, "Ana", "my answer")
    ref = MessageRef(channel=channel, id=str(said), thread_id=str(thread_id))

    await platform.answer(ref, say("Too short"), key="a")
    discord.forget_nonces()
    await platform.answer(ref, say("Too short"), key="a", maybe_sent=True)

    (post,) = discord.posts
    assert (post.channel_id, post.reply_to) == (thread_id, said)


async def test_an_answer_needs_no_right_to_the_history(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    said = await discord.say(discord.channel_id, "Ana", "my answer")
    discord.script_failure("POST", POST, status=400, code=160002)

    await platform.answer(MessageRef(channel=channel, id=str(said)), say("Too short"), key="a")

    assert [post.reply_to for post in discord.posts] == [None]
