from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from bot.startup import StartupError
from handlers.refs import ChannelRef, Platform, ThreadRef
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_slack import BOT_ID, BOT_USER, Failure, FakeSlack

ROOT = "1700000000.000100"
C1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
D1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="D1")


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


async def test_replies_arrive_after_the_connection_broke_and_slack_was_away(
    slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher
) -> None:
    slack.script_failure("apps.connections.open", Failure(error="internal_error"), times=2)
    await slack.drop_connections()
    await slack.wait_for_connection(2)

    await (await slack.say("D1", "U1", "still there?")).wait_for_ack()

    assert [reply.text for reply in dispatcher.seen_replies] == ["still there?"]


class TestSweep:
    @pytest.fixture
    async def app(self, platform: SlackPlatform, dispatcher: FakeDispatcher) -> SlackApp:
        async def missed() -> Sequence[ThreadRef | ChannelRef]:
            return [
                ThreadRef(channel=C1, id="1699999999.000001"),
                ThreadRef(channel=C1, id=ROOT),
                D1,
            ]

        return SlackApp(platform, dispatcher, missed=missed, ping_seconds=0.1)

    async def test_replies_sent_while_disconnected_are_found(
        self, slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher
    ) -> None:
        await app.start()
        await slack.say("C1", BOT_USER, "question", ts=ROOT, bot_id=BOT_ID, deliver=False)
        await slack.say("C1", BOT_USER, "noted", thread_ts=ROOT, bot_id=BOT_ID, deliver=False)
        await slack.say("C1", "U1", "one", thread_ts=ROOT, deliver=False)
        await slack.say("C1", "U2", "two", thread_ts=ROOT, deliver=False)
        await slack.say("D1", "U1", "three", deliver=False)

        await slack.disconnect()
        await slack.wait_for_connection(2)
        await slack.wait_for(
            lambda: [c for c in slack.calls if c.method == "users.info"][1:]
            and len(dispatcher.seen_replies) >= 3
        )
        await app.stop()

        assert [reply.text for reply in dispatcher.seen_replies][:3] == ["one", "two", "three"]
        one = dispatcher.seen_replies[0]
        assert one.message.thread == ThreadRef(channel=C1, id=ROOT)
        assert one.caller.display_name == "Ada"
        assert dispatcher.seen_replies[2].caller.is_direct
