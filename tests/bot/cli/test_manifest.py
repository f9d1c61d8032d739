"""`prepbot manifest slack`: what an administrator pastes into Slack."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.platforms.slack import limits
from bot.platforms.slack import manifest as slack
from tests.bot.cli.conftest import Prepbot
from tests.wire.slack_workspace import SCOPES

GOLDEN = Path(__file__).parent / "golden"
HTTP = ("--url", "https://prepbot.example.org", "--assistant")


@pytest.mark.parametrize(
    ("options", "golden"), [((), "slack-manifest.yaml"), (HTTP, "slack-manifest-http.yaml")]
)
async def test_the_manifest_is_the_one_that_was_reviewed(
    prepbot: Prepbot, options: tuple[str, ...], golden: str
) -> None:
    shown = await prepbot("manifest", "slack", *options)
    assert shown.exit_code == 0
    assert shown.stdout == (GOLDEN / golden).read_text(encoding="utf-8")


async def made(prepbot: Prepbot, *options: str) -> Any:  # noqa: ANN401  (YAML)
    return yaml.safe_load((await prepbot("manifest", "slack", *options)).stdout)


async def test_the_manifest_asks_for_what_the_adapter_uses(prepbot: Prepbot) -> None:
    manifest = await made(prepbot)
    # A fake workspace refuses a call whose scope is not in this table.
    assert set(SCOPES.values()) <= set(manifest["oauth_config"]["scopes"]["bot"])
    settings, features = manifest["settings"], manifest["features"]
    assert set(settings["event_subscriptions"]["bot_events"]) == {
        "app_home_opened",
        "app_uninstalled",
        "message.channels",
        "message.groups",
        "message.im",
        "tokens_revoked",
    }
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"] == {"is_enabled": True}
    assert features["app_home"]["home_tab_enabled"]
    assert features["app_home"]["messages_tab_enabled"]
    assert not features["app_home"]["messages_tab_read_only_enabled"]
    assert [c["command"] for c in features["slash_commands"]] == ["/prep"]
    assert {s["type"] for s in features["shortcuts"]} == {"message", "global"}


async def test_over_http_everything_has_its_address(prepbot: Prepbot) -> None:
    manifest = await made(prepbot, "--url", "https://prepbot.example.org/")
    requests = "https://prepbot.example.org/slack/events"
    settings = manifest["settings"]
    assert settings["event_subscriptions"]["request_url"] == requests
    assert settings["interactivity"]["request_url"] == requests
    assert not settings["socket_mode_enabled"]
    assert manifest["features"]["slash_commands"][0]["url"] == requests
    redirects = manifest["oauth_config"]["redirect_urls"]
    assert redirects == ["https://prepbot.example.org/slack/oauth_redirect"]


@pytest.mark.parametrize(
    "url", ["http://prepbot.example.org", "prepbot", "https://", "https://a?b"]
)
async def test_an_address_that_slack_cannot_call_is_refused(prepbot: Prepbot, url: str) -> None:
    shown = await prepbot("manifest", "slack", "--url", url)
    assert shown.exit_code == 2
    assert "https://" in shown.stderr


async def test_slack_allows_one_kind_of_pane(prepbot: Prepbot) -> None:
    for options, kind in (((), "agent_view"), (("--assistant",), "assistant_view")):
        manifest = await made(prepbot, *options)
        features = manifest["features"]
        events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
        assert (set(slack.ASSISTANT_EVENTS) <= events) == (kind == "assistant_view")
        assert {"assistant_view", "agent_view"} & set(features) == {kind}
        assert 1 <= len(features[kind]["suggested_prompts"]) <= limits.PROMPTS


@pytest.mark.parametrize("assistant", [True, False])
def test_no_text_is_longer_than_slack_takes(*, assistant: bool) -> None:
    features = slack.manifest(assistant=assistant)["features"]
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= limits.SHORTCUT_NAME
        assert len(shortcut["description"]) <= limits.SHORTCUT_DESCRIPTION
    pane = features["assistant_view" if assistant else "agent_view"]
    [about] = [text for text in pane.values() if isinstance(text, str)]
    assert len(about) <= limits.ASSISTANT_DESCRIPTION


def test_the_readme_gives_every_scope_with_its_reason() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| `")]
    named = {scope for row in rows for scope in re.findall(r"`([a-z_.]+:?[a-z]*)`", row)}
    assert set(slack.SCOPES) <= named
