"""Tokens that end are renewed in time, once, and never lost for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.platforms.slack.config import OAuthConfig, SlackConfig
from bot.platforms.slack.grant import Grants
from bot.platforms.slack.keeper import Keeper
from bot.platforms.slack.vault import renewal_time
from handlers.message import say
from handlers.ports import DeliveryFailed, TargetGone
from handlers.refs import ChannelRef, Platform
from tests.bot.fake_clock import FakeClock
from tests.bot.platforms.slack.installing import Installable, an_installable, ref
from tests.wire.fake_slack import Failure, FakeSlack

HALF_DAY = 43_200
C1 = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")


@pytest.fixture
async def bot(slack: FakeSlack, tmp_path: Path) -> AsyncIterator[Installable]:
    slack.oauth.lifetime = HALF_DAY
    async with an_installable(slack, tmp_path) as installable:
        await installable.install()
        yield installable


def renewals(slack: FakeSlack) -> int:
    asked = [call for call in slack.calls if call.method == "oauth.v2.access"]
    return len([call for call in asked if call.arguments.get("grant_type") == "refresh_token"])


def another_process(bot: Installable) -> Keeper:
    oauth = OAuthConfig(
        client_id=bot.slack.oauth.client_id, client_secret=bot.slack.oauth.client_secret
    )
    grants = Grants(SlackConfig(api_url=bot.slack.base_url), oauth)
    return Keeper(bot.storage, bot.clock, bot.seal, grants)


def test_a_token_is_renewed_two_hours_before_it_ends_or_half_way() -> None:
    now = FakeClock().now()
    assert renewal_time(now, timedelta(hours=12)) - now == timedelta(hours=10)
    assert renewal_time(now, timedelta(hours=1)) - now == timedelta(minutes=30)


async def test_a_young_token_is_kept(bot: Installable, slack: FakeSlack) -> None:
    first = await bot.keeper.token("T1")
    bot.clock.move(hours=9)
    assert await bot.keeper.token("T1") == first
    assert renewals(slack) == 0


async def test_an_old_token_is_renewed_before_it_ends(bot: Installable, slack: FakeSlack) -> None:
    first = await bot.keeper.token("T1")
    bot.clock.move(hours=10, minutes=1)
    second = await bot.keeper.token("T1")
    assert second != first
    await bot.keeper.close()
    assert await another_process(bot).token("T1") == second, "stored, for every process"
    bot.clock.move(hours=10, minutes=1)
    assert await bot.keeper.token("T1") != second
    assert renewals(slack) == 2


async def test_many_at_once_renew_once(bot: Installable, slack: FakeSlack) -> None:
    bot.clock.move(hours=11)
    tokens = await asyncio.gather(*(bot.keeper.token("T1") for _ in range(20)))
    assert len(set(tokens)) == 1
    assert renewals(slack) == 1


async def test_two_processes_renew_once(bot: Installable, slack: FakeSlack) -> None:
    other = another_process(bot)
    bot.clock.move(hours=11)
    tokens = await asyncio.gather(bot.keeper.token("T1"), other.token("T1"))
    assert renewals(slack) == 1
    # Whoever came second goes on with the old one, which is still good.
    for token in tokens:
        slack.oauth.workspace(token)
    await other.close()


async def test_a_caller_in_a_hurry_does_not_break_a_renewal_off(
    bot: Installable, slack: FakeSlack
) -> None:
    first = await bot.keeper.token("T1")
    bot.clock.move(hours=11)
    asking = asyncio.create_task(bot.keeper.token("T1"))
    while not bot.keeper._renewing:  # noqa: ASYNC110  (it is under way a few turns later)
        await asyncio.sleep(0)
    asking.cancel()
    await bot.keeper.close()
    assert renewals(slack) == 1
    assert await bot.keeper.token("T1") != first


class TestLostInTheMiddle:
    @pytest.mark.parametrize(
        "failure",
        [Failure(drop="before"), Failure(status=500, body="<html>"), Failure(retry_after=5)],
    )
    async def test_the_old_token_is_used_while_slack_does_not_answer(
        self, bot: Installable, slack: FakeSlack, failure: Failure
    ) -> None:
        first = await bot.keeper.token("T1")
        bot.clock.move(hours=10, minutes=30)
        slack.script_failure("oauth.v2.access", failure)
        assert await bot.keeper.token("T1") == first
        bot.clock.move(minutes=1)
        assert await bot.keeper.token("T1") != first

    async def test_slack_is_not_asked_again_at_once(
        self, bot: Installable, slack: FakeSlack
    ) -> None:
        bot.clock.move(hours=10, minutes=30)
        slack.script_failure("oauth.v2.access", Failure(drop="before"), times=5)
        for _ in range(5):
            await bot.keeper.token("T1")
        assert renewals(slack) == 1

    async def test_an_answer_that_was_lost_leaves_the_old_token_in_use(
        self, bot: Installable, slack: FakeSlack
    ) -> None:
        first = await bot.keeper.token("T1")
        bot.clock.move(hours=10, minutes=30)
        slack.script_failure("oauth.v2.access", Failure(drop="after"))
        assert await bot.keeper.token("T1") == first
        bot.clock.move(minutes=5)
        assert await bot.keeper.token("T1") == first, "Slack took the refresh token back"
        bot.clock.move(hours=3)
        with pytest.raises(TargetGone, match="install the app again"):
            await bot.keeper.token("T1")
        await bot.install()
        assert await bot.keeper.token("T1") != first

    async def test_a_new_token_is_used_though_it_can_not_be_stored_yet(
        self, bot: Installable, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bot.clock.move(hours=11)
        grants = bot.keeper._grants
        renew = grants.renew

        async def renew_and_lose_the_database(refresh: str) -> object:
            granted = await renew(refresh)
            bot.storage.is_down = True
            return granted

        monkeypatch.setattr(grants, "renew", renew_and_lose_the_database)
        second = await bot.keeper.token("T1")
        bot.clock.move(minutes=5)
        assert await bot.keeper.token("T1") == second
        bot.storage.is_down = False
        await bot.keeper.close()
        assert await another_process(bot).token("T1") == second
        assert renewals(slack) == 1

    async def test_an_ended_token_waits_for_slack(self, bot: Installable, slack: FakeSlack) -> None:
        bot.clock.move(hours=13)
        slack.script_failure("oauth.v2.access", Failure(retry_after=7))
        with pytest.raises(DeliveryFailed) as failed:
            await bot.keeper.token("T1")
        assert not isinstance(failed.value, TargetGone)
        assert failed.value.retry_after == 7


async def test_a_call_with_an_ended_token_is_made_again_with_a_new_one(
    bot: Installable, slack: FakeSlack
) -> None:
    slack.oauth.tokens[await bot.keeper.token("T1")].refusal = "token_expired"
    await bot.workspaces.post(C1, say("hello"), key="k")
    assert [post.plain.strip() for post in slack.posts] == ["hello"]
    assert renewals(slack) == 1


async def test_removed_while_being_renewed_stays_removed(
    bot: Installable, slack: FakeSlack
) -> None:
    bot.clock.move(hours=11)
    async with bot.storage() as work:
        installation = await work.installations.get(ref("T1"))
        assert installation is not None
        await work.installations.leave(ref("T1"), bot.clock.now())
        assert not await work.installations.renew(installation, since=installation.secret)
    bot.workspaces.forget("T1")
    with pytest.raises(TargetGone):
        await bot.keeper.token("T1")


async def test_a_database_that_is_away_is_no_removal(bot: Installable) -> None:
    bot.workspaces.forget("T1")
    bot.storage.is_down = True
    with pytest.raises(DeliveryFailed, match="database") as failed:
        await bot.workspaces.post(C1, say("hello"), key="k")
    assert not isinstance(failed.value, TargetGone)
