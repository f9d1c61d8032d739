"""`prepbot manifest slack`: what an administrator pastes into Slack."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.platforms.slack import manifest as slack
from tests.bot.cli.conftest import Prepbot
from tests.wire.slack_workspace import SCOPES

GOLDEN = Path(__file__).parent / "golden" / "slack-manifest.yaml"


async def test_the_manifest_is_the_one_that_was_reviewed(prepbot: Prepbot) -> None:
    shown = await prepbot("manifest", "slack")
    assert shown.exit_code == 0
    assert shown.stdout == GOLDEN.read_text(encoding="utf-8")


async def test_the_manifest_asks_for_what_the_adapter_uses(prepbot: Prepbot) -> None:
    manifest = yaml.safe_load((await prepbot("manifest", "slack")).stdout)
    # A fake workspace refuses a call whose scope is not in this table.
    assert set(SCOPES.values()) <= set(manifest["oauth_config"]["scopes"]["bot"])
    settings = manifest["settings"]
    assert {"message.channels", "message.groups", "message.im"} == set(
        settings["event_subscriptions"]["bot_events"]
    )
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"]["is_enabled"]
    assert manifest["features"]["app_home"]["messages_tab_enabled"]
    assert [c["command"] for c in manifest["features"]["slash_commands"]] == ["/prep"]


def test_the_readme_gives_every_scope_with_its_reason() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| `")]
    named = {scope for row in rows for scope in re.findall(r"`([a-z_.]+:?[a-z]*)`", row)}
    assert set(slack.SCOPES) <= named
