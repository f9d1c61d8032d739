"""One payload of every kind that Slack sends, as its documentation shows them.

https://docs.slack.dev/reference/events
https://docs.slack.dev/reference/interaction-payloads
https://docs.slack.dev/interactivity/implementing-slash-commands
"""

from __future__ import annotations

from typing import Final

from tests.wire.slack_blocks import Json

_TEAM: Final = {"id": "T1", "domain": "fake", "enterprise_id": "E1", "enterprise_name": "Org"}
_USER: Final = {"id": "U1", "username": "ada", "name": "ada", "team_id": "T1"}
_ROOT: Final = "1700000000.000100"
_TS: Final = "1700000001.000200"
_AUTHORISED: Final = [
    {
        "enterprise_id": None,
        "team_id": "T1",
        "user_id": "UBOT",
        "is_bot": True,
        "is_enterprise_install": False,
    }
]
_MESSAGE: Final = {
    "type": "message",
    "user": "U1",
    "text": "I would measure the queue first.",
    "ts": _TS,
    "thread_ts": _ROOT,
    "team": "T1",
    "client_msg_id": "6c6f",
    "parent_user_id": "UBOT",
    "user_profile": {"display_name": "Ada", "real_name": "Ada L", "team": "T1"},
    "blocks": [{"type": "rich_text", "block_id": "x", "elements": []}],
}
_EDITED: Final = {**_MESSAGE, "text": "after", "edited": {"user": "U1", "ts": "1700000099.000000"}}
_PANE: Final = {
    "user_id": "U1",
    "context": {"channel_id": "C1", "team_id": "T1", "enterprise_id": "E1"},
    "channel_id": "D1",
    "thread_ts": _ROOT,
}
_INTERACTION: Final = {
    "api_app_id": "A1",
    "token": "verification",
    "team": _TEAM,
    "user": _USER,
    "enterprise": {"id": "E1", "name": "Org"},
    "is_enterprise_install": False,
    "trigger_id": "1.2.abc",
}
_ANSWER: Final = "pb:answer:1:o1"


def _event(event: Json, **more: object) -> Json:
    return {
        "token": "verification",
        "type": "event_callback",
        "team_id": "T1",
        "context_team_id": "T1",
        "context_enterprise_id": None,
        "api_app_id": "A1",
        "event": event,
        "event_id": "Ev1",
        "event_time": 1700000001,
        "event_context": "4-abc",
        "authorizations": _AUTHORISED,
        "is_ext_shared_channel": False,
        **more,
    }


def _message(**change: object) -> Json:
    return _event(
        {**_MESSAGE, "channel": "C1", "channel_type": "channel", "event_ts": _TS} | change
    )


def _click(action: Json, **more: object) -> Json:
    return {
        **_INTERACTION,
        "type": "block_actions",
        "container": {
            "type": "message",
            "message_ts": _TS,
            "channel_id": "C1",
            "is_ephemeral": False,
            "thread_ts": _ROOT,
        },
        "channel": {"id": "C1", "name": "general"},
        "message": {"type": "message", "user": "UBOT", "ts": _TS, "thread_ts": _ROOT, "text": "Q"},
        "state": {"values": {}},
        "response_url": "",
        "actions": [{"action_id": "button-0", "block_id": "b1", "action_ts": _TS, **action}],
        **more,
    }


PAYLOADS: Final[dict[str, Json]] = {
    "reply": _message(),
    "direct message": _message(channel="D1", channel_type="im", thread_ts=None),
    "broadcast": _message(subtype="thread_broadcast", root={"ts": _ROOT, "text": "Q"}),
    "file": _message(subtype="file_share", files=[{"id": "F1", "mode": "hosted"}]),
    "own message": _message(user="UBOT", bot_id="BBOT", app_id="A1", bot_profile={"id": "BBOT"}),
    "edit": _message(
        subtype="message_changed", hidden=True, message=_EDITED, previous_message=_MESSAGE
    ),
    "deletion": _message(
        subtype="message_deleted", hidden=True, deleted_ts=_TS, previous_message=_MESSAGE
    ),
    "home opened": _event(
        {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home", "event_ts": _TS}
    ),
    "messages opened": _event(
        {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "messages"}
    ),
    "pane opened": _event({"type": "assistant_thread_started", "assistant_thread": _PANE}),
    "pane moved": _event({"type": "assistant_thread_context_changed", "assistant_thread": _PANE}),
    "uninstalled": _event({"type": "app_uninstalled"}),
    "revoked": _event({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBOT"]}}),
    "withheld": {"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1700000000},
    "verification": {"type": "url_verification", "challenge": "3eZb", "token": "x"},
    "command": {
        "command": "/prep",
        "text": "today --role ai-engineer",
        "token": "verification",
        "team_id": "T1",
        "team_domain": "fake",
        "enterprise_id": "E1",
        "enterprise_name": "Org",
        "channel_id": "C1",
        "channel_name": "general",
        "user_id": "U1",
        "user_name": "ada",
        "api_app_id": "A1",
        "is_enterprise_install": "false",
        "response_url": "",
        "trigger_id": "1.2.abc",
    },
    "wrong command": {"command": "/prep", "text": "tody", "user_id": "U1", "channel_id": "C1"},
    "click": _click(
        {
            "type": "button",
            "text": {"type": "plain_text", "text": "Answer", "emoji": True},
            "value": _ANSWER,
            "style": "primary",
        }
    ),
    "thumb": _click(
        {
            "type": "feedback_buttons",
            "text": {"type": "plain_text", "text": "👍"},
            "value": "pb:helpful:1:a-1",
        }
    ),
    "click on home": {
        **_click({"type": "button", "value": _ANSWER}),
        "container": {"type": "view", "view_id": "V1"},
        "channel": None,
        "message": None,
        "view": {"id": "V1", "type": "home", "team_id": "T1", "app_installed_team_id": "T1"},
    },
    "form": {
        **_INTERACTION,
        "type": "view_submission",
        "view": {
            "id": "V1",
            "team_id": "T1",
            "type": "modal",
            "callback_id": "prepbot-form",
            "private_metadata": '{"action": "pb:answer:1:o1", "channel": "C1", "thread": "1.2"}',
            "blocks": [
                {
                    "type": "input",
                    "block_id": "answer",
                    "label": {"type": "plain_text", "text": "Your answer"},
                    "element": {"type": "plain_text_input", "action_id": "input"},
                }
            ],
            "state": {"values": {"answer": {"input": {"type": "plain_text_input", "value": "x"}}}},
            "hash": "1.abc",
            "root_view_id": "V1",
            "previous_view_id": None,
            "app_id": "A1",
            "app_installed_team_id": "T1",
            "bot_id": "BBOT",
        },
        "response_urls": [],
    },
    "global shortcut": {
        **_INTERACTION,
        "type": "shortcut",
        "callback_id": "answer_today",
        "action_ts": _TS,
    },
    "message shortcut": {
        **_INTERACTION,
        "type": "message_action",
        "callback_id": "grade_answer",
        "action_ts": _TS,
        "channel": {"id": "C1", "name": "general"},
        "message_ts": _TS,
        "message": _MESSAGE,
        "response_url": "",
    },
}
