"""Slack over HTTP: what is signed is taken once, anything else is refused in plain terms."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.http import SlackHttp
from bot.web.health import WebServer, web_app
from handlers.dispatch import Reception
from handlers.invocation import CommandInvocation, IncomingReply
from handlers.message import Outcome, Response, say
from tests.bot.platforms.fake_dispatcher import FakeDispatcher, SlowDispatcher
from tests.wire.fake_slack import Failure, FakeSlack
from tests.wire.slack_http import encode, sign
from tests.wire.slack_payloads import command_envelope, event_envelope, message_event

ROOT = "1700000000.000100"
EVENTS = "/slack/events"


class Time:
    """The time that signatures are checked at."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Bot:
    """The bot's side, as a stranger on the network sees it."""

    address: str
    slack: FakeSlack
    time: Time

    async def post(
        self, body: bytes, headers: dict[str, str], path: str = EVENTS
    ) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.address}{path}", data=body, headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    async def send(self, body: bytes, path: str = EVENTS) -> tuple[int, str]:
        """Post a signed JSON body."""
        signed = sign(self.slack.signing_secret, body)
        return await self.post(body, {"Content-Type": "application/json", **signed}, path)


async def healthy() -> dict[str, str]:
    return {}


@pytest.fixture
def http(slack: FakeSlack, clock: Time) -> SlackHttp:
    return SlackHttp(slack.signing_secret, now=clock)


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
async def bot(slack: FakeSlack, http: SlackHttp, clock: Time) -> AsyncIterator[Bot]:
    server = WebServer(web_app(healthy, http.routes), "127.0.0.1", 0)
    await server.start()
    address = f"http://127.0.0.1:{server.port}"
    slack.request_url = f"{address}{EVENTS}"
    yield Bot(address, slack, clock)
    await server.stop()


@pytest.fixture
async def app(
    platform: SlackPlatform, dispatcher: FakeDispatcher, http: SlackHttp, bot: Bot
) -> AsyncIterator[SlackApp]:
    running = SlackApp(platform, dispatcher, http=http)
    await running.start()
    yield running
    await running.stop()


def a_message(text: str = "my answer") -> bytes:
    message = {"type": "message", "user": "U1", "text": text, "ts": "1700000001.000200"}
    return encode(message_event(message, "D1"))[0]


@pytest.mark.usefixtures("app")
class TestListening:
    async def test_every_kind_of_request_reaches_the_dispatcher(
        self, slack: FakeSlack, dispatcher: FakeDispatcher
    ) -> None:
        await (await slack.say("D1", "U1", "direct")).wait_for_ack()
        await (await slack.command("today")).wait_for_ack()

        assert [reply.text for reply in dispatcher.seen_replies] == ["direct"]
        assert [call.name for call in dispatcher.seen_commands] == ["today"]
        assert dispatcher.seen_commands[0].caller.channel.workspace_id == "T1"

    @pytest.mark.parametrize("path", [EVENTS, "/slack/commands", "/slack/interactivity"])
    async def test_any_of_the_paths_will_do(
        self, bot: Bot, dispatcher: FakeDispatcher, path: str
    ) -> None:
        assert (await bot.send(a_message(), path))[0] == 200
        assert len(dispatcher.seen_replies) == 1

    async def test_a_new_address_is_verified(self, bot: Bot) -> None:
        body = json.dumps({"type": "url_verification", "challenge": "3eZb", "token": "x"}).encode()
        status, text = await bot.send(body)
        assert (status, json.loads(text)) == (200, {"challenge": "3eZb"})

    async def test_slack_looks_at_the_certificate_with_a_get(self, bot: Bot) -> None:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{bot.address}{EVENTS}?ssl_check=1&token=x") as answer:
                assert answer.status == 200
            async with session.get(f"{bot.address}{EVENTS}") as answer:
                assert answer.status == 405

    async def test_unknown_fields_and_missing_optional_ones_are_no_trouble(
        self, bot: Bot, dispatcher: FakeDispatcher
    ) -> None:
        event = {"type": "message", "channel": "D1", "user": "U1", "text": "hi", "ts": "1.2"}
        body = {"type": "event_callback", "team_id": "T1", "event": event, "new": [{"a": None}]}
        assert (await bot.send(json.dumps(body).encode()))[0] == 200
        assert [reply.text for reply in dispatcher.seen_replies] == ["hi"]

    async def test_an_event_that_nobody_handles_is_acknowledged(self, slack: FakeSlack) -> None:
        await (await slack.deliver(event_envelope({"type": "team_join"}))).wait_for_ack()

    async def test_events_withheld_by_slack_are_acknowledged(self, bot: Bot) -> None:
        body = {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1}
        assert (await bot.send(json.dumps(body).encode()))[0] == 200


