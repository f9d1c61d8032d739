"""What Slack's refusals mean, in words for the person who can do something about it.

The codes: https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

from __future__ import annotations

import re
from typing import Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.platforms.slack.payload import text_at
from handlers.ports import DeliveryFailed, TargetGone

_NO_CHANNEL: Final = "I can't find that channel, or I'm no longer in it"
_NO_POSTING: Final = "the channel's settings don't let me post there"
REVOKED: Final = "Slack no longer accepts my token: install the app again"
_NO_THREAD: Final = "that thread is gone"

_GONE: Final = {
    "channel_not_found": _NO_CHANNEL,
    "is_archived": "that channel is archived",
    "not_in_channel": "I'm not in that channel: invite me with /invite @Prepbot",
    "messages_tab_disabled": "direct messages are switched off for me: turn on the Messages Tab",
    "cannot_dm_bot": "bots can't get direct messages",
    "user_disabled": "that account is deactivated",
    "user_not_found": "I can't find that person",
    "restricted_action": _NO_POSTING,
    "restricted_action_read_only_channel": _NO_POSTING,
    "restricted_action_thread_only_channel": _NO_POSTING,
    "restricted_action_non_threadable_channel": _NO_POSTING,
    "restricted_action_thread_locked": "that thread is locked",
    "cannot_reply_to_message": _NO_THREAD,
    "thread_not_found": _NO_THREAD,
    "account_inactive": REVOKED,
    "token_revoked": REVOKED,
    "token_expired": REVOKED,
    "invalid_auth": REVOKED,
    "not_authed": REVOKED,
    "org_login_required": "the workspace is being moved to an organisation",
    "team_access_not_granted": "the app is not approved for that workspace",
}
_OVERLOADED: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_DEFAULT_PAUSE: Final = 30.0

# The SDK reads attributes of a body that a proxy in between may have replaced by plain text,
# and then fails with AttributeError or ValueError.
TROUBLE: Final = (
    SlackClientError,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
    ValueError,
    AttributeError,
)


def read_code(error: Exception) -> str:
    """Return Slack's error code, such as ``channel_not_found``; empty where there is none.

    Args:
        error: one of the SDK's, or the port's that it caused.
    """
    if isinstance(error, DeliveryFailed) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if not isinstance(error, SlackApiError):
        return ""
    return text_at(getattr(error.response, "data", None), "error")


def explain(error: Exception) -> DeliveryFailed:
    """Return the port's exception for one of the SDK's (`TROUBLE`)."""
    if not isinstance(error, SlackApiError):
        return DeliveryFailed("Slack did not answer")
    code, status = read_code(error), getattr(error.response, "status_code", 0)
    if status == 429 or code in _OVERLOADED:
        return DeliveryFailed("Slack asked me to slow down", retry_after=_read_pause(error))
    if code in _GONE:
        return TargetGone(_GONE[code])
    if code == "missing_scope":
        needed = text_at(getattr(error.response, "data", None), "needed") or "one it needs"
        return DeliveryFailed(
            f"the Slack app lacks the scope {needed}: add it and install the app again"
        )
    if re.fullmatch(r"[a-z_]+", code):
        return DeliveryFailed(f"Slack refused it ({code})")
    return DeliveryFailed("Slack is having trouble")


def _read_pause(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", {})
    try:
        return max(float(headers.get("Retry-After", _DEFAULT_PAUSE)), 0.0)
    except ValueError:
        return _DEFAULT_PAUSE
