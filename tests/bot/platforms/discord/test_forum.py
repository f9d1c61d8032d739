"""Questions in forums, announcement channels and where none can be posted."""

from __future__ import annotations

import json

import pytest

from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.config import DiscordConfig
from handlers.actions import Action, ActionKind
from handlers.message import Button, Buttons, Message, Text, line, say
from handlers.ports import DeliveryFailed, Posted, TargetGone
from handlers.refs import ChannelRef
from tests.bot.platforms.discord.conftest import StartApp, WatchedDispatcher, channel_ref
from tests.wire.discord_people import add_tags, require_tags
from tests.wire.fake_discord import FakeDiscord

FORUM, MEDIA, NEWS = 15, 16, 5
QUESTION = Message(
    blocks=(
        Text(line("What is @everyone's drift?")),
        Buttons((Button("Answer", Action(ActionKind.ANSWER, "q1")),)),
    ),
    summary="Today's question for: ML Engineer",
    tags=("ML Engineer", "ml-engineer", "Difficulty 3", "Medium", "concept", "drift"),
)
TITLE = "What is drift? " * 10


@pytest.fixture
def forum(discord: FakeDiscord) -> ChannelRef:
    return channel_ref(discord, discord.add_channel("questions", FORUM))


async def ask(platform: DiscordPlatform, to: ChannelRef, **options: bool) -> Posted:
    return await platform.post(to, QUESTION, key="question:1", thread_title=TITLE, **options)


async def test_a_question_is_a_post_with_its_title_and_the_tags_that_fit(
    discord: FakeDiscord, platform: DiscordPlatform, forum: ChannelRef
) -> None:
    ids = add_tags(
        discord,
        int(forum.id),
        ["Solved", "ML engineer", "medium", "AI Engineer"],
        moderated=["concept"],
    )

    posted = await ask(platform, forum)

    assert posted.thread is not None
    assert posted.message.thread == posted.thread
    thread = discord._world.channels[int(posted.thread.id)]
    assert thread.parent_id == int(forum.id)
    assert len(thread.name) <= 100
    assert thread.applied_tags == [ids["ML engineer"], ids["medium"]]
    [message] = discord.history(thread.id)
    assert "drift" in message.text
    assert "Answer" in message.buttons
    assert message.allowed_mentions == {"parse": []}
    assert "@everyone" not in json.dumps(message.payload())


async def test_a_second_question_in_a_known_forum_is_not_tried_as_a_message_first(
    discord: FakeDiscord, platform: DiscordPlatform, forum: ChannelRef
) -> None:
    for key in ("question:1", "question:2"):
        await platform.post(forum, QUESTION, key=key, thread_title="What is drift?")

    assert discord.count("POST", f"/channels/{forum.id}/messages$") == 1
    assert discord.count("POST", f"/channels/{forum.id}/threads$") == 2


async def test_grades_follow_in_the_posts_thread(
    discord: FakeDiscord, platform: DiscordPlatform, forum: ChannelRef
) -> None:
    thread = (await ask(platform, forum)).thread
    assert thread is not None

    await platform.post(thread, say("Well done"), key="grade:1")

    assert discord.history(int(thread.id))[0].text == "Well done"


async def test_replies_in_a_post_are_handed_on_as_from_its_forum(
    discord: FakeDiscord,
    platform: DiscordPlatform,
    start_app: StartApp,
    dispatcher: WatchedDispatcher,
    forum: ChannelRef,
) -> None:
    await start_app()
    posted = await ask(platform, forum)
    assert posted.thread is not None

    await discord.say(int(posted.thread.id), "Ana", "The data moves away.")
    await dispatcher.wait_for_replies(1)

    (reply,) = dispatcher.seen_replies
    assert reply.caller.channel == forum
    assert reply.message.thread == posted.thread


async def test_a_post_that_may_have_been_made_is_looked_for_first(
    discord: FakeDiscord, platform: DiscordPlatform, forum: ChannelRef
) -> None:
    await platform.post(forum, QUESTION, key="question:0", thread_title="Another one")
    discord.script_failure("POST", "/threads$", drop=True, after=True)
    with pytest.raises(DeliveryFailed):
        await ask(platform, forum)

    again = await ask(platform, forum, maybe_sent=True)

    assert again.thread is not None
    assert discord.count("POST", f"/channels/{forum.id}/threads$") == 2
    made = [c for c in discord._world.channels.values() if c.parent_id == int(forum.id)]
    assert [str(thread.id) for thread in made][-1] == again.thread.id


async def test_a_post_that_never_came_through_is_made_after_a_restart(
    discord: FakeDiscord, platform: DiscordPlatform, forum: ChannelRef
) -> None:
    """The new process knows neither that it is a forum nor what became of the post."""
    posted = await ask(platform, forum, maybe_sent=True)

    assert posted.thread is not None
    assert discord.count("POST", f"/channels/{forum.id}/threads$") == 1


async def test_where_a_post_needs_a_tag_and_none_fits_it_gets_the_first(
    discord: FakeDiscord, platform: DiscordPlatform, forum: ChannelRef
) -> None:
    ids = add_tags(discord, int(forum.id), ["General", "Off-topic"], moderated=["ML Engineer"])
    require_tags(discord, int(forum.id))

    thread = (await ask(platform, forum)).thread

    assert thread is not None
    assert discord._world.channels[int(thread.id)].applied_tags == [ids["General"]]


async def test_where_a_post_needs_a_tag_and_there_is_none_the_way_out_is_named(
    discord: FakeDiscord, platform: DiscordPlatform, forum: ChannelRef
) -> None:
    require_tags(discord, int(forum.id))

    with pytest.raises(TargetGone) as told:
        await ask(platform, forum)

    assert "add one, for example “AI Engineer”" in told.value.reason


async def test_a_media_channel_is_refused_with_words() -> None:
    # Discord's description does not list this kind of channel among what can be looked up.
    async with FakeDiscord(checks=False) as discord:
        media = channel_ref(discord, discord.add_channel("pictures", MEDIA))
        platform = DiscordPlatform(
            DiscordConfig(
                token=discord.token, api_url=discord.api_url, gateway_url=discord.gateway_url
            )
        )

        with pytest.raises(TargetGone) as told:
            await ask(platform, media)
        await platform.close()

    assert "media channel: choose a text channel or a forum" in told.value.reason


async def test_a_forum_without_embeds_gets_no_empty_post(
    discord: FakeDiscord, platform: DiscordPlatform, forum: ChannelRef
) -> None:
    discord.forbid_embeds(int(forum.id))

    with pytest.raises(TargetGone) as told:
        await ask(platform, forum)

    assert "Embed Links" in told.value.reason
    [post] = [c for c in discord._world.channels.values() if c.parent_id == int(forum.id)]
    assert discord.history(post.id) == []
    assert post.archived


async def test_an_announcement_channel_gets_a_message_with_a_thread(
    discord: FakeDiscord, start_app: StartApp, dispatcher: WatchedDispatcher
) -> None:
    news = channel_ref(discord, discord.add_channel("news", NEWS))
    app = await start_app()

    posted = await ask(app.platform, news)

    assert posted.thread is not None
    thread = discord._world.channels[int(posted.thread.id)]
    assert thread.kind == 10
    await discord.say(thread.id, "Ana", "It moves.")
    await dispatcher.wait_for_replies(1)
    assert dispatcher.seen_replies[0].caller.channel == news
