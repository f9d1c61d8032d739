"""The Slack app manifest: commands, shortcuts, events and the least scopes that they need.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from bot.platforms.slack import limits
from bot.platforms.slack.shortcut import ANSWER_TODAY, GRADE_THIS
from handlers.assistant.prompt import PROMPTS
from handlers.command import ROOT

SCOPES: Final = {
    "assistant:write": "shows suggestions and a status in the pane",
    "channels:history": "reads replies in the threads of public channels it was invited to",
    "channels:read": "knows who is in a channel, so that only they see its questions elsewhere",
    "chat:write": "posts questions and grades",
    "commands": "offers /prep and the shortcuts",
    "files:read": "fetches spoken answers, job descriptions and CVs that are sent to it",
    "files:write": "attaches a report to its direct message",
    "groups:history": "reads replies in the threads of private channels it was invited to",
    "groups:read": "knows the same of private channels",
    "im:history": "reads what is written to it directly",
    "im:read": "knows a direct conversation from a channel",
    "im:write": "answers there",
    "reactions:write": "marks an answer as received and graded",
    "users:read": "knows people's names, who runs the workspace, and in which time zone a day ends",
}
"""Every scope with its reason."""

EVENTS: Final = {
    "app_home_opened": "fills the Home tab",
    "app_uninstalled": "forgets a workspace that removed the app",
    "message.channels": "replies in public channels",
    "message.groups": "replies in private channels",
    "message.im": "direct messages and the pane",
    "tokens_revoked": "stops speaking where it may no longer",
}
"""Every event with its use; none needs a scope that is not there for its own sake."""

# The pane for assistants tells of its threads; the one for agents is the Messages tab itself.
ASSISTANT_EVENTS: Final = ("assistant_thread_context_changed", "assistant_thread_started")

EVENTS_PATH: Final = "/slack/events"
REDIRECT_PATH: Final = "/slack/oauth_redirect"
_ABOUT: Final = "Ask for today's interview question, answer it here, and read what earned what."


def manifest(*, url: str = "", assistant: bool = False) -> dict[str, Any]:
    """Return the manifest as Slack's app page takes it.

    Args:
        url: where Slack reaches the bot over HTTPS, without a slash at the end; Socket Mode where
            empty.
        assistant: the older pane for assistants instead of the one for agents; Slack allows one.
    """
    requests = f"{url}{EVENTS_PATH}" if url else ""
    to_us = {"url": requests} if url else {}
    asks_us = {"request_url": requests} if url else {}
    events = sorted([*EVENTS, *(ASSISTANT_EVENTS if assistant else ())])
    oauth: dict[str, Any] = {"scopes": {"bot": sorted(SCOPES)}}
    if url:
        oauth = {"redirect_urls": [f"{url}{REDIRECT_PATH}"], **oauth}
    return {
        "display_information": {
            "name": "Prepbot",
            "description": "One interview question a day, graded with reasons",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            **_pane(assistant=assistant),
            "bot_user": {"display_name": "Prepbot", "always_online": True},
            "shortcuts": [
                {
                    "name": "Grade this answer",
                    "type": "message",
                    "callback_id": GRADE_THIS,
                    "description": "Have your message graded as an answer",
                },
                {
                    "name": "Answer today's question",
                    "type": "global",
                    "callback_id": ANSWER_TODAY,
                    "description": "Open the form for today's question",
                },
            ],
            "slash_commands": [
                {
                    "command": f"/{ROOT}",
                    **to_us,
                    "description": "Today's question, your answer, the leaderboard",
                    "usage_hint": "today | answer | practice | progress | settings | help",
                    # Without it a mention would arrive as a mere name.
                    "should_escape": True,
                }
            ],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {**asks_us, "bot_events": events},
            "interactivity": {"is_enabled": True, **asks_us},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def manifest_yaml(*, url: str = "", assistant: bool = False) -> str:
    """Return the manifest as YAML; see `manifest`."""
    made = manifest(url=url, assistant=assistant)
    return yaml.safe_dump(made, sort_keys=False, allow_unicode=True)


def _pane(*, assistant: bool) -> dict[str, Any]:
    kind = "assistant" if assistant else "agent"
    prompts = [{"title": p.title, "message": p.message} for p in PROMPTS[: limits.PROMPTS]]
    return {f"{kind}_view": {f"{kind}_description": _ABOUT, "suggested_prompts": prompts}}
