from __future__ import annotations

import pytest

from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.people import NOBODY, People
from tests.wire.fake_slack import Failure, FakeSlack


class Time:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def test_people_are_asked_about_every_ten_minutes_and_admins_every_minute(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    clock = Time()
    people = People(platform.web, monotonic=clock)
    slack.workspace.zones["U1"] = "Europe/Berlin"
    for _ in range(2):
        ada = await people.find("U1", fallback="")
        assert (ada.name, ada.leads, ada.zone) == ("Ada", False, "Europe/Berlin")
    assert len(slack.calls) == 1
    slack.workspace.admins.add("U1")
    clock.seconds = 601
    assert (await people.find("U1", fallback="")).leads
    slack.workspace.admins.remove("U1")
    clock.seconds += 61
    assert not (await people.find("U1", fallback="")).leads


@pytest.mark.parametrize("zone", ["", "Nowhere/Land", "../etc/passwd", "/etc/passwd", "\0"])
async def test_a_zone_that_is_none_is_left_out(
    slack: FakeSlack, platform: SlackPlatform, zone: str
) -> None:
    slack.workspace.zones["U1"] = zone
    assert (await People(platform.web).find("U1", fallback="")).zone == ""


@pytest.mark.parametrize(
    "failure",
    [Failure(status=500, body="x"), Failure(error="missing_scope"), Failure(retry_after=30)],
)
async def test_somebody_whom_slack_says_nothing_of_is_called_by_what_we_know(
    slack: FakeSlack, platform: SlackPlatform, failure: Failure
) -> None:
    people = People(platform.web)
    slack.script_failure("users.info", failure)
    assert (await people.find("U1", fallback="ada")).name == "ada"
    assert (await people.find("U1", fallback="")).name == NOBODY
    assert len(slack.calls) == 1, "a refusal is remembered, too"
