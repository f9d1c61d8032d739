"""Edits and deletions, over the wire and in odd shapes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.change import parse_deletion, parse_edit
from handlers.refs import ChannelRef, MessageRef, Platform
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_slack import BOT_ID, BOT_USER, FakeSlack
from tests.wire.slack_visits import delete, edit

ROOT = "1700000000.000100"
REPLY = "1700000001.000100"
C1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
MESSAGE = MessageRef(channel=C1, id=REPLY, thread_id=ROOT)
MINE: dict[str, object] = {"user": "U1", "text": "after", "ts": REPLY, "thread_ts": ROOT}
EDITED: dict[str, object] = {
    "type": "message",
    "subtype": "message_changed",
    "channel": "C1",
    "hidden": True,
    "message": {**MINE, "edited": {"user": "U1", "ts": "1700000099.000000"}},
    "previous_message": {**MINE, "text": "before"},
}


async def test_an_edit_reaches_the_dispatcher_with_its_author(
    slack: FakeSlack, dispatcher: FakeDispatcher, app: SlackApp
) -> None:
    await slack.say("C1", "U1", "before", thread_ts=ROOT, ts=REPLY)

    await (await edit(slack, "C1", REPLY, "after &amp; better")).wait_for_ack()

    [seen] = dispatcher.seen_edits
    assert (seen.message, seen.text) == (MESSAGE, "after & better")
    assert (seen.caller.user.id, seen.caller.display_name) == ("U1", "Ada")
    assert seen.edited_at is not None


async def test_an_unfurled_link_is_no_edit(
    slack: FakeSlack, dispatcher: FakeDispatcher, app: SlackApp
) -> None:
    await slack.say("C1", "U1", "see https://a.b", thread_ts=ROOT, ts=REPLY)
    await (await edit(slack, "C1", REPLY, "see https://a.c")).wait_for_ack()

    await (await edit(slack, "C1", REPLY, "see https://a.c", by_person=False)).wait_for_ack()

    assert [seen.text for seen in dispatcher.seen_edits] == ["see https://a.c"]


async def test_a_deletion_reaches_the_dispatcher(
    slack: FakeSlack, dispatcher: FakeDispatcher, app: SlackApp
) -> None:
    await slack.say("C1", "U1", "gone soon", thread_ts=ROOT, ts=REPLY)

    await (await delete(slack, "C1", REPLY)).wait_for_ack()

    assert [seen.message for seen in dispatcher.seen_deletions] == [MESSAGE]


async def test_a_change_that_is_not_stored_is_not_acknowledged(
    slack: FakeSlack, dispatcher: FakeDispatcher, app: SlackApp
) -> None:
    await (await slack.say("C1", "U1", "before", thread_ts=ROOT, ts=REPLY)).wait_for_ack()
    dispatcher.storage_is_down = True
    changed = await edit(slack, "C1", REPLY, "after")
    gone = await delete(slack, "C1", REPLY)
    await (await slack.command("help")).wait_for_ack()
    assert changed.ack is None
    assert gone.ack is None

    dispatcher.storage_is_down = False
    await (await slack.redeliver(changed)).wait_for_ack()
    await (await slack.redeliver(gone)).wait_for_ack()

    assert len(dispatcher.seen_edits) == len(dispatcher.seen_deletions) == 1


def test_an_edit_says_when_it_was() -> None:
    seen = parse_edit(EDITED, "T1", "UBOT")

    assert seen is not None
    assert seen.edited_at == datetime.fromtimestamp(1700000099, UTC)


def test_an_edit_in_a_direct_message_needs_no_thread() -> None:
    alone = {"user": "U1", "text": "x", "ts": REPLY, "edited": {"user": "U1", "ts": "odd"}}

    seen = parse_edit(EDITED | {"channel": "D1", "message": alone}, "T1", "UBOT")

    assert seen is not None
    assert (seen.edited_at, seen.message.thread) == (None, None)


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_replied"},
        {"message": {**MINE, "text": "after"}},
        {"previous_message": {**MINE, "text": "after"}},
        {"message": {**MINE, "bot_id": BOT_ID, "edited": {"user": "U1", "ts": "1"}}},
        {"message": {**MINE, "user": BOT_USER, "edited": {"user": BOT_USER, "ts": "1"}}},
        {"message": {**MINE, "thread_ts": None, "edited": {"user": "U1", "ts": "1"}}},
        {"message": None},
        {"channel": None},
    ],
)
def test_what_is_no_edit(change: dict[str, object]) -> None:
    assert parse_edit(EDITED | change, "T1", BOT_USER) is None


GONE: dict[str, object] = {
    "type": "message",
    "subtype": "message_deleted",
    "channel": "C1",
    "deleted_ts": REPLY,
}


def test_a_deletion_without_the_earlier_message_has_no_thread() -> None:
    seen = parse_deletion(GONE, "T1", BOT_USER)

    assert seen is not None
    assert seen.message == MessageRef(channel=C1, id=REPLY)


def test_a_message_with_replies_is_replaced_by_a_tombstone() -> None:
    tombstone = {"subtype": "tombstone", "user": "USLACKBOT", "ts": REPLY, "thread_ts": REPLY}
    event = EDITED | {"message": tombstone, "previous_message": {**MINE, "thread_ts": REPLY}}

    seen = parse_deletion(event, "T1", BOT_USER)

    assert parse_edit(event, "T1", BOT_USER) is None
    assert seen is not None
    assert seen.message == MessageRef(channel=C1, id=REPLY)


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed"},
        {"deleted_ts": None},
        {"channel": None},
        {"previous_message": {**MINE, "user": BOT_USER}},
        {"previous_message": {**MINE, "bot_id": "B2"}},
    ],
)
def test_what_is_no_deletion(change: dict[str, object]) -> None:
    assert parse_deletion(GONE | change, "T1", BOT_USER) is None
