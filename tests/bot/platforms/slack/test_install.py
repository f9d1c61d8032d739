"""Installing the app in a workspace, in a browser, as Slack documents it."""

from __future__ import annotations

import aiohttp
import pytest

from bot.platforms.slack.vault import open_tokens
from tests.bot.platforms.slack.installing import Installable, a_browser, ref
from tests.wire.fake_slack import Failure, FakeSlack


async def test_an_installation_is_asked_for_and_stored(bot: Installable) -> None:
    async with a_browser() as browser:
        asked = await bot.begin(browser)
        assert asked["client_id"] == bot.slack.oauth.client_id
        assert asked["scope"] == "chat:write,commands"
        assert "redirect_uri" not in asked, "left to the app's settings unless ours is set"
        code = bot.slack.oauth.agree("T1")
        status, page = await bot.come_back(browser, state=asked["state"], code=code)
    assert status == 200
    assert "installed in Team &lt;T1&gt;" in page, "a workspace's name is no markup"
    assert "/invite @Prepbot" in page
    stored = await bot.stored()
    assert stored is not None
    assert (stored.bot_user_id, stored.left_at) == ("UBOT", None)
    assert open_tokens(bot.seal, stored.secret).access.startswith("xoxb-granted")


async def test_tokens_are_unreadable_in_the_database(bot: Installable) -> None:
    await bot.install()
    async with bot.storage._engine.connect() as connection:
        dump = str((await connection.exec_driver_sql("SELECT * FROM installations")).all())
    assert "T1" in dump
    assert "xoxb" not in dump
    stored = await bot.stored()
    assert "xoxb" not in repr(stored)


async def test_what_is_stored_of_a_request_opens_nothing(bot: Installable) -> None:
    async with a_browser() as browser:
        asked = await bot.begin(browser)
        cookie = next(iter(browser.cookie_jar)).value
        async with bot.storage._engine.connect() as connection:
            dump = str((await connection.exec_driver_sql("SELECT * FROM install_requests")).all())
    assert asked["state"] not in dump
    assert cookie not in dump


async def test_the_cookie_is_for_our_pages_alone(bot: Installable) -> None:
    async with (
        aiohttp.ClientSession() as browser,
        browser.get(f"{bot.address}/slack/install", allow_redirects=False) as answer,
    ):
        cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "Path=/slack", "SameSite=lax"} <= set(cookie.split("; "))
        assert "Secure" not in cookie, "this one came without TLS"
        assert answer.headers["Cache-Control"] == "no-store"
    headers = {"X-Forwarded-Proto": "https"}
    async with (
        aiohttp.ClientSession(headers=headers) as browser,
        browser.get(f"{bot.address}/slack/install", allow_redirects=False) as answer,
    ):
        assert "Secure" in answer.headers["Set-Cookie"]


class TestTheWayBack:
    """It works once, for ten minutes, in the browser that began it."""

    async def test_it_works_once(self, bot: Installable) -> None:
        async with a_browser() as browser:
            state = (await bot.begin(browser))["state"]
            code = bot.slack.oauth.agree("T1")
            assert (await bot.come_back(browser, state=state, code=code))[0] == 200
            status, page = await bot.come_back(browser, state=state, code=code)
        assert status == 400
        assert "doesn't work any more" in page

    async def test_it_ends_after_ten_minutes(self, bot: Installable) -> None:
        async with a_browser() as browser:
            state = (await bot.begin(browser))["state"]
            bot.clock.move(minutes=10)
            code = bot.slack.oauth.agree("T1")
            assert (await bot.come_back(browser, state=state, code=code))[0] == 400
        assert await bot.stored() is None

    async def test_another_browser_can_not_use_it(self, bot: Installable) -> None:
        async with a_browser() as browser, a_browser() as other, a_browser() as third:
            state = (await bot.begin(browser))["state"]
            await bot.begin(other)
            code = bot.slack.oauth.agree("T1")
            for stranger in (other, third):
                assert (await bot.come_back(stranger, state=state, code=code))[0] == 400
            assert await bot.stored() is None
            assert (await bot.come_back(browser, state=state, code=code))[0] == 200

    async def test_two_tabs_do_not_shut_each_other_out(self, bot: Installable) -> None:
        async with a_browser() as browser:
            first = (await bot.begin(browser))["state"]
            second = (await bot.begin(browser))["state"]
            for state in (first, second):
                code = bot.slack.oauth.agree("T1")
                assert (await bot.come_back(browser, state=state, code=code))[0] == 200

    @pytest.mark.parametrize(
        "query", [{}, {"code": "c"}, {"state": "s"}, {"state": "", "code": ""}]
    )
    async def test_without_a_way_out_there_is_none_back(
        self, bot: Installable, query: dict[str, str]
    ) -> None:
        async with a_browser() as browser:
            await bot.begin(browser)
            assert (await bot.come_back(browser, **query))[0] == 400
        assert not [call for call in bot.slack.calls if call.method == "oauth.v2.access"]

    async def test_a_code_is_needed(self, bot: Installable) -> None:
        async with a_browser() as browser:
            state = (await bot.begin(browser))["state"]
            assert (await bot.come_back(browser, state=state))[0] == 400


