"""Who sees which channel, asked of Slack over the wire."""

from __future__ import annotations

import pytest

from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.membership import Memberships
from handlers.ports import ChannelViewer
from handlers.refs import ChannelRef, Platform, UserRef
from tests.bot.platforms.fake_dispatcher import FakeDispatcher
from tests.wire.fake_slack import Failure, FakeSlack
from tests.wire.slack_workspace import Channel

ADA = UserRef(platform=Platform.SLACK, realm="T1", id="U1")
GRACE = UserRef(platform=Platform.SLACK, realm="T1", id="U2")


def channel(id_: str, team: str = "T1") -> ChannelRef:
    return ChannelRef(platform=Platform.SLACK, workspace_id=team, id=id_)


OPEN, SECRET, ELSEWHERE = channel("C1"), channel("C2"), channel("C1", "T2")


class Seconds:
    """Time that a test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def memberships(slack: FakeSlack, platform: SlackPlatform, clock: Seconds) -> Memberships:
    slack.workspace.channels["C2"] = Channel("C2", is_private=True, people={"U1"})
    return Memberships(platform.web, monotonic=clock)


async def test_a_private_channel_is_seen_by_who_is_in_it(memberships: Memberships) -> None:
    assert await memberships.sees(ADA, [OPEN, SECRET]) == {OPEN, SECRET}
    assert await memberships.sees(GRACE, [OPEN, SECRET]) == {OPEN}


async def test_another_workspaces_channel_is_not_seen(memberships: Memberships) -> None:
    assert await memberships.sees(ADA, [ELSEWHERE]) == frozenset()


async def test_many_channels_stand_on_many_pages(
    slack: FakeSlack, memberships: Memberships
) -> None:
    for number in range(2100):
        slack.workspace.channel(f"C{number + 100}")
    last = channel("C2199")

    assert await memberships.sees(ADA, [last, OPEN]) == {last, OPEN}


async def test_slack_is_asked_once_a_minute(
    slack: FakeSlack, memberships: Memberships, clock: Seconds
) -> None:
    await memberships.sees(ADA, [SECRET])
    slack.workspace.channels["C2"].people = set()
    assert await memberships.sees(ADA, [SECRET]) == {SECRET}

    clock.now += 61
    assert await memberships.sees(ADA, [SECRET]) == frozenset()
    assert [call.method for call in slack.calls] == ["users.conversations"] * 2


@pytest.mark.parametrize(
    "failure",
    [
        Failure(error="missing_scope", extra={"needed": "groups:read"}),
        Failure(error="unknown_method"),
        Failure(retry_after=30),
        Failure(status=500, body="<html>"),
        Failure(body='{"ok": true}', is_json=True),
        Failure(body='{"ok": true, "channels": null}', is_json=True),
    ],
)
async def test_where_slack_does_not_say_only_what_is_public_is_seen(
    slack: FakeSlack, memberships: Memberships, failure: Failure
) -> None:
    slack.script_failure("users.conversations", failure)

    assert await memberships.sees(ADA, [OPEN, SECRET]) == {OPEN}


async def test_who_did_something_in_a_channel_sees_it_while_slack_does_not_say(
    slack: FakeSlack, memberships: Memberships, clock: Seconds
) -> None:
    slack.script_failure("users.conversations", Failure(error="unknown_method"), times=5)
    slack.script_failure("conversations.info", Failure(error="unknown_method"), times=20)
    memberships.witness(ADA, SECRET)

    assert await memberships.sees(ADA, [OPEN, SECRET]) == {SECRET}
    assert await memberships.sees(GRACE, [OPEN, SECRET]) == frozenset()
    clock.now += 3601
    assert await memberships.sees(ADA, [OPEN, SECRET]) == frozenset()


@pytest.mark.usefixtures("app")
async def test_what_somebody_does_is_noticed(
    slack: FakeSlack, platform: SlackPlatform, dispatcher: FakeDispatcher
) -> None:
    slack.workspace.channels["C2"] = Channel("C2", is_private=True)
    await (await slack.command("today", channel="C2")).wait_for_ack()
    await slack.wait_for(lambda: dispatcher.seen_commands)
    slack.script_failure("users.conversations", Failure(error="unknown_method"), times=2)
    viewer: ChannelViewer = platform

    assert await viewer.sees(ADA, [SECRET]) == {SECRET}
    assert await viewer.sees(GRACE, [SECRET]) == frozenset()
