"""One bot in many workspaces, and what is left when one removes it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import time as wall_time
from typing import Final

import pytest
from cryptography.fernet import Fernet

from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.installed import InstalledWorkspaces
from bot.platforms.slack.workspaces import OneWorkspace, Origin, read_origin
from bot.seal import Seal
from bot.startup import StartupError
from handlers.message import say
from handlers.ports import Reaction, TargetGone
from handlers.records import Schedule, Team
from handlers.refs import ChannelRef, MessageRef, Platform, UserRef
from questions.role import Role
from tests.bot.platforms.slack.installing import Installable, from_team, ref
from tests.wire.fake_slack import Failure, FakeSlack
from tests.wire.slack_blocks import Json
from tests.wire.slack_payloads import command_envelope, event_envelope, message_event
from tests.wire.slack_workspace import Workspace

C1: Final = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")
C2: Final = ChannelRef(platform=Platform.SLACK, workspace_id="T2", id="C1")


@pytest.fixture
def slack_2(slack: FakeSlack) -> Workspace:
    """A second workspace."""
    slack.oauth.teams["T2"] = Workspace("T2")
    return slack.oauth.teams["T2"]


def a_message(text: str = "my answer", user: str = "U1", ts: str = "1700000001.0002") -> Json:
    return message_event({"type": "message", "user": user, "text": text, "ts": ts}, "D1")


def an_uninstall(team: str = "T1", kind: str = "app_uninstalled", **event: object) -> Json:
    return from_team(event_envelope({"type": kind, **event}), team)


async def schedule(bot: Installable, *channels: ChannelRef) -> None:
    async with bot.storage() as work:
        for channel in channels:
            team = Team(id=f"team-{channel.workspace_id}", name="Team", zone="UTC")
            await work.teams.add(team, ref(channel.workspace_id))
            await work.schedules.put(
                Schedule(
                    id=f"of-{channel.workspace_id}",
                    team_id=team.id,
                    channel=channel,
                    at=wall_time(9),
                    zone="UTC",
                    weekdays=frozenset({0}),
                    roles=(Role.AI_ENGINEER,),
                    effective_from=bot.clock.now(),
                )
            )


async def active(bot: Installable) -> list[ChannelRef]:
    async with bot.storage(read_only=True) as work:
        return [each.channel for each in await work.schedules.active()]


class TestMany:
    async def test_each_workspace_has_its_own_voice(
        self, bot: Installable, slack: FakeSlack, slack_2: Workspace
    ) -> None:
        await bot.install("T1")
        await bot.install("T2")
        await bot.workspaces.post(C1, say("one"), key="1")
        await bot.workspaces.post(C2, say("two"), key="2")
        assert [post.plain.strip() for post in slack.posts] == ["one"]
        assert [post.plain.strip() for post in slack_2.posts] == ["two"]

    async def test_what_comes_in_knows_its_workspace(
        self, bot: Installable, slack: FakeSlack, slack_2: Workspace
    ) -> None:
        slack_2.users["U1"] = "Ada of the second"
        await bot.install("T1")
        await bot.install("T2")
        for envelope in (a_message("one"), from_team(a_message("two"), "T2")):
            await (await slack.deliver(envelope)).wait_for_ack()
        seen = {reply.text: reply.caller for reply in bot.dispatcher.seen_replies}
        assert seen["one"].channel.workspace_id == "T1"
        assert (seen["two"].channel.workspace_id, seen["two"].display_name) == (
            "T2",
            "Ada of the second",
        )

    async def test_the_bots_own_messages_are_no_replies(
        self, bot: Installable, slack: FakeSlack
    ) -> None:
        await bot.install()
        await (await slack.deliver(a_message(user="UBOT"))).wait_for_ack()
        assert not bot.dispatcher.seen_replies

    async def test_signs_links_and_direct_messages_go_to_the_workspace(
        self, bot: Installable, slack_2: Workspace
    ) -> None:
        await bot.install("T2")
        posted = await bot.workspaces.post(C2, say("two"), key="2")
        await bot.workspaces.react(posted.message, Reaction.RECEIVED)
        assert slack_2.reactions["C1", posted.message.id] == {"eyes"}
        assert posted.message.id.replace(".", "") in await bot.workspaces.link(posted.message)
        user = UserRef(platform=Platform.SLACK, realm="T2", id="U1")
        assert (await bot.workspaces.direct(user)).id == "D1"

    async def test_a_shared_channel_belongs_to_who_installed_the_app(
        self, bot: Installable, slack: FakeSlack
    ) -> None:
        await bot.install()
        envelope = a_message()
        envelope["payload"] |= {"team_id": "TELSEWHERE"}
        await (await slack.deliver(envelope)).wait_for_ack()
        assert bot.dispatcher.seen_replies[0].caller.channel.workspace_id == "T1"

    async def test_an_organisation_serves_its_workspaces(
        self, bot: Installable, slack: FakeSlack, slack_2: Workspace
    ) -> None:
        slack.oauth.orgs["T2"] = "E1"
        await bot.install("T2")
        envelope = from_team(a_message("from the organisation"), "T2")
        envelope["payload"]["authorizations"][0] |= {
            "enterprise_id": "E1",
            "is_enterprise_install": True,
        }
        await (await slack.deliver(envelope)).wait_for_ack()
        assert [reply.text for reply in bot.dispatcher.seen_replies] == ["from the organisation"]
        await bot.workspaces.post(C2, say("two"), key="2")
        assert [post.plain.strip() for post in slack_2.posts] == ["two"]


class TestElsewhere:
    """Where the bot is not installed."""

    async def test_events_are_taken_and_left(self, bot: Installable, slack: FakeSlack) -> None:
        await (await slack.deliver(a_message())).wait_for_ack()
        assert not bot.dispatcher.seen_replies

    async def test_a_person_is_told(self, bot: Installable, slack: FakeSlack) -> None:
        envelope = command_envelope(
            slack.workspace, "today", user="U1", channel="C1", command="/prep", response_url=""
        )
        ack = await (await slack.deliver(envelope)).wait_for_ack()
        assert ack.payload is not None
        assert "not installed in this workspace" in ack.payload["text"]
        assert ack.payload["response_type"] == "ephemeral"

    async def test_nothing_can_be_said(self, bot: Installable) -> None:
        with pytest.raises(TargetGone, match="removed"):
            await bot.workspaces.post(C1, say("hello"), key="k")
        nowhere = MessageRef(channel=C1, id="1.2")
        await bot.workspaces.react(nowhere, Reaction.GRADED)
        assert await bot.workspaces.link(nowhere) == ""

    async def test_while_the_database_is_away_slack_is_asked_to_come_again(
        self, bot: Installable, slack: FakeSlack
    ) -> None:
        bot.storage.is_down = True
        await slack.deliver(a_message())
        await slack.wait_for(lambda: slack.statuses == [503])


REMOVALS: Final = {
    "app_uninstalled": [an_uninstall()],
    "tokens_revoked": [an_uninstall(kind="tokens_revoked", tokens={"bot": ["UBOT"]})],
    "both": [
        an_uninstall(),
        an_uninstall(kind="tokens_revoked", tokens={"oauth": ["U1"], "bot": ["UBOT"]}),
    ],
    "the other way round": [
        an_uninstall(kind="tokens_revoked", tokens={"bot": ["UBOT"]}),
        an_uninstall(),
        an_uninstall(),
    ],
}


class TestRemoval:
    @pytest.mark.parametrize("events", REMOVALS.values(), ids=REMOVALS)
    async def test_it_stops_the_schedules_and_purges_the_tokens(
        self, bot: Installable, slack: FakeSlack, slack_2: Workspace, events: Sequence[Json]
    ) -> None:
        await bot.install("T1")
        await bot.install("T2")
        await schedule(bot, C1, C2)
        slack.oauth.end("T1")
        for event in events:
            await (await slack.deliver(event)).wait_for_ack()
        stored = await bot.stored()
        assert stored is not None
        assert (stored.secret, stored.left_at) == ("", bot.clock.now())
        assert await active(bot) == [C2]
        async with bot.storage(read_only=True) as work:
            paused = await work.schedules.of_channel(C1)
        assert paused is not None
        assert paused.paused == "Prepbot was removed"
        with pytest.raises(TargetGone):
            await bot.workspaces.post(C1, say("hello"), key="k")
        await bot.workspaces.post(C2, say("still here"), key="k")

    async def test_a_persons_own_token_is_none_of_ours(
        self, bot: Installable, slack: FakeSlack
    ) -> None:
        await bot.install()
        event = an_uninstall(kind="tokens_revoked", tokens={"oauth": ["U1"], "bot": []})
        await (await slack.deliver(event)).wait_for_ack()
        await bot.workspaces.post(C1, say("still here"), key="k")

    async def test_it_is_not_acknowledged_before_it_is_stored(
        self, bot: Installable, slack: FakeSlack
    ) -> None:
        await bot.install()
        bot.storage.is_down = True
        delivery = await slack.deliver(an_uninstall())
        await slack.wait_for(lambda: slack.statuses == [503])
        bot.storage.is_down = False
        await (await slack.redeliver(delivery)).wait_for_ack()
        stored = await bot.stored()
        assert stored is not None
        assert not stored.secret

    async def test_installed_again_it_speaks_and_schedules_wait_for_somebody(
        self, bot: Installable, slack: FakeSlack
    ) -> None:
        await bot.install()
        await schedule(bot, C1)
        slack.oauth.end("T1")
        await (await slack.deliver(an_uninstall())).wait_for_ack()
        assert (await bot.install())[0] == 200
        await bot.workspaces.post(C1, say("back again"), key="k")
        assert [post.plain.strip() for post in slack.posts] == ["back again"]
        assert await active(bot) == []

    async def test_a_late_removal_does_not_undo_a_new_installation(
        self, bot: Installable, slack: FakeSlack
    ) -> None:
        await bot.install()
        late = an_uninstall(kind="tokens_revoked", tokens={"bot": ["UBOT"]})
        late["payload"]["event_time"] = int(bot.clock.now().timestamp()) - 5
        slack.oauth.end("T1")
        await bot.install()
        await (await slack.deliver(late)).wait_for_ack()
        await bot.workspaces.post(C1, say("still here"), key="k")
        slack.oauth.end("T1")
        await (await slack.deliver(late)).wait_for_ack()
        with pytest.raises(TargetGone):
            await bot.workspaces.post(C1, say("gone"), key="k")

    async def test_an_organisation_leaves_with_its_workspaces(
        self, bot: Installable, slack: FakeSlack, slack_2: Workspace
    ) -> None:
        slack.oauth.orgs["T2"] = "E1"
        await bot.install("T2")
        await bot.workspaces.find(Origin(workspace_id="T2", org_id="E1"))
        await schedule(bot, C2)
        event = event_envelope({"type": "app_uninstalled"})
        event["payload"] |= {"team_id": None, "enterprise_id": "E1", "authorizations": []}
        await (await slack.deliver(event)).wait_for_ack()
        assert await active(bot) == []
        with pytest.raises(TargetGone):
            await bot.workspaces.post(C2, say("gone"), key="k")

    async def test_an_organisation_may_take_one_workspace_away(
        self, bot: Installable, slack: FakeSlack, slack_2: Workspace
    ) -> None:
        slack.oauth.orgs["T2"] = "E1"
        await bot.install("T2")
        await bot.workspaces.find(Origin(workspace_id="T2", org_id="E1"))
        await schedule(bot, C2)
        event = event_envelope({"type": "team_access_revoked", "team_ids": ["T2"]})
        event["payload"] |= {"team_id": None, "enterprise_id": "E1", "authorizations": []}
        await (await slack.deliver(event)).wait_for_ack()
        assert await active(bot) == []
        with pytest.raises(TargetGone):
            await bot.workspaces.post(C2, say("gone"), key="k")


async def test_tokens_under_another_key_are_named_at_the_start(bot: Installable) -> None:
    await bot.install()
    other = Seal(Fernet.generate_key().decode())
    moved = InstalledWorkspaces(bot.workspaces.config, bot.keeper, bot.storage, bot.clock, other)
    with pytest.raises(StartupError, match="PREPBOT_SECRET_KEY"):
        await moved.open()


@pytest.mark.parametrize(
    ("body", "origin"),
    [
        ({"team_id": "T1"}, Origin(workspace_id="T1")),
        ({"team": {"id": "T1"}, "user": {"team_id": "T9"}}, Origin(workspace_id="T1")),
        ({"team": None, "user": {"team_id": "T1"}}, Origin(workspace_id="T1")),
        (
            {"team": None, "user": {"team_id": "E1"}, "message": {"team": "T1"}},
            Origin(workspace_id="T1"),
        ),
        (
            {"view": {"app_installed_team_id": "E1"}, "user": {"team_id": "E1"}},
            Origin(workspace_id="E1"),
        ),
        (
            {"authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}]},
            Origin(workspace_id="T1", bot_user_id="UBOT"),
        ),
        (
            {"view": {"app_installed_team_id": "T1"}, "team": {"id": "T9"}},
            Origin(workspace_id="T1"),
        ),
        (
            {"team_id": "T1", "enterprise": {"id": "E1"}},
            Origin(workspace_id="T1", org_id="E1"),
        ),
        ({"authorizations": [7], "team_id": 5, "enterprise": []}, Origin(workspace_id="")),
    ],
)
def test_where_a_payload_comes_from(body: Json, origin: Origin) -> None:
    assert read_origin(body) == origin


def test_events_of_these_tests_are_recent() -> None:
    assert abs(an_uninstall()["payload"]["event_time"] - time.time()) < 3600


async def test_the_one_workspace_has_one_name(slack: FakeSlack, platform: SlackPlatform) -> None:
    one = OneWorkspace(platform)
    await one.open()

    found = [await one.find(Origin(workspace_id=id_)) for id_ in ("T1", "T9", "E1", "")]

    assert [each.id for each in found if each is not None] == ["T1"] * 4


async def test_where_slack_does_not_say_who_the_bot_is_the_payload_does(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.script_failure("auth.test", Failure(body='{"ok": true}', is_json=True))
    one = OneWorkspace(platform)
    await one.open()

    told = await one.find(Origin(workspace_id="T9", bot_user_id="UBOT"))
    unnamed = await one.find(Origin(workspace_id=""))

    assert told is not None
    assert unnamed is not None
    assert (told.id, told.own_user_id) == ("T9", "UBOT")
    assert unnamed.id
