"""Fields that are left out, new, empty or of another kind are no trouble, in and out."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.platforms.slack.app import SlackApp
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import OAuthConfig, SlackConfig
from bot.platforms.slack.grant import Grants
from bot.platforms.slack.http import SlackHttp
from bot.platforms.slack.payload import stamp_at
from bot.startup import StartupError
from handlers.actions import Action, ActionKind
from handlers.message import OpenForm, Outcome, Response, TextField, say
from handlers.ports import DeliveryFailed, Posted, Reaction
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.bot.platforms.slack.recorded import PAYLOADS
from tests.wire.fake_slack import BOT_ID, BOT_USER, Failure, FakeSlack
from tests.wire.slack_blocks import Json

_T = TypeVar("_T")
ROOT = "1700000000.000100"
C1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
ADA = UserRef(platform=Platform.SLACK, realm="T1", id="U1")
MESSAGE = MessageRef(channel=C1, id=ROOT)
THREAD = ThreadRef(channel=C1, id=ROOT)

_UNREADABLE = 400
ODD = st.sampled_from([None, "", 0, 17, 1.5, True, [], {}, ["x"], {"id": "x"}, "<@U9>", "\u202e"])


@dataclass
class Bench:
    """A loop with a bot on it that lives as long as the module's tests."""

    loop: asyncio.AbstractEventLoop
    slack: FakeSlack
    platform: SlackPlatform
    dispatcher: FakeDispatcher
    app: SlackApp

    def run(self, work: Awaitable[_T]) -> _T:
        return self.loop.run_until_complete(work)

    async def take(self, body: object) -> int:
        """Hand a payload in as either transport does; return the status it is answered with."""
        try:
            request = AsyncBoltRequest(mode="socket_mode", body=body)  # type: ignore[arg-type]
        except (ValueError, TypeError, AttributeError, LookupError):
            return _UNREADABLE
        status = (await self.app._entry.take(request)).status
        await self.app._background.finish(seconds=10)
        return status


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    loop = asyncio.new_event_loop()
    around = AsyncExitStack()

    async def begin() -> Bench:
        slack = await around.enter_async_context(FakeSlack())
        await slack.say("C1", BOT_USER, "question", ts=ROOT, bot_id=BOT_ID, deliver=False)
        config = SlackConfig(bot_token=slack.bot_token, api_url=slack.base_url)
        platform, dispatcher = SlackPlatform(config), FakeDispatcher()
        app = SlackApp(platform, dispatcher, http=SlackHttp(slack.signing_secret))
        await app.start()
        around.push_async_callback(app.stop)
        return Bench(loop, slack, platform, dispatcher, app)

    yield loop.run_until_complete(begin())
    loop.run_until_complete(around.aclose())
    loop.close()


@st.composite
def changed(draw: st.DrawFn, value: Any, *, odd: bool) -> Any:  # noqa: ANN401  (JSON)
    """A payload with fields left out, added or empty, and numbers for message ids.

    Args:
        draw: Hypothesis's.
        value: the payload.
        odd: whether fields may also be of a kind that Slack never sends.
    """
    if isinstance(value, dict):
        kept = {key: draw(changed(each, odd=odd)) for key, each in value.items() if draw(_MOSTLY)}
        return kept | ({"new_field": draw(ODD)} if draw(_SELDOM) else {})
    if isinstance(value, list):
        return [draw(changed(each, odd=odd)) for each in value if draw(_MOSTLY)]
    if draw(_SELDOM):
        return draw(ODD) if odd else None
    if isinstance(value, str) and value.startswith("17000") and draw(st.booleans()):
        return float(value)
    return value


_MOSTLY = st.integers(0, 9).map(lambda number: number > 0)
_SELDOM = st.integers(0, 14).map(lambda number: number == 0)

FORM = OpenForm(
    title="T",
    intro=say("i"),
    fields=(TextField(name="answer", label="A"),),
    action=Action(ActionKind.ANSWER, "o1"),
)
outcomes: st.SearchStrategy[Outcome] = st.sampled_from([Response(message=say("done")), FORM])
responses = st.sampled_from([Response(message=say("x"), accepted=taken) for taken in (True, False)])

relaxed = settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("name", PAYLOADS)
def test_every_payload_is_answered_as_it_is(bench: Bench, name: str) -> None:
    assert bench.run(bench.take(PAYLOADS[name])) == 200


@pytest.mark.parametrize("odd", [False, True], ids=["as documented", "of odd kinds"])
@pytest.mark.parametrize("name", PAYLOADS)
@relaxed
@given(data=st.data())
def test_fields_that_are_missing_new_or_empty_are_no_trouble(
    bench: Bench, caplog: pytest.LogCaptureFixture, name: str, odd: bool, data: st.DataObject
) -> None:
    caplog.clear()
    body = data.draw(changed(PAYLOADS[name], odd=odd))
    bench.dispatcher.outcome = data.draw(outcomes)
    bench.dispatcher.response = data.draw(responses)

    status = bench.run(bench.take(body))

    assert status == 200 or (odd and status == _UNREADABLE)
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR and each.exc_info]


def test_what_is_needed_is_enough(bench: Bench) -> None:
    """A message with nothing but who, where, when and what is a reply all the same."""
    bare = {"type": "message", "channel": "D1", "user": "U1", "text": "hi", "ts": 1700000001.0002}
    before = len(bench.dispatcher.seen_replies)

    assert bench.run(bench.take({"type": "event_callback", "event": bare})) == 200

    [reply] = bench.dispatcher.seen_replies[before:]
    assert reply.message.pack() == "slack/T1/D1//1700000001.000200"
    assert reply.caller.workspace is not None


Call = Callable[[SlackPlatform], Awaitable[object]]

