"""The Slack app manifest: the command, the events and the least scopes that they need."""

from __future__ import annotations

from typing import Any, Final

import yaml

from handlers.command import ROOT

SCOPES: Final = {
    "channels:history": "reads replies in the threads of public channels it was invited to",
    "channels:read": "knows whether a channel is archived",
    "chat:write": "posts questions and grades",
    "commands": "offers /prep",
    "groups:history": "reads replies in the threads of private channels it was invited to",
    "groups:read": "knows whether a private channel is archived",
    "im:history": "reads what is written to it directly",
    "im:read": "knows a direct conversation from a channel",
    "im:write": "answers there",
    "reactions:write": "marks an answer as received and graded",
    "users:read": "shows people's names on the leaderboard",
}
"""Every scope with its reason."""

EVENTS: Final = ("message.channels", "message.groups", "message.im")


def manifest() -> dict[str, Any]:
    """Return the manifest for a Socket Mode app, as Slack's app page takes it."""
    return {
        "display_information": {
            "name": "Prepbot",
            "description": "One interview question a day, graded with reasons",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Prepbot", "always_online": True},
            "slash_commands": [
                {
                    "command": f"/{ROOT}",
                    "description": "Today's question, your answer, the leaderboard",
                    "usage_hint": "today | answer | leaderboard | schedule | help",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def manifest_yaml() -> str:
    """Return the manifest as YAML."""
    return yaml.safe_dump(manifest(), sort_keys=False, allow_unicode=True)
