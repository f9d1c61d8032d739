from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from bot.startup import StartupError
from handlers.dispatch import Reception
from handlers.invocation import IncomingReply
from handlers.message import say
from handlers.refs import ChannelRef, Platform, ThreadRef
from handlers.storage import StorageUnavailable
from tests.bot.platforms.fake_dispatcher import FakeDispatcher, SlowDispatcher
from tests.bot.platforms.slack.conftest import SOCKET_MODE
from tests.wire.fake_slack import BOT_ID, BOT_USER, Failure, FakeSlack

ROOT = "1700000000.000100"
C1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
D1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="D1")


@pytest.fixture
def transport() -> str:
    """What is told here of connections concerns Socket Mode alone."""
    return SOCKET_MODE


@pytest.mark.parametrize(
    ("bot_token", "app_token", "variable"),
    [
        ("xoxb-wrong", "xapp-fake", "SLACK_BOT_TOKEN"),
        ("xoxb-fake", "xapp-wrong", "SLACK_APP_TOKEN"),
        ("xoxb-fake", "xoxb-fake", "SLACK_APP_TOKEN"),
        ("xapp-fake", "xapp-fake", "SLACK_BOT_TOKEN"),
    ],
)
async def test_a_wrong_token_is_named_at_the_start(
    slack: FakeSlack,
    dispatcher: FakeDispatcher,
    bot_token: str,
    app_token: str,
    variable: str,
) -> None:
    config = SlackConfig(bot_token=bot_token, app_token=app_token, api_url=slack.base_url)
    app = SlackApp(SlackPlatform(config), dispatcher)

    with pytest.raises(StartupError) as caught:
        await app.start()

    await app.stop()
    assert variable in str(caught.value)
    assert bot_token not in str(caught.value)


async def test_a_revoked_token_is_named_at_the_start(
    slack: FakeSlack, platform: SlackPlatform, dispatcher: FakeDispatcher
) -> None:
    slack.revoked = True

    with pytest.raises(StartupError, match="SLACK_BOT_TOKEN"):
        await SlackApp(platform, dispatcher).start()


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
async def test_a_silent_slack_is_named_at_the_start(
    slack: FakeSlack, platform: SlackPlatform, dispatcher: FakeDispatcher, method: str
) -> None:
    slack.script_failure(method, Failure(drop="before"), times=3)

    with pytest.raises(StartupError, match="can't reach Slack"):
        await SlackApp(platform, dispatcher).start()


async def test_replies_arrive_after_slack_replaces_the_connection(
    slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher
) -> None:
    await slack.disconnect()
    await slack.wait_for_connection(2)

    await (await slack.say("D1", "U1", "still there?")).wait_for_ack()

    assert [reply.text for reply in dispatcher.seen_replies] == ["still there?"]


@pytest.mark.parametrize("hello", [{"type": "hello"}, {"type": "hello", "new": [{"a": None}]}])
async def test_a_connection_needs_no_details(
    slack: FakeSlack, platform: SlackPlatform, dispatcher: FakeDispatcher, hello: dict[str, object]
) -> None:
    slack.hello, slack.socket_query = hello, "&app_id=A1&debug_reconnects=false&new=%7B%7D"
    app = SlackApp(platform, dispatcher, ping_seconds=0.1)
    await app.start()
    await slack.disconnect(reason="")
    await slack.wait_for_connection(2)

    await (await slack.say("D1", "U1", "still there?")).wait_for_ack()

    await app.stop()
    assert [reply.text for reply in dispatcher.seen_replies] == ["still there?"]


async def test_replies_arrive_after_the_connection_broke_and_slack_was_away(
    slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher
) -> None:
    slack.script_failure("apps.connections.open", Failure(error="internal_error"), times=2)
    await slack.drop_connections()
    await slack.wait_for_connection(2)

    await (await slack.say("D1", "U1", "still there?")).wait_for_ack()

    assert [reply.text for reply in dispatcher.seen_replies] == ["still there?"]


async def test_an_address_that_has_expired_is_given_up(
    slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher
) -> None:
    slack.script_failure("socket", Failure(status=503, body="try later"))
    await slack.disconnect()
    await slack.wait_for_connection(2)

    await (await slack.say("D1", "U1", "still there?")).wait_for_ack()

    assert [reply.text for reply in dispatcher.seen_replies] == ["still there?"]


async def test_nothing_is_lost_where_slack_replaces_connections_in_a_burst(
    slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher
) -> None:
    sent = []
    for number in range(60):
        sent.append(await slack.say("D1", "U1", f"answer {number}"))
        if number % 20 == 10:
            await slack.disconnect()
    await slack.wait_for_connection(2)
    while late := [delivery for delivery in sent if delivery.ack is None]:
        # Slack sends again what nobody acknowledged.
        again = [await slack.redeliver(delivery) for delivery in late]
        acked = [delivery for delivery in sent if delivery.ack is not None]
        for delivery in again:
            with contextlib.suppress(TimeoutError):
                await delivery.wait_for_ack(timeout=1.0)
        sent = [*acked, *again]

    assert {reply.text for reply in dispatcher.seen_replies} == {f"answer {n}" for n in range(60)}
    assert len({reply.message for reply in dispatcher.seen_replies}) == 60