CALLS: dict[str, tuple[str, Call]] = {
    "auth.test": ("auth.test", lambda it: it.identify()),
    "chat.postMessage": ("chat.postMessage", lambda it: it.post(C1, say("hello"), key="k")),
    "look up": (
        "conversations.replies",
        lambda it: it.post(THREAD, say("hello"), key="k2", maybe_sent=True),
    ),
    "history": (
        "conversations.history",
        lambda it: it.post(C1, say("hello"), key="k3", maybe_sent=True),
    ),
    "conversations.open": ("conversations.open", lambda it: it.direct(ADA)),
    "chat.getPermalink": ("chat.getPermalink", lambda it: it.link(MESSAGE)),
    "reactions.add": ("reactions.add", lambda it: it.react(MESSAGE, Reaction.GRADED)),
    "views.publish": ("views.publish", lambda it: it.show_home(ADA, say("page"))),
    "users.conversations": ("users.conversations", lambda it: it.sees(ADA, [C1])),
}

ANSWERS: dict[str, Json] = {
    "auth.test": {
        "ok": True,
        "url": "https://fake.slack.com/",
        "team": "Fake",
        "user": "prepbot",
        "team_id": "T1",
        "user_id": "UBOT",
        "bot_id": "BBOT",
        "is_enterprise_install": False,
        "response_metadata": {"warnings": ["missing_charset"]},
        "warning": "missing_charset",
    },
    "chat.postMessage": {
        "ok": True,
        "channel": "C1",
        "ts": "1700000005.000100",
        "message": {"ts": "1700000005.000100", "text": "hello", "user": "UBOT"},
    },
    "conversations.replies": {
        "ok": True,
        "messages": [
            {
                "ts": "1700000006.000100",
                "metadata": {"event_type": "prepbot_post", "event_payload": {"key": "k2"}},
            },
            {"ts": ROOT, "text": "x", "metadata": {}},
        ],
        "has_more": False,
        "response_metadata": {"next_cursor": ""},
    },
    "conversations.open": {"ok": True, "already_open": True, "channel": {"id": "D1"}},
    "chat.getPermalink": {"ok": True, "channel": "C1", "permalink": "https://fake.slack.com/p1"},
    "reactions.add": {"ok": True},
    "views.publish": {"ok": True, "view": {"id": "V1", "blocks": []}},
    "users.conversations": {
        "ok": True,
        "channels": [{"id": "C1", "name": "general", "is_private": False}],
        "response_metadata": {"next_cursor": ""},
    },
}
ANSWERS["conversations.history"] = ANSWERS["conversations.replies"]


@pytest.mark.parametrize("name", CALLS)
@relaxed
@given(data=st.data())
def test_no_answer_of_any_shape_is_trouble(bench: Bench, name: str, data: st.DataObject) -> None:
    method, call = CALLS[name]
    body = data.draw(st.one_of(changed(ANSWERS[method], odd=True), ODD))
    bench.slack.script_failure(method, Failure(body=json.dumps(body), is_json=True))
    bench.platform.memberships._known.clear()

    got: object = None
    with contextlib.suppress(DeliveryFailed, StartupError):
        got = bench.run(_awaited(call(bench.platform)))

    if isinstance(got, Posted):
        assert MessageRef.unpack(got.message.pack()) == got.message
    if isinstance(got, ChannelRef):
        assert ChannelRef.unpack(got.pack()) == got
    bench.slack._failures[method].clear()


@pytest.mark.parametrize(
    "error", ["new_trouble", "Odd Error!", "", None, 7, ["x"], {"code": "x"}, "é" * 500]
)
def test_an_unknown_refusal_is_told_in_words(bench: Bench, error: object) -> None:
    body = json.dumps({"ok": False, "error": error, "response_metadata": None})
    bench.slack.script_failure("chat.postMessage", Failure(body=body, is_json=True))

    with pytest.raises(DeliveryFailed) as caught:
        bench.run(bench.platform.post(C1, say("hello"), key="k"))

    assert caught.value.reason.startswith("Slack ")
    assert len(caught.value.reason) < 120


@relaxed
@given(data=st.data())
def test_no_grant_of_any_shape_is_trouble(bench: Bench, data: st.DataObject) -> None:
    granted: Json = {
        "ok": True,
        "access_token": "xoxb-1",
        "token_type": "bot",
        "scope": "commands",
        "bot_user_id": "UBOT",
        "app_id": "A1",
        "team": {"id": "T1", "name": "Team"},
        "enterprise": {"id": "E1", "name": "Org"},
        "authed_user": {"id": "U1"},
        "is_enterprise_install": False,
        "expires_in": 43200,
        "refresh_token": "xoxe-1",
    }
    body = json.dumps(data.draw(changed(granted, odd=True)))
    bench.slack.script_failure("oauth.v2.access", Failure(body=body, is_json=True))
    oauth = OAuthConfig(client_id="1.2", client_secret="secret")
    grants = Grants(SlackConfig(api_url=bench.slack.base_url), oauth)

    with contextlib.suppress(DeliveryFailed):
        assert bench.run(grants.redeem("code")).tokens.access


@pytest.mark.parametrize(
    ("value", "stamp"),
    [
        ("1700000001.000200", "1700000001.000200"),
        (1700000001.0002, "1700000001.000200"),
        (1700000001, "1700000001"),
        (True, ""),
        (None, ""),
        (float("nan"), ""),
        (float("inf"), ""),
        (["1"], ""),
    ],
)
def test_a_message_id_may_be_a_number(value: object, stamp: str) -> None:
    assert stamp_at({"ts": value}, "ts") == stamp


async def _awaited(work: Awaitable[_T]) -> _T:
    return await work
