"""Which settings mean which Slack, and the one sentence where they mean none."""

from __future__ import annotations

import pytest

from bot.settings import Settings
from bot.slack_choice import choose_slack, describe_transport
from bot.startup import StartupError

BOT, APP, SIGNED = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET")
ID, SECRET = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")


def settings(*names: str, **more: str) -> Settings:
    values = {name: f"value-of-{name}" for name in names} | more
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("names", "transport", "many"),
    [
        ((BOT, APP), "Socket Mode", False),
        ((BOT, SIGNED), "HTTP", False),
        ((BOT, APP, SIGNED), "Socket Mode; without SLACK_APP_TOKEN it would be HTTP", False),
        ((SIGNED, ID, SECRET), "HTTP", True),
        ((APP, ID, SECRET), "Socket Mode", True),
        ((BOT, SIGNED, ID, SECRET), "HTTP", True),
    ],
)
def test_a_combination_that_works(names: tuple[str, ...], transport: str, many: bool) -> None:
    choice = choose_slack(settings(*names))
    assert describe_transport(choice) == transport
    assert (choice.oauth is not None) is many


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ((BOT,), APP),
        ((BOT,), SIGNED),
        ((APP,), BOT),
        ((SIGNED,), BOT),
        ((ID, SECRET), SIGNED),
        ((BOT, APP, ID), SECRET),
        ((BOT, APP, SECRET), ID),
    ],
)
def test_a_combination_that_does_not(names: tuple[str, ...], missing: str) -> None:
    assert settings(*names).wants_slack
    with pytest.raises(StartupError) as caught:
        choose_slack(settings(*names))
    assert f"{missing}" in str(caught.value)
    assert "value-of" not in str(caught.value)


@pytest.mark.parametrize("address", ["https://prep.example.com", "https://prep.example.com/"])
def test_the_way_back_is_named_only_where_our_address_is_known(address: str) -> None:
    unknown = choose_slack(settings(SIGNED, ID, SECRET)).oauth
    assert unknown is not None
    assert unknown.redirect_url == ""
    known = choose_slack(settings(SIGNED, ID, SECRET, PREPBOT_PUBLIC_URL=address)).oauth
    assert known is not None
    assert known.redirect_url == "https://prep.example.com/slack/oauth_redirect"


def test_without_any_of_them_there_is_no_slack() -> None:
    assert not settings().wants_slack