@pytest.mark.parametrize(
    "payload", [{}, {"type": "event_callback", "event": 7, "authorizations": ["x"]}, {"a": []}]
)
async def test_a_malformed_envelope_breaks_nothing(
    slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher, payload: dict[str, object]
) -> None:
    await slack.deliver({"type": "events_api", "envelope_id": "e1", "payload": payload})
    await (await slack.say("D1", "U1", "still there?")).wait_for_ack()
    assert [reply.text for reply in dispatcher.seen_replies] == ["still there?"]


async def test_a_stop_finishes_what_is_in_hand(slack: FakeSlack, platform: SlackPlatform) -> None:
    dispatcher = SlowDispatcher()
    dispatcher.reception = Reception(stored=True, message=say("noted"))
    app = SlackApp(platform, dispatcher)
    await app.start()
    taken = await slack.say("D1", "U1", "before the stop")
    await dispatcher.begun.wait()

    stopping = asyncio.create_task(app.stop())
    await asyncio.sleep(0)  # lets the stop begin
    late = await slack.say("D1", "U1", "after it")
    dispatcher.finish.set()
    await stopping

    assert taken.ack is not None
    assert late.ack is None
    assert [post.plain.strip() for post in slack.posts] == ["noted"]
    assert [reply.text for reply in dispatcher.seen_replies] == ["before the stop"]


class CountingDispatcher(FakeDispatcher):
    """Lets a test wait until a number of replies has come in."""

    def __init__(self) -> None:
        super().__init__()
        self.grew = asyncio.Condition()

    async def reply(self, reply: IncomingReply) -> Reception:
        async with self.grew:
            self.grew.notify_all()
            return await super().reply(reply)

    async def wait_for_replies(self, count: int) -> list[IncomingReply]:
        async with asyncio.timeout(30), self.grew:
            await self.grew.wait_for(lambda: len(self.seen_replies) >= count)
            return self.seen_replies


class TestSweep:
    @pytest.fixture
    def dispatcher(self) -> CountingDispatcher:
        return CountingDispatcher()

    @pytest.fixture
    async def app(
        self, platform: SlackPlatform, dispatcher: CountingDispatcher
    ) -> AsyncIterator[SlackApp]:
        async def missed() -> Sequence[ThreadRef | ChannelRef]:
            gone = ThreadRef(channel=C1, id="1699999999.000001")
            return [gone, ThreadRef(channel=C1, id=ROOT), D1]

        app = SlackApp(
            platform,
            dispatcher,
            missed=missed,
            ping_seconds=0.1,
            sweep_pauses=(0.0, 0.01),
        )
        yield app
        await app.stop()

    async def test_replies_sent_while_the_bot_was_away_are_found_at_the_start(
        self, slack: FakeSlack, app: SlackApp, dispatcher: CountingDispatcher
    ) -> None:
        await write_history(slack)

        await app.start()

        one, two, three = await dispatcher.wait_for_replies(3)
        assert [one.text, two.text, three.text] == ["one", "two", "three"]
        assert one.message.thread == ThreadRef(channel=C1, id=ROOT)
        assert (one.caller.display_name, two.caller.display_name) == ("Ada", "Grace")
        assert three.caller.is_direct
        assert three.message.channel == D1

    async def test_replies_sent_between_two_connections_are_found(
        self, slack: FakeSlack, app: SlackApp, dispatcher: CountingDispatcher
    ) -> None:
        await app.start()
        await write_history(slack)

        await slack.disconnect()

        replies = await dispatcher.wait_for_replies(3)
        assert {reply.text for reply in replies} == {"one", "two", "three"}

    async def test_a_sweep_comes_back_to_what_it_could_not_read(
        self, slack: FakeSlack, app: SlackApp, dispatcher: CountingDispatcher
    ) -> None:
        await write_history(slack)
        slack.script_failure("conversations.replies", Failure(retry_after=1), times=2)

        await app.start()

        replies = await dispatcher.wait_for_replies(3)
        assert [reply.text for reply in replies] == ["three", "one", "two"]

    async def test_what_slack_gave_up_on_during_an_outage_is_found_after_it(
        self, slack: FakeSlack, platform: SlackPlatform, dispatcher: CountingDispatcher
    ) -> None:
        storage_is_down = False

        async def missed() -> Sequence[ThreadRef | ChannelRef]:
            if storage_is_down:
                raise StorageUnavailable("the disk is full")
            return [D1]

        app = SlackApp(
            platform, dispatcher, missed=missed, sweep_pauses=[0.01] * 500, catch_up_seconds=0.01
        )
        await app.start()
        dispatcher.storage_is_down = storage_is_down = True
        await slack.say("D1", "U1", "one")
        await slack.say("D1", "U1", "two")
        await (await slack.command("help")).wait_for_ack()
        dispatcher.storage_is_down = storage_is_down = False

        replies = await dispatcher.wait_for_replies(2)
        assert {reply.text for reply in replies} == {"one", "two"}
        await app.stop()


async def write_history(slack: FakeSlack) -> None:
    await slack.say("C1", BOT_USER, "question", ts=ROOT, bot_id=BOT_ID, deliver=False)
    await slack.say("C1", BOT_USER, "noted", thread_ts=ROOT, bot_id=BOT_ID, deliver=False)
    await slack.say("C1", "U1", "one", thread_ts=ROOT, deliver=False)
    await slack.say("C1", "U2", "two", thread_ts=ROOT, deliver=False)
    await slack.say("D1", "U1", "three", deliver=False)