async def test_somebody_may_say_no(bot: Installable) -> None:
    async with a_browser() as browser:
        state = (await bot.begin(browser))["state"]
        status, page = await bot.come_back(browser, state=state, error="access_denied")
        assert (status, await bot.stored()) == (400, None)
        assert "turned down" in page
        code = bot.slack.oauth.agree("T1")
        assert (await bot.come_back(browser, state=state, code=code))[0] == 400, "used up"


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Failure(error="invalid_code"), "invalid_code"),
        (Failure(error="<script>alert(1)</script>"), "having trouble"),
        (Failure(drop="before"), "did not answer"),
        (Failure(drop="after"), "did not answer"),
        (Failure(status=500, body="<html>"), "having trouble"),
        (Failure(retry_after=3), "slow down"),
    ],
)
async def test_slack_may_grant_nothing(bot: Installable, failure: Failure, said: str) -> None:
    bot.slack.script_failure("oauth.v2.access", failure)
    status, page = await bot.install()
    assert status == 502
    assert said in page
    assert "<script" not in page
    assert await bot.stored() is None
    assert (await bot.install())[0] == 200


async def test_nothing_is_stored_while_the_database_is_away(bot: Installable) -> None:
    async with a_browser() as browser:
        bot.storage.is_down = True
        async with browser.get(f"{bot.address}/slack/install") as answer:
            assert answer.status == 503
        status, page = await bot.come_back(browser, state="s" * 43, code="c")
        assert status == 400, "this browser never began"
        bot.storage.is_down = False
        state = (await bot.begin(browser))["state"]
        bot.storage.is_down = True
        status, page = await bot.come_back(browser, state=state, code="c")
    assert status == 503
    assert "try again" in page


async def test_what_slack_may_leave_out_is_not_missed(bot: Installable) -> None:
    bot.slack.oauth.leave_out = {"bot_user_id", "app_id", "enterprise", "is_enterprise_install"}
    bot.slack.oauth.leave_out |= {"authed_user", "scope", "token_type"}
    assert (await bot.install())[0] == 200
    stored = await bot.stored()
    assert stored is not None
    assert stored.bot_user_id == "UBOT", "asked for with the new token"


async def test_a_token_of_a_person_is_none_of_a_bot(bot: Installable, slack: FakeSlack) -> None:
    body = '{"ok": true, "token_type": "user", "access_token": "xoxp-1", "team": {"id": "T1"}}'
    slack.script_failure("oauth.v2.access", Failure(body=body))
    assert (await bot.install())[0] == 502
    assert await bot.stored() is None


async def test_installing_again_replaces_the_token(bot: Installable) -> None:
    await bot.install()
    first = await bot.keeper.token("T1")
    bot.clock.move(minutes=1)
    await bot.install()
    assert await bot.keeper.token("T1") != first
    async with bot.storage(read_only=True) as work:
        assert [each.workspace for each in await work.installations.present()] == [ref("T1")]


async def test_a_whole_organisation_may_install(bot: Installable) -> None:
    bot.slack.oauth.orgs["T1"] = "E1"
    assert (await bot.install())[0] == 200
    assert await bot.stored("T1") is None
    stored = await bot.stored("E1")
    assert stored is not None
    assert stored.secret
