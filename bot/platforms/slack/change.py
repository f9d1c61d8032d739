"""Messages that are changed or deleted, as neutral values. Pure.

https://docs.slack.dev/reference/events/message/message_changed
https://docs.slack.dev/reference/events/message/message_deleted
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.platforms.slack.parse import is_by_person, message_ref, parse_reply
from bot.platforms.slack.payload import Payload, dig, object_at, stamp_at, text_at
from handlers.invocation import IncomingDeletion, IncomingEdit, IncomingReply


def parse_edit(event: Payload, workspace_id: str, own_user_id: str) -> IncomingEdit | None:
    """Read that somebody changed what their message says.

    Returns:
        ``None`` for anything else that changes a message: an unfurled link, a reply that was
        counted, a bot's update.
    """
    changed = object_at(event, "message")
    before = dig(event, "previous_message", "text")
    if text_at(event, "subtype") != "message_changed" or before == text_at(changed, "text"):
        return None
    if not object_at(changed, "edited"):
        return None
    # The inner message is marked as hidden where the outer one is; as a reply it is none.
    said = {**changed, "channel_type": text_at(event, "channel_type"), "hidden": False}
    reply = parse_reply(said, workspace_id, own_user_id, channel_id=text_at(event, "channel"))
    if reply is None:
        return None
    return IncomingEdit(
        caller=reply.caller,
        message=reply.message,
        text=reply.text,
        edited_at=_instant(stamp_at(changed, "edited", "ts")),
    )


def found_edit(message: Payload, reply: IncomingReply) -> IncomingEdit | None:
    """Return the edit that a message of a channel's history tells of; ``None`` if it has none.

    Args:
        message: the message as it reads now.
        reply: the same, parsed.
    """
    if not object_at(message, "edited"):
        return None
    return IncomingEdit(
        caller=reply.caller,
        message=reply.message,
        text=reply.text,
        edited_at=_instant(stamp_at(message, "edited", "ts")),
        found=True,
    )


def parse_deletion(event: Payload, workspace_id: str, own_user_id: str) -> IncomingDeletion | None:
    """Read that a person's message is gone; ``None`` for anything else.

    A message under which a thread hangs is not deleted but replaced by a tombstone.
    """
    before = object_at(event, "previous_message")
    match text_at(event, "subtype"):
        case "message_deleted":
            ts = stamp_at(event, "deleted_ts") or stamp_at(before, "ts")
        case "message_changed" if is_tombstone(object_at(event, "message")):
            ts = stamp_at(event, "message", "ts")
        case _:
            return None
    channel_id = text_at(event, "channel")
    if not (ts and channel_id) or (before and not is_by_person(before, own_user_id)):
        return None
    return IncomingDeletion(
        message=message_ref(workspace_id, channel_id, ts, stamp_at(before, "thread_ts"))
    )


def is_tombstone(message: Payload) -> bool:
    """Return whether this is what Slack leaves of a deleted message that has a thread."""
    return text_at(message, "subtype") == "tombstone"


def _instant(ts: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return None
