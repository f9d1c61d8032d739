"""Shortcuts, and visits to the bot's own page and pane, as neutral values. Pure.

https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload
"""

from __future__ import annotations

from typing import Final

from bot.platforms.slack.markup import read
from bot.platforms.slack.parse import (
    AnswerPlace,
    caller_of,
    is_by_person,
    message_ref,
    parse_click_place,
    parse_clicker,
    team_of,
)
from bot.platforms.slack.payload import Payload, object_at, stamp_at, text_at
from handlers.actions import Action, ActionKind, UnknownAction
from handlers.invocation import ActionInvocation, Caller, PointedMessage
from handlers.refs import Platform, UserRef

ANSWER_TODAY: Final = "answer_today"
GRADE_THIS: Final = "grade_answer"
_MEANT: Final = {
    ANSWER_TODAY: Action(ActionKind.ANSWER_TODAY),
    GRADE_THIS: Action(ActionKind.GRADE_THIS),
}


def parse_shortcut(body: Payload, own_user_id: str) -> ActionInvocation:
    """Read a shortcut, with the message that it was used on.

    Args:
        body: a ``shortcut`` or a ``message_action``.
        own_user_id: the bot's own account.

    Raises:
        UnknownAction: the shortcut is none of this release.
    """
    callback_id = text_at(body, "callback_id")
    if callback_id not in _MEANT:
        raise UnknownAction(callback_id)
    place = parse_click_place(body)
    return ActionInvocation(
        caller=parse_clicker(body, place),
        action=_MEANT[callback_id],
        id=place.trigger_id,
        about=_pointed(body, place, own_user_id),
    )


def parse_visitor(event: Payload, workspace_id: str) -> Caller | None:
    """Read who opened the bot's own page or pane; ``None`` where the event does not say."""
    pane = object_at(event, "assistant_thread")
    user_id = text_at(pane, "user_id") or text_at(event, "user")
    if not user_id:
        return None
    return caller_of(
        workspace_id=workspace_id,
        user_id=user_id,
        channel_id=text_at(pane, "channel_id") or text_at(event, "channel") or user_id,
        name="",
        thread_ts=stamp_at(pane, "thread_ts"),
        direct=True,
    )


def _pointed(body: Payload, place: AnswerPlace, own_user_id: str) -> PointedMessage | None:
    message = object_at(body, "message")
    ts = stamp_at(message, "ts") or stamp_at(body, "message_ts")
    if not ts:
        return None
    author: UserRef | None = None
    if is_by_person(message, own_user_id):
        author = UserRef(platform=Platform.SLACK, realm=team_of(body), id=text_at(message, "user"))
    thread_ts = stamp_at(message, "thread_ts")
    return PointedMessage(
        message=message_ref(team_of(body), place.channel_id, ts, thread_ts),
        author=author,
        text=read(text_at(message, "text")),
    )
