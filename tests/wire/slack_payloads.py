"""The envelopes that Slack sends over Socket Mode.

https://docs.slack.dev/interactivity/handling-user-interaction
https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import time
from uuid import uuid4

from tests.wire.slack_blocks import Json, find_buttons
from tests.wire.slack_workspace import BOT_USER, TEAM, Post, Workspace


def escape(text: str) -> str:
    """Return what somebody typed as Slack hands it on."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def event_envelope(event: Json) -> Json:
    """Wrap an event of the Events API."""
    payload = {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A1",
        "event_id": f"Ev{uuid4().hex[:9]}",
        "event_time": int(time.time()),
        "event": event,
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
    }
    return _envelope("events_api", payload) | {"retry_attempt": 0, "retry_reason": ""}


def message_event(message: Json, channel: str) -> Json:
    """Turn a message of a channel's history into its event."""
    kind = "im" if channel.startswith("D") else "channel"
    shown = {k: v for k, v in message.items() if k != "metadata"}
    return event_envelope({**shown, "channel": channel, "channel_type": kind})


def command_envelope(
    workspace: Workspace, text: str, *, user: str, channel: str, command: str, response_url: str
) -> Json:
    """Wrap a slash command."""
    payload = {
        "command": command,
        "text": text,
        "team_id": TEAM,
        "user_id": user,
        "user_name": user.lower(),
        "channel_id": channel,
        "channel_name": "directmessage" if channel.startswith("D") else "general",
        "trigger_id": workspace.new_trigger(),
        "response_url": response_url,
    }
    return _envelope("slash_commands", payload)


def click_envelope(
    workspace: Workspace, post: Post, label: str, *, user: str, response_url: str
) -> Json:
    """Wrap a click on the button called ``label`` under a post."""
    block_id, button = next(
        found for found in find_buttons(post.blocks) if found[1]["text"]["text"] == label
    )
    where = {"thread_ts": post.thread_ts} if post.thread_ts else {}
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": user, "name": user.lower(), "team_id": TEAM},
        "channel": {"id": post.channel, "name": "general"},
        "container": {"type": "message", "message_ts": post.ts, "channel_id": post.channel}
        | {"is_ephemeral": post.is_ephemeral, **where},
        "message": {"ts": post.ts, "text": post.text, "blocks": post.blocks, **where},
        "actions": [{**button, "block_id": block_id, "action_ts": workspace.new_ts()}],
        "trigger_id": workspace.new_trigger(),
        "response_url": response_url,
    }
    return _envelope("interactive", payload)


def submission_envelope(
    workspace: Workspace, view: Json, values: dict[str, str], *, user: str
) -> Json:
    """Wrap a sent modal with what was typed, by ``block_id``."""
    state = {
        block["block_id"]: {
            block["element"]["action_id"]: _value(block["element"], values.get(block["block_id"]))
        }
        for block in view["blocks"]
        if block["type"] == "input"
    }
    payload = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": user, "name": user.lower(), "team_id": TEAM},
        "view": {**view, "state": {"values": state}},
        "trigger_id": workspace.new_trigger(),
        "response_urls": [],
    }
    return _envelope("interactive", payload)


def interactive_envelope(payload: Json) -> Json:
    """Wrap an interaction."""
    return _envelope("interactive", payload)


def _value(element: Json, value: str | None) -> Json:
    """What a form's state says of a field; what is not touched stays as it was."""
    if element["type"] != "static_select":
        return {"type": element["type"], "value": value}
    picked = next((o for o in element["options"] if o["value"] == value), None)
    option = picked or element.get("initial_option")
    return {"type": element["type"], "selected_option": option}


def _envelope(kind: str, payload: Json) -> Json:
    return {
        "type": kind,
        "envelope_id": str(uuid4()),
        "payload": payload,
        "accepts_response_payload": kind != "events_api",
    }
