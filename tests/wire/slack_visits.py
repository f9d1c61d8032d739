"""What people do on a fake Slack beside writing and clicking.

https://docs.slack.dev/reference/events/app_home_opened
https://docs.slack.dev/reference/events/assistant_thread_started
https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
https://docs.slack.dev/reference/events/message/message_changed
"""

from __future__ import annotations

from tests.wire.fake_slack import Delivery, FakeSlack, Post
from tests.wire.slack_blocks import Json
from tests.wire.slack_payloads import event_envelope, interactive_envelope
from tests.wire.slack_workspace import BOT_ID, BOT_USER, TEAM


def direct(user: str) -> str:
    """Return the id of somebody's direct message with the bot."""
    return f"D{user[1:]}"


async def open_home(slack: FakeSlack, user: str = "U1", tab: str = "home") -> Delivery:
    """Open a tab of the bot's own page."""
    event = {
        "type": "app_home_opened",
        "user": user,
        "channel": direct(user),
        "tab": tab,
        "event_ts": slack.workspace.new_ts(),
    }
    return await slack.deliver(event_envelope(event))


async def open_pane(slack: FakeSlack, user: str = "U1") -> tuple[Delivery, str]:
    """Open the assistant pane; return its thread, too."""
    thread_ts = slack.workspace.new_ts()
    root = {"type": "message", "subtype": "assistant_app_thread", "user": BOT_USER}
    slack.workspace.channel(direct(user)).messages.append(
        {**root, "bot_id": BOT_ID, "text": "New chat", "ts": thread_ts, "thread_ts": thread_ts}
    )
    event = {
        "type": "assistant_thread_started",
        "assistant_thread": {
            "user_id": user,
            "context": {"channel_id": "C1", "team_id": TEAM},
            "channel_id": direct(user),
            "thread_ts": thread_ts,
        },
        "event_ts": slack.workspace.new_ts(),
    }
    return await slack.deliver(event_envelope(event)), thread_ts


async def use_shortcut(slack: FakeSlack, callback_id: str, user: str = "U1") -> Delivery:
    """Use a global shortcut."""
    payload = {"type": "shortcut", "callback_id": callback_id, **_who(slack, user)}
    return await slack.deliver(interactive_envelope(payload))


async def point_at(
    slack: FakeSlack, channel: str, ts: str, callback_id: str, user: str = "U1"
) -> Delivery:
    """Use a message shortcut."""
    payload = {
        "type": "message_action",
        "callback_id": callback_id,
        **_who(slack, user),
        "channel": {"id": channel, "name": "general"},
        "message_ts": ts,
        "message": slack.workspace.channel(channel).find(ts),
        "response_url": slack.new_response_url(channel, user),
    }
    return await slack.deliver(interactive_envelope(payload))


async def press_thumb(slack: FakeSlack, post: Post, *, helpful: bool, user: str = "U1") -> Delivery:
    """Press one of the feedback buttons under a post."""
    block = next(b for b in post.blocks if b["type"] == "context_actions")
    element = block["elements"][0]
    button = element["positive_button" if helpful else "negative_button"]
    where = {"thread_ts": post.thread_ts} if post.thread_ts else {}
    payload = {
        "type": "block_actions",
        **_who(slack, user),
        "channel": {"id": post.channel, "name": "general"},
        "container": {
            "type": "message",
            "message_ts": post.ts,
            "channel_id": post.channel,
            **where,
        },
        "message": {"ts": post.ts, "text": post.text, "blocks": post.blocks, **where},
        "actions": [
            {
                "type": "feedback_buttons",
                "action_id": element["action_id"],
                "block_id": "b1",
                "text": button["text"],
                "value": button["value"],
                "action_ts": slack.workspace.new_ts(),
            }
        ],
        "response_url": slack.new_response_url(post.channel, user),
    }
    return await slack.deliver(interactive_envelope(payload))


async def press_on_home(slack: FakeSlack, label: str, user: str = "U1") -> Delivery:
    """Press a button on somebody's Home tab."""
    view = slack.workspace.surfaces.homes[user][-1]
    buttons = [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]
    button = next(b for b in buttons if b["text"]["text"] == label)
    payload = {
        "type": "block_actions",
        **_who(slack, user),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [{**button, "block_id": "b1", "action_ts": slack.workspace.new_ts()}],
    }
    return await slack.deliver(interactive_envelope(payload))


async def edit(
    slack: FakeSlack,
    channel: str,
    ts: str,
    text: str,
    *,
    by_person: bool = True,
    deliver: bool = True,
) -> Delivery:
    """Change what a message says.

    Args:
        slack: where.
        channel: the message's channel.
        ts: the message's id.
        text: what it says from now on.
        by_person: whether its author did it; else Slack itself touched it.
        deliver: whether its event is sent; else only history knows it.
    """
    message = slack.workspace.channel(channel).find(ts)
    before = dict(message)
    message["text"] = text
    if by_person:
        edited_ts = slack.workspace.new_ts()
        message["edited"] = {"user": message["user"], "ts": edited_ts}
    return await _changed(
        slack,
        channel,
        {"subtype": "message_changed", "message": dict(message)},
        before,
        deliver=deliver,
    )


async def delete(slack: FakeSlack, channel: str, ts: str, *, deliver: bool = True) -> Delivery:
    """Delete a message; unless ``deliver``, no event tells of it."""
    messages = slack.workspace.channel(channel).messages
    before = slack.workspace.channel(channel).find(ts)
    messages.remove(before)
    gone = {"subtype": "message_deleted", "deleted_ts": ts}
    return await _changed(slack, channel, gone, before, deliver=deliver)


async def _changed(
    slack: FakeSlack, channel: str, change: Json, before: Json, *, deliver: bool
) -> Delivery:
    ts = slack.workspace.new_ts()
    event = {
        "type": "message",
        "hidden": True,
        "channel": channel,
        "channel_type": "im" if channel.startswith("D") else "channel",
        "ts": ts,
        "event_ts": ts,
        "previous_message": before,
        **change,
    }
    envelope = event_envelope(event)
    return await slack.deliver(envelope) if deliver else Delivery(slack, envelope)


def _who(slack: FakeSlack, user: str) -> Json:
    return {
        "team": {"id": TEAM, "domain": "fake"},
        "user": {"id": user, "username": user.lower(), "team_id": TEAM},
        "trigger_id": slack.workspace.new_trigger(),
        "action_ts": slack.workspace.new_ts(),
    }