@pytest.mark.usefixtures("app")
class TestSignature:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"X-Slack-Request-Timestamp": "1700000000"},
            {"X-Slack-Signature": "v0=abc"},
            {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=abc"},
            {"X-Slack-Request-Timestamp": "", "X-Slack-Signature": ""},
            {"X-Slack-Request-Timestamp": "-1", "X-Slack-Signature": "v0=abc"},
            {"X-Slack-Request-Timestamp": "1.7e9", "X-Slack-Signature": "v0=abc"},
            {"X-Slack-Request-Timestamp": "9" * 400, "X-Slack-Signature": "v0=abc"},
            {"X-Slack-Request-Timestamp": "²", "X-Slack-Signature": "v0=abc"},
            {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=é"},
        ],
    )
    async def test_headers_that_are_not_slacks_are_refused(
        self, bot: Bot, dispatcher: FakeDispatcher, headers: dict[str, str]
    ) -> None:
        status, _ = await bot.post(a_message(), headers)
        assert status == 401
        assert not dispatcher.seen_replies

    async def test_another_secret_or_a_changed_body_is_refused(
        self, bot: Bot, dispatcher: FakeDispatcher
    ) -> None:
        assert (await bot.post(a_message(), sign("other", a_message())))[0] == 401
        signed = sign(bot.slack.signing_secret, a_message("one"))
        assert (await bot.post(a_message("two"), signed))[0] == 401
        assert not dispatcher.seen_replies

    @pytest.mark.parametrize(
        ("ahead", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401), (86_400, 401)]
    )
    async def test_a_clock_may_be_wrong_by_five_minutes(
        self, bot: Bot, ahead: float, status: int
    ) -> None:
        bot.time.ahead = ahead
        assert (await bot.send(a_message()))[0] == status

    async def test_a_stale_request_is_refused(self, bot: Bot) -> None:
        body = a_message()
        signed = sign(bot.slack.signing_secret, body)
        bot.time.ahead = 301
        assert (await bot.post(body, signed))[0] == 401

    async def test_a_replay_changes_nothing(self, bot: Bot, dispatcher: FakeDispatcher) -> None:
        body = a_message()
        signed = sign(bot.slack.signing_secret, body)
        for _ in range(3):
            assert (await bot.post(body, signed))[0] == 200
        assert len(dispatcher.seen_replies) == 1

    async def test_a_replayed_command_is_not_carried_out_again(
        self, bot: Bot, slack: FakeSlack, dispatcher: FakeDispatcher
    ) -> None:
        envelope = command_envelope(
            slack.workspace, "today", user="U1", channel="C1", command="/prep", response_url=""
        )
        body, content_type = encode(envelope)
        headers = {"Content-Type": content_type, **sign(slack.signing_secret, body)}
        for _ in range(3):
            assert (await bot.post(body, headers))[0] == 200
        assert len(dispatcher.seen_commands) == 1


@pytest.mark.usefixtures("app")
class TestBodies:
    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"null",
            b'"text"',
            b"{}",
            b"payload=",
            b"payload={",
            b"payload=[]",
            b'{"authorizations": ["x"]}',
            b'{"type": "event_callback", "event": "x", "authorizations": [7], "team": 3}',
            b'{"type": "event_callback", "event": {"type": ["message"]}}',
            b'{"type": "block_actions"}',
            b'{"type": "view_submission", "view": []}',
            b"command=%2Fprep&text=%00%ff",
            b"\xff\xfe\x00",
            b'{"a":' * 3000 + b"1" + b"}" * 3000,
        ],
    )
    async def test_a_malformed_body_is_no_failure_of_ours(
        self, bot: Bot, dispatcher: FakeDispatcher, body: bytes
    ) -> None:
        digest = sign(bot.slack.signing_secret, body)
        status, text = await bot.post(body, digest)
        assert status in {200, 400, 401}
        assert "Traceback" not in text
        assert (await bot.send(a_message()))[0] == 200
        assert len(dispatcher.seen_replies) == 1

    async def test_an_enormous_body_is_not_read_to_its_end(self, bot: Bot) -> None:
        parts = (b"x" * 2**16 for _ in range(33))

        async def body() -> AsyncIterator[bytes]:
            for part in parts:
                yield part

        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{bot.address}{EVENTS}", data=body()) as answer,
        ):
            assert answer.status == 413


