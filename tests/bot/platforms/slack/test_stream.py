"""Saying something while it comes into being, over the wire."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.platforms.slack.client import EVENT_TYPE, SlackPlatform
from handlers.ports import DeliveryFailed, TargetGone, TurnStream
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef
from tests.wire.fake_slack import Failure, FakeSlack

D1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="D1")
THREAD = ThreadRef(channel=D1, id="1700000000.000100")
ADA = UserRef(platform=Platform.SLACK, realm="T1", id="U1")
METADATA = {"event_type": EVENT_TYPE, "event_payload": {"key": "turn:1"}}


class Broken(Exception):
    """Whoever speaks stopped in the middle."""


async def spoken(*parts: str, breaks: bool = False) -> AsyncIterator[str]:
    for part in parts:
        yield part
    if breaks:
        raise Broken


async def test_a_turn_is_shown_as_it_comes_and_found_again_by_its_key(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    speaker: TurnStream = platform
    parts = [f"word{n} <@U2> " for n in range(100)]

    posted = await speaker.stream(THREAD, ADA, spoken(*parts), key="turn:1")

    [stream] = slack.workspace.surfaces.streams.values()
    assert stream.text == "".join(parts).replace("<", "&lt;").replace(">", "&gt;")
    assert (stream.channel, stream.thread_ts) == ("D1", THREAD.id)
    assert (stream.is_open, stream.metadata) == (False, METADATA)
    assert posted.message == MessageRef(channel=D1, id=stream.ts, thread_id=THREAD.id)
    methods = [call.method for call in slack.calls]
    assert methods[0] == "chat.startStream"
    assert methods[-1] == "chat.stopStream"
    assert 2 <= methods.count("chat.appendStream") < len(parts)


async def test_a_very_long_part_fits(slack: FakeSlack, platform: SlackPlatform) -> None:
    await platform.stream(THREAD, ADA, spoken("&" * 9000), key="turn:1")

    [stream] = slack.workspace.surfaces.streams.values()
    assert stream.text == "&amp;" * 9000


async def test_where_slack_does_not_stream_the_message_grows_by_edits(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.script_failure("chat.startStream", Failure(error="unknown_method"))
    parts = [f"word{n} " for n in range(100)]

    posted = await platform.stream(THREAD, ADA, spoken(*parts), key="turn:1")

    [post] = slack.posts
    assert (post.ts, post.thread_ts) == (posted.message.id, THREAD.id)
    # A beginning must not pass for the whole: the key comes with the last words.
    assert post.metadata is None
    [message] = slack.workspace.channel("D1").messages
    assert message["metadata"] == METADATA
    stands = slack.workspace.channels["D1"].find(post.ts)
    shown = [e["text"] for b in stands["blocks"] for p in b["elements"] for e in p["elements"]]
    assert "".join(shown) == "".join(parts)
    assert "chat.update" in [call.method for call in slack.calls]


async def test_what_came_before_a_failure_stays_and_is_ended(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    with pytest.raises(Broken):
        await platform.stream(THREAD, ADA, spoken("as far as", " this", breaks=True), key="turn:1")

    [stream] = slack.workspace.surfaces.streams.values()
    assert (stream.text, stream.is_open) == ("as far as this", False)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (Failure(error="channel_not_found"), TargetGone),
        (Failure(drop="after"), DeliveryFailed),
        (Failure(retry_after=3), DeliveryFailed),
    ],
)
async def test_a_turn_that_may_stand_already_is_not_said_again(
    slack: FakeSlack, platform: SlackPlatform, failure: Failure, expected: type[DeliveryFailed]
) -> None:
    slack.script_failure("chat.startStream", failure)

    with pytest.raises(expected):
        await platform.stream(THREAD, ADA, spoken("hello"), key="turn:1")

    assert not slack.posts


async def test_nothing_to_say_is_not_said(slack: FakeSlack, platform: SlackPlatform) -> None:
    with pytest.raises(DeliveryFailed, match="nothing to say"):
        await platform.stream(THREAD, ADA, spoken(" ", ""), key="turn:1")

    assert not slack.calls


WHOLE = "You said “it waits & waits”. What would tell you that it is not the queue, and how soon?"


async def test_a_stream_that_was_cut_short_is_completed_where_it_stands(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    begun = await platform.web.call(
        "chat.startStream",
        channel="D1",
        thread_ts=THREAD.id,
        recipient_user_id="U1",
        recipient_team_id="T1",
        markdown_text="You said “it waits &amp; waits”. What",
    )
    for _ in range(2):
        posted = await platform.stream(
            THREAD, ADA, spoken(WHOLE[:30], WHOLE[30:]), key="turn:1", maybe_sent=True
        )
        assert posted.message.id == begun["ts"]
    [stream] = slack.workspace.surfaces.streams.values()
    assert stream.text == WHOLE.replace("&", "&amp;")
    assert (stream.is_open, stream.metadata) == (False, METADATA)


async def test_a_message_that_grew_by_edits_and_was_cut_short_is_completed(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    begun = await platform.web.call(
        "chat.postMessage", channel="D1", thread_ts=THREAD.id, text=WHOLE[:12]
    )
    posted = await platform.stream(THREAD, ADA, spoken(WHOLE), key="turn:1", maybe_sent=True)
    [message] = slack.workspace.channel("D1").messages
    assert posted.message.id == begun["ts"] == message["ts"]
    assert message["metadata"] == METADATA
    assert message["text"] == WHOLE.replace("&", "&amp;")


async def test_what_never_began_is_shown_from_its_beginning_and_others_are_left(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    await platform.stream(THREAD, ADA, spoken("You said"), key="turn:0")
    posted = await platform.stream(THREAD, ADA, spoken(WHOLE), key="turn:1", maybe_sent=True)
    earlier, whole = slack.workspace.surfaces.streams.values()
    assert earlier.text == "You said"
    assert whole.ts == posted.message.id
    assert whole.text == WHOLE.replace("&", "&amp;")
