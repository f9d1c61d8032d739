from __future__ import annotations

import pytest

from handlers.dispatch import Reception
from handlers.message import say
from handlers.refs import ChannelRef, MessageRef, Platform
from tests.bot.platforms.fake_dispatcher import FakeDispatcher, SlowDispatcher
from tests.wire.fake_slack import BOT_ID, BOT_USER, FakeSlack

pytestmark = pytest.mark.usefixtures("app")

ROOT = "1700000000.000100"
C1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")


class TestStoring:
    @pytest.fixture
    def dispatcher(self) -> SlowDispatcher:
        return SlowDispatcher()

    async def test_a_reply_is_acknowledged_only_after_it_is_stored(
        self, slack: FakeSlack, dispatcher: SlowDispatcher
    ) -> None:
        delivery = await slack.say("C1", "U1", "my answer", thread_ts=ROOT)
        await dispatcher.begun.wait()
        other = await slack.command("help")
        await other.wait_for_ack()
        assert delivery.ack is None

        dispatcher.finish.set()

        await delivery.wait_for_ack()
        [reply] = dispatcher.seen_replies
        assert reply.text == "my answer"
        assert reply.message == MessageRef(
            channel=C1, id=delivery.envelope["payload"]["event"]["ts"], thread_id=ROOT
        )
        assert reply.caller.thread == reply.message.thread


async def test_a_reply_that_is_not_stored_is_not_acknowledged_and_comes_again(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.storage_is_down = True
    delivery = await slack.say("C1", "U1", "my answer", thread_ts=ROOT)
    await (await slack.command("help")).wait_for_ack()
    assert delivery.ack is None

    dispatcher.storage_is_down = False
    again = await slack.redeliver(delivery)

    await again.wait_for_ack()
    assert delivery.ack is None
    assert [reply.text for reply in dispatcher.seen_replies] == ["my answer"]


async def test_a_duplicate_is_handed_on_with_the_same_address(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    first = await slack.say("C1", "U1", "my answer", thread_ts=ROOT)
    second = await slack.redeliver(first)
    await first.wait_for_ack()
    await second.wait_for_ack()

    # Over HTTP, the same words signed in the same second are a replay, which goes no further.
    assert 1 <= len(dispatcher.seen_replies) <= 2
    assert len({reply.message for reply in dispatcher.seen_replies}) == 1


async def test_a_message_to_the_person_stands_in_the_thread_once(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.reception = Reception(stored=False, message=say("Write a little more."))
    await slack.say("C1", "U2", "the thread's start", ts=ROOT)
    first = await slack.say("C1", "U1", "short", thread_ts=ROOT)
    again = await slack.redeliver(first)
    await again.wait_for_ack()
    other = await slack.say("D1", "U1", "short")
    await other.wait_for_ack()

    # Told in order, so that nothing about the duplicate can follow the last one.
    assert (await slack.wait_for_post(lambda post: post.channel == "D1")).thread_ts is None
    told = [post for post in slack.posts if post.channel == "C1"]
    assert [(post.thread_ts, post.plain.strip()) for post in told] == [
        (ROOT, "Write a little more.")
    ]


async def test_direct_messages_and_broadcasts_are_replies(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    deliveries = [
        await slack.say("D1", "U1", "direct"),
        await slack.say("C1", "U1", "broadcast", thread_ts=ROOT, subtype="thread_broadcast"),
        await slack.say("C1", "U1", "with a file", thread_ts=ROOT, subtype="file_share"),
    ]
    for delivery in deliveries:
        await delivery.wait_for_ack()

    seen = {reply.text: reply for reply in dispatcher.seen_replies}
    assert set(seen) == {"direct", "broadcast", "with a file"}
    assert seen["direct"].caller.is_direct
    assert seen["direct"].message.thread is None
    assert not seen["broadcast"].caller.is_direct


async def test_what_is_no_persons_reply_is_acknowledged_and_ignored(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    deliveries = [
        await slack.say("C1", "U1", "talk in the channel"),
        await slack.say("C1", "U1", "starts a thread", ts=ROOT, thread_ts=ROOT),
        await slack.say("C1", BOT_USER, "me", thread_ts=ROOT, bot_id=BOT_ID),
        await slack.say("C1", "U1", "another bot", thread_ts=ROOT, bot_id="BOTHER"),
        await slack.say("D1", "USLACKBOT", "hello"),
        await slack.say("C1", "U1", "edited", thread_ts=ROOT, subtype="message_changed"),
        await slack.say("C1", "U1", "deleted", thread_ts=ROOT, subtype="message_deleted"),
        await slack.say("C1", "U1", "joined", thread_ts=ROOT, subtype="channel_join"),
        await slack.say("C1", "U1", "hidden", thread_ts=ROOT, hidden=True),
    ]
    for delivery in deliveries:
        await delivery.wait_for_ack()

    assert not dispatcher.seen_replies


async def test_markup_reads_as_it_was_typed(slack: FakeSlack, dispatcher: FakeDispatcher) -> None:
    await (await slack.say("D1", "U1", "a < b && c > d, &lt; stays")).wait_for_ack()
    markup = "ask <@U2|grace> in <#C1|general>: <https://x.y/?a=1&amp;b=2|the page>"
    await (await slack.say("D1", "U1", markup, is_markup=True)).wait_for_ack()

    assert [reply.text for reply in dispatcher.seen_replies] == [
        "a < b && c > d, &lt; stays",
        "ask @grace in #general: the page",
    ]