class TestStoring:
    @pytest.fixture
    def dispatcher(self) -> SlowDispatcher:
        return SlowDispatcher()

    async def test_a_reply_is_acknowledged_only_after_it_is_stored(
        self, slack: FakeSlack, app: SlackApp, dispatcher: SlowDispatcher
    ) -> None:
        delivery = await slack.say("D1", "U1", "my answer")
        await dispatcher.begun.wait()
        await (await slack.command("help")).wait_for_ack()
        assert delivery.ack is None
        dispatcher.finish.set()
        await delivery.wait_for_ack()
        assert [reply.text for reply in dispatcher.seen_replies] == ["my answer"]

    async def test_the_same_request_twice_at_once_is_handled_once(
        self, bot: Bot, app: SlackApp, dispatcher: SlowDispatcher
    ) -> None:
        body = a_message()
        signed = sign(bot.slack.signing_secret, body)
        both = [asyncio.create_task(bot.post(body, signed)) for _ in range(2)]
        await dispatcher.begun.wait()
        dispatcher.finish.set()
        assert [status for status, _ in await asyncio.gather(*both)] == [200, 200]
        assert len(dispatcher.seen_replies) == 1

    async def test_what_is_being_stored_goes_on_when_slack_hangs_up(
        self, bot: Bot, app: SlackApp, dispatcher: SlowDispatcher
    ) -> None:
        calling = asyncio.create_task(bot.send(a_message()))
        await dispatcher.begun.wait()
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)
        dispatcher.finish.set()
        await app.stop()
        assert [reply.text for reply in dispatcher.seen_replies] == ["my answer"]

    async def test_a_stop_finishes_what_is_in_hand_and_takes_no_more(
        self, bot: Bot, app: SlackApp, dispatcher: SlowDispatcher
    ) -> None:
        first = asyncio.create_task(bot.send(a_message("before")))
        await dispatcher.begun.wait()
        stopping = asyncio.create_task(app.stop())
        await asyncio.sleep(0)  # lets the stop begin
        assert (await bot.send(a_message("after")))[0] == 503
        dispatcher.finish.set()
        await stopping
        assert (await first)[0] == 200
        assert [reply.text for reply in dispatcher.seen_replies] == ["before"]


async def test_a_reply_that_is_not_stored_is_not_acknowledged_and_comes_again(
    slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher
) -> None:
    dispatcher.storage_is_down = True
    delivery = await slack.say("D1", "U1", "my answer")
    await slack.wait_for(lambda: slack.statuses == [503])
    assert delivery.ack is None

    dispatcher.storage_is_down = False
    await (await slack.redeliver(delivery)).wait_for_ack()
    assert [reply.text for reply in dispatcher.seen_replies] == ["my answer"]


async def test_what_went_wrong_the_first_time_is_no_replay(
    bot: Bot, app: SlackApp, dispatcher: FakeDispatcher
) -> None:
    body = a_message()
    signed = sign(bot.slack.signing_secret, body)
    dispatcher.storage_is_down = True
    assert (await bot.post(body, signed))[0] == 503
    dispatcher.storage_is_down = False
    assert (await bot.post(body, signed))[0] == 200
    assert len(dispatcher.seen_replies) == 1


async def test_before_the_start_slack_is_asked_to_come_again(bot: Bot) -> None:
    assert (await bot.send(a_message()))[0] == 503


class BrokenDispatcher(FakeDispatcher):
    async def command(self, invocation: CommandInvocation) -> Outcome:
        raise RuntimeError("secret detail")

    async def reply(self, reply: IncomingReply) -> Reception:
        raise RuntimeError("secret detail")


class TestUnforeseen:
    @pytest.fixture
    def dispatcher(self) -> BrokenDispatcher:
        return BrokenDispatcher()

    async def test_a_failure_is_not_acknowledged_and_not_shown(
        self, bot: Bot, app: SlackApp
    ) -> None:
        status, text = await bot.send(a_message())
        assert status == 500
        assert "secret" not in text


async def test_repeated_and_reordered_deliveries_keep_their_addresses(
    slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher
) -> None:
    said = [await slack.say("D1", "U1", f"{n}", ts=f"17000000{n}.0001") for n in range(10, 20)]
    again = [await slack.redeliver(delivery) for delivery in reversed(said)]
    for delivery in [*said, *again]:
        await delivery.wait_for_ack()
    assert len({reply.message for reply in dispatcher.seen_replies}) == 10


async def test_a_dead_token_is_named_at_the_start(
    slack: FakeSlack, platform: SlackPlatform, dispatcher: FakeDispatcher, http: SlackHttp
) -> None:
    slack.revoked = True
    app = SlackApp(platform, dispatcher, http=http)
    with pytest.raises(Exception, match="SLACK_BOT_TOKEN"):
        await app.start()
    assert not app.is_connected


async def test_an_answer_that_slack_did_not_take_is_given_another_way(
    slack: FakeSlack, app: SlackApp, dispatcher: FakeDispatcher
) -> None:
    dispatcher.outcome = Response(message=say("the answer"))
    slack.script_failure("response_url", Failure(drop="before"))
    await (await slack.command("today")).wait_for_ack()
    assert (await slack.wait_for_post(lambda post: "the answer" in post.plain)).to_user == "U1"
