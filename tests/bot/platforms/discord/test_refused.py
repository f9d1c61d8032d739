"""Where Discord keeps us out: the missing permission by name, and no second question."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import discord as library
import pytest

from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.refusals import STANDS_SECONDS, Refusals
from bot.platforms.discord.rights import Deed, missing, permissions_in
from handlers.message import say
from handlers.ports import Reaction, TargetGone
from handlers.refs import ChannelRef, MessageRef
from tests.bot.platforms.discord.conftest import StartApp, direct_ref
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_discord_permissions import Permission

HELLO = say("Good morning")
POST = r"/channels/\d+/messages$"


@pytest.mark.parametrize(
    ("denied", "words"),
    [
        ([Permission.SEND_MESSAGES], "the permission Send Messages there"),
        (
            [Permission.SEND_MESSAGES, Permission.EMBED_LINKS],
            "the permissions Send Messages and Embed Links there",
        ),
        ([Permission.VIEW_CHANNEL], "View Channel"),
    ],
)
async def test_a_refused_post_names_what_is_missing_and_nothing_else(
    discord: FakeDiscord,
    platform: DiscordPlatform,
    channel: ChannelRef,
    denied: list[Permission],
    words: str,
) -> None:
    await discord.deny(discord.channel_id, *denied)

    with pytest.raises(TargetGone) as gone:
        await platform.post(channel, HELLO, key="k1")

    assert words in gone.value.reason
    assert "Create Public Threads" not in gone.value.reason


async def test_a_question_without_the_right_to_threads_stands_and_says_why_it_has_none(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    await discord.deny(discord.channel_id, Permission.CREATE_PUBLIC_THREADS)

    posted = await platform.post(channel, HELLO, key="k1", thread_title="Answers")

    assert posted.thread is None
    assert "the permission Create Public Threads" in posted.trouble
    assert [post.text for post in discord.posts] == ["Good morning"]


async def test_a_refused_grade_in_a_thread_names_the_right_for_threads(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    posted = await platform.post(channel, HELLO, key="k1", thread_title="Answers")
    assert posted.thread is not None
    await discord.deny(discord.channel_id, Permission.SEND_MESSAGES_IN_THREADS)

    with pytest.raises(TargetGone, match="the permission Send Messages in Threads there"):
        await platform.post(posted.thread, say("Your grade"), key="k2")


async def test_what_can_not_be_looked_up_is_said_in_general(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    await discord.deny(discord.channel_id, Permission.SEND_MESSAGES)
    discord.script_failure("GET", "/roles$", status=404)

    with pytest.raises(TargetGone, match="lacks a permission there: give it View Channel"):
        await platform.post(channel, HELLO, key="k1")


async def test_an_archived_thread_that_may_not_be_opened_names_the_way_out(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    posted = await platform.post(channel, HELLO, key="k1", thread_title="Answers")
    assert posted.thread is not None
    discord.archive_thread(int(posted.thread.id))
    discord.script_failure("POST", POST, status=400, code=50083)
    discord.script_failure("PATCH", r"/channels/\d+$", status=403, code=50013)

    with pytest.raises(TargetGone, match="Manage Threads"):
        await platform.post(posted.thread, say("Your grade"), key="k2")


@pytest.mark.parametrize("code", [50001, 50007])
async def test_a_place_that_keeps_us_out_is_not_asked_again(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef, code: int
) -> None:
    place = direct_ref(discord, "Ana") if code == 50007 else channel
    discord.refuse(int(place.id), code)
    with pytest.raises(TargetGone) as first:
        await platform.post(place, HELLO, key="k1")
    asked = len(discord.requests)

    for number in range(5):
        with pytest.raises(TargetGone) as again:
            await platform.post(place, HELLO, key=f"again {number}")
        assert again.value.reason == first.value.reason

    assert len(discord.requests) == asked


async def test_other_places_are_asked_all_the_same(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.refuse(discord.channel_id, 50001)
    with pytest.raises(TargetGone):
        await platform.post(channel, HELLO, key="k1")

    await platform.post(direct_ref(discord, "Ana"), HELLO, key="k2")

    assert len(discord.posts) == 1


async def test_a_changed_permission_is_noticed_and_the_channel_asked_again(
    discord: FakeDiscord, start_app: StartApp, channel: ChannelRef
) -> None:
    app = await start_app()
    platform = app.platform
    await discord.deny(discord.channel_id, Permission.SEND_MESSAGES)
    with pytest.raises(TargetGone):
        await platform.post(channel, HELLO, key="k1")

    await discord.deny(discord.channel_id)
    noticed = await discord.slash(discord.channel_id, "Ada", "today")
    await discord.wait_for_answer(noticed)
    await platform.post(channel, HELLO, key="k1")

    assert discord.history(discord.channel_id)[0].text == "Good morning"


async def test_signs_that_are_not_allowed_stop_no_messages(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    said = await discord.say(discord.channel_id, "Ana", "my answer")
    await discord.deny(discord.channel_id, Permission.ADD_REACTIONS)

    await platform.react(MessageRef(channel=channel, id=str(said)), Reaction.RECEIVED)
    await platform.post(channel, HELLO, key="k1")

    assert discord.count("PUT", "/reactions/") == 1
    assert len(discord.posts) == 1


def test_a_refusal_stands_for_a_while_and_only_where_it_was() -> None:
    seconds = 0.0
    refusals = Refusals(now=lambda: seconds)
    refusals.remember("g1", "c1", "no")
    refusals.check("g1", "c2")
    refusals.check("g2", "c1")
    with pytest.raises(TargetGone, match="no"):
        refusals.check("g1", "c1")

    seconds = STANDS_SECONDS
    refusals.check("g1", "c1")


EVERYONE, TEAM, ME = 1, 7, 9
ALL_BITS = library.Permissions.all().value
POSTS = library.Permissions(view_channel=True, send_messages=True, embed_links=True).value


def _role(id_: int, permissions: int) -> dict[str, Any]:
    return {"id": str(id_), "permissions": str(permissions)}


def _write(id_: int, kind: int, *, allow: int = 0, deny: int = 0) -> dict[str, Any]:
    return {"id": str(id_), "type": kind, "allow": str(allow), "deny": str(deny)}


SEND = library.Permissions(send_messages=True).value


@pytest.mark.parametrize(
    ("writes", "role", "lacks"),
    [
        ([], 0, ()),
        ([_write(EVERYONE, 0, deny=SEND)], 0, ("Send Messages",)),
        ([_write(EVERYONE, 0, deny=SEND), _write(TEAM, 0, allow=SEND)], 0, ()),
        (
            [_write(TEAM, 0, allow=SEND), _write(ME, 1, deny=SEND)],
            0,
            ("Send Messages",),
        ),
        ([_write(TEAM, 0, deny=SEND), _write(ME, 1, allow=SEND)], 0, ()),
        ([_write(99, 0, deny=SEND)], 0, ()),
        (
            [_write(EVERYONE, 0, deny=ALL_BITS)],
            library.Permissions(administrator=True).value,
            (),
        ),
    ],
)
def test_permissions_are_worked_out_as_discord_documents_it(
    writes: list[dict[str, Any]], role: int, lacks: tuple[str, ...]
) -> None:
    allowed = permissions_in(
        {"permission_overwrites": writes},
        [_role(EVERYONE, POSTS), _role(TEAM, role), _role(99, ALL_BITS)],
        {"roles": [str(TEAM)], "user": {"id": str(ME)}},
        guild_id=EVERYONE,
        now=datetime.now(UTC),
    )

    assert missing(allowed, Deed.POST) == lacks


def test_somebody_who_was_timed_out_may_only_look() -> None:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    member = {
        "roles": [],
        "user": {"id": str(ME)},
        "communication_disabled_until": (now + timedelta(hours=1)).isoformat(),
    }

    allowed = permissions_in({}, [_role(EVERYONE, POSTS)], member, guild_id=EVERYONE, now=now)

    assert missing(allowed, Deed.POST) == ("Send Messages", "Embed Links")
