"""Deliveries that repeat, overtake each other or make no sense, whichever way they come."""

from __future__ import annotations

import pytest

from handlers.dispatch import Reception
from handlers.message import Response, say
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_slack import BOT_ID, BOT_USER, Failure, FakeSlack
from tests.wire.slack_blocks import Json
from tests.wire.slack_payloads import event_envelope, interactive_envelope
from tests.wire.slack_visits import delete, edit

pytestmark = pytest.mark.usefixtures("app")

ROOT = "1700000000.000100"


async def still_there(slack: FakeSlack, dispatcher: FakeDispatcher) -> None:
    before = len(dispatcher.seen_replies)
    await (await slack.say("D1", "U1", "still there?")).wait_for_ack()
    assert [reply.text for reply in dispatcher.seen_replies[before:]] == ["still there?"]


async def test_deliveries_in_any_order_keep_their_addresses(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    said = [
        await slack.say("C1", "U1", f"{n}", thread_ts=ROOT, ts=f"17000000{n}.000100")
        for n in range(10, 20)
    ]
    again = [await slack.redeliver(delivery) for delivery in reversed(said)]
    for delivery in [*said, *again]:
        await delivery.wait_for_ack()

    addresses = {reply.text: reply.message.id for reply in dispatcher.seen_replies}
    assert addresses == {f"{n}": f"17000000{n}.000100" for n in range(10, 20)}


async def test_a_change_may_come_before_its_message(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    late = await slack.say("C1", "U1", "first", thread_ts=ROOT, deliver=False)
    ts = late.envelope["payload"]["event"]["ts"]
    await (await edit(slack, "C1", ts, "second")).wait_for_ack()
    await (await delete(slack, "C1", ts)).wait_for_ack()
    await (await slack.deliver(late.envelope)).wait_for_ack()

    [edited], [gone], [reply] = (
        dispatcher.seen_edits,
        dispatcher.seen_deletions,
        dispatcher.seen_replies,
    )
    assert edited.message == gone.message == reply.message
    assert edited.text == "second"


async def test_a_retry_of_what_was_never_stored_is_taken(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    lost = await slack.say("C1", "U1", "my answer", thread_ts=ROOT, deliver=False)

    again = await slack.redeliver(lost)

    await again.wait_for_ack()
    assert again.envelope["retry_attempt"] == 1
    assert [reply.text for reply in dispatcher.seen_replies] == ["my answer"]


MALFORMED: tuple[Json, ...] = (
    {},
    {"a": []},
    {"type": 7},
    {"type": "event_callback"},
    {"type": "event_callback", "event": 7, "authorizations": ["x"]},
    {"type": "event_callback", "event": {"type": ["message"]}, "team_id": {"id": "T1"}},
    {"type": "event_callback", "event": {"type": "message", "channel": [], "ts": 1.5}},
    {"type": "block_actions"},
    {"type": "block_actions", "actions": [None], "user": "U1", "channel": ["C1"]},
    {"type": "view_submission", "view": []},
    {"type": "view_submission", "view": {"state": {"values": {"a": 1, "b": {"input": 2}}}}},
    {"type": "view_submission", "view": {"private_metadata": "[[[[", "blocks": {"a": 1}}},
    {"type": "shortcut", "callback_id": ["x"], "user": None},
    {"type": "message_action", "callback_id": "grade_answer", "message": "x"},
    {"type": "url_verification"},
    {"type": "something_new", "payload": {"deep": [[[]]]}},
)


@pytest.mark.parametrize("payload", MALFORMED, ids=range(len(MALFORMED)))
async def test_a_malformed_payload_breaks_nothing(
    slack: FakeSlack, dispatcher: FakeDispatcher, payload: Json
) -> None:
    kind = "events_api" if "event" in payload or not payload else "interactive"
    envelope = {"type": kind, "envelope_id": "odd", "payload": payload}
    await slack.deliver(envelope)

    await still_there(slack, dispatcher)
    assert not [post for post in slack.posts if "Traceback" in post.plain]


async def test_what_slack_withholds_or_nobody_handles_is_acknowledged(slack: FakeSlack) -> None:
    for envelope in (
        event_envelope({"type": "team_join"}),
        interactive_envelope({"type": "view_closed", "view": {"id": "V1"}}),
        interactive_envelope({"type": "block_suggestion", "value": "x"}),
        interactive_envelope({"type": "app_rate_limited", "team_id": "T1"}),
    ):
        await (await slack.deliver(envelope)).wait_for_ack()


async def test_what_is_said_is_said_again_after_the_pause_that_slack_asks_for(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.reception = Reception(stored=False, message=say("Write a little more."))
    slack.script_failure("chat.postMessage", Failure(retry_after=0), times=2)

    await (await slack.say("D1", "U1", "short")).wait_for_ack()

    assert "a little more" in (await slack.wait_for_post()).plain
    assert len(slack.posts) == 1


async def test_what_slack_took_before_the_connection_broke_stands_once(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.reception = Reception(stored=False, message=say("Write a little more."))
    slack.script_failure("chat.postMessage", Failure(drop="after"))

    first = await slack.say("D1", "U1", "short")
    await first.wait_for_ack()
    await slack.wait_for_post()
    await (await slack.redeliver(first)).wait_for_ack()
    await (await slack.command("help")).wait_for_ack()

    told = [post for post in slack.posts if "a little more" in post.plain]
    assert len(told) == 1


async def test_an_answer_goes_another_way_where_slack_asks_to_slow_down(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = Response(message=say("the answer"))
    slack.script_failure("response_url", Failure(retry_after=30))

    await (await slack.command("today")).wait_for_ack()

    said = await slack.wait_for_post(lambda post: "the answer" in post.plain)
    assert (said.via, said.to_user) == ("chat.postEphemeral", "U1")


async def test_a_token_that_died_does_not_stop_what_comes_in(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    slack.revoked = True

    await still_there(slack, dispatcher)

    [reply] = dispatcher.seen_replies
    assert reply.caller.display_name == "Someone"


async def test_own_messages_and_other_bots_are_not_replies(
    slack: FakeSlack, dispatcher: FakeDispatcher
) -> None:
    for user, bot_id in ((BOT_USER, BOT_ID), ("U1", "BOTHER")):
        said = await slack.say("C1", user, "hello", thread_ts=ROOT, bot_id=bot_id)
        await said.wait_for_ack()

    assert not dispatcher.seen_replies
