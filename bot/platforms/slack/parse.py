"""What comes in from Slack, as neutral values.

Pure: the names that only Slack knows are filled in by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.platforms.slack.form import read_values, unpack_metadata
from bot.platforms.slack.markup import read
from bot.platforms.slack.payload import Payload, dig, object_at, objects_at, stamp_at, text_at
from handlers.actions import Action
from handlers.command import Command, OptionKind, Person
from handlers.command_parse import parse as parse_command_text
from handlers.invocation import (
    ActionInvocation,
    Attachment,
    Caller,
    CommandInvocation,
    FormSubmission,
    IncomingReply,
)
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef, UserRef, WorkspaceRef

# `file_share` is a message with an attachment, `me_message` one typed with /me.
_SAID_BY_PEOPLE: Final = frozenset({"", "thread_broadcast", "file_share", "me_message"})
_SLACKBOT: Final = "USLACKBOT"
_PERSON: Final = re.compile(r"<@([UW][A-Z0-9]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, kw_only=True)
class AnswerPlace:
    """Where an answer to a command, a click or a form goes.

    Attributes:
        channel_id: the channel; a person's own id stands for the direct message with them.
        response_url: Slack's address for it; empty for a form.
        trigger_id: lets a modal be opened for three seconds.
    """

    channel_id: str
    user_id: str
    workspace_id: str = ""
    thread_ts: str = ""
    response_url: str = ""
    trigger_id: str = ""

    @property
    def is_direct(self) -> bool:
        """Whether the channel is a direct message."""
        return is_direct(self.channel_id)


def is_direct(channel_id: str) -> bool:
    """Return whether a channel's id is that of a direct message, or of a person."""
    return channel_id[:1] in {"D", "U", "W"}


def parse_command(body: Payload, commands: Sequence[Command]) -> CommandInvocation:
    """Read a slash command.

    Raises:
        UsageError: what was typed fits no command; the text says what would.
    """
    workspace_id = text_at(body, "team_id")

    def read_person(text: str) -> Person | None:
        found = _PERSON.fullmatch(text)
        if found is None:
            return None
        user = UserRef(platform=Platform.SLACK, realm=workspace_id, id=found[1])
        return Person(user=user, name=read(found[2] or ""))

    # Markup is read only afterwards: a mention's id would be lost.
    parsed = parse_command_text(text_at(body, "text"), commands, read_person)
    people = {o.name for o in parsed.command.options if o.kind is OptionKind.PERSON}
    return CommandInvocation(
        caller=caller_of(
            workspace_id=workspace_id,
            user_id=text_at(body, "user_id"),
            channel_id=text_at(body, "channel_id"),
            name=text_at(body, "user_name"),
        ),
        name=parsed.command.name,
        options={
            name: value if name in people else read(value) for name, value in parsed.options.items()
        },
        id=text_at(body, "trigger_id"),
    )


def parse_command_place(body: Payload) -> AnswerPlace:
    """Return where the answer to a slash command goes."""
    return AnswerPlace(
        channel_id=text_at(body, "channel_id"),
        user_id=text_at(body, "user_id"),
        workspace_id=text_at(body, "team_id"),
        response_url=text_at(body, "response_url"),
        trigger_id=text_at(body, "trigger_id"),
    )


def parse_click(body: Payload) -> ActionInvocation:
    """Read a click on a button.

    Raises:
        UnknownAction: the button is none of ours, or of a release unknown here.
    """
    clicked = next(iter(objects_at(body, "actions")), {})
    place = parse_click_place(body)
    return ActionInvocation(
        caller=parse_clicker(body, place),
        action=Action.unpack(text_at(clicked, "value")),
        id=place.trigger_id,
    )


def parse_clicker(body: Payload, place: AnswerPlace) -> Caller:
    """Read who clicked on a button or chose a shortcut, there."""
    return caller_of(
        workspace_id=team_of(body),
        user_id=place.user_id,
        channel_id=place.channel_id,
        name=text_at(body, "user", "name") or text_at(body, "user", "username"),
        thread_ts=place.thread_ts,
    )


def parse_click_place(body: Payload) -> AnswerPlace:
    """Return where the answer to a click goes: the thread, where the button stands in one.

    What stands in no channel, such as the Home tab, is answered in a direct message.
    """
    user_id = text_at(body, "user", "id")
    return AnswerPlace(
        channel_id=text_at(body, "channel", "id")
        or text_at(body, "container", "channel_id")
        or user_id,
        user_id=user_id,
        workspace_id=team_of(body),
        thread_ts=stamp_at(body, "message", "thread_ts")
        or stamp_at(body, "container", "thread_ts"),
        response_url=text_at(body, "response_url"),
        trigger_id=text_at(body, "trigger_id"),
    )


def parse_form(body: Payload) -> tuple[FormSubmission, AnswerPlace]:
    """Read a sent modal, and where its answer goes.

    Raises:
        UnknownAction: the modal is none of ours, or of a release unknown here.
    """
    view = object_at(body, "view")
    action, origin = unpack_metadata(text_at(view, "private_metadata"))
    user_id = text_at(body, "user", "id")
    channel_id = origin.channel_id or user_id
    workspace_id = origin.workspace_id or team_of(body)
    submission = FormSubmission(
        caller=caller_of(
            workspace_id=workspace_id,
            user_id=user_id,
            channel_id=channel_id,
            name=text_at(body, "user", "name") or text_at(body, "user", "username"),
            thread_ts=origin.thread_ts,
        ),
        action=action,
        values=read_values(view),
        id=f"view:{text_at(view, 'id')}",
    )
    place = AnswerPlace(
        channel_id=channel_id,
        user_id=user_id,
        workspace_id=workspace_id,
        thread_ts=origin.thread_ts,
    )
    return submission, place


def parse_reply(
    event: Payload, workspace_id: str, own_user_id: str, *, channel_id: str = ""
) -> IncomingReply | None:
    """Read a message that may answer a question: by a person, in a thread or a direct message.

    Args:
        event: a ``message`` event, or a message from a channel's history.
        workspace_id: the workspace that the event is for.
        own_user_id: the bot's own account.
        channel_id: the channel, where the message does not name it (history does not).

    Returns:
        ``None`` for anything else: bots, edits, joins, talk in the channel itself.
    """
    channel_id = channel_id or text_at(event, "channel")
    user_id, ts = text_at(event, "user"), stamp_at(event, "ts")
    thread_ts = stamp_at(event, "thread_ts")
    in_thread = thread_ts not in {"", ts}
    direct = text_at(event, "channel_type") == "im" or is_direct(channel_id)
    by_person = is_by_person(event, own_user_id) and not dig(event, "hidden")
    if not (by_person and channel_id and ts and (in_thread or direct)):
        return None
    caller = caller_of(
        workspace_id=workspace_id,
        user_id=user_id,
        channel_id=channel_id,
        name=text_at(event, "user_profile", "display_name"),
        thread_ts=thread_ts if in_thread else "",
        direct=direct,
    )
    return IncomingReply(
        caller=caller,
        message=message_ref(workspace_id, channel_id, ts, thread_ts),
        text=read(text_at(event, "text")),
        attachments=tuple(_attachment(file) for file in objects_at(event, "files")),
    )


def _attachment(file: Payload) -> Attachment:
    size = dig(file, "size")
    media_type = text_at(file, "mimetype")
    # A voice clip may come as a film without pictures.
    if text_at(file, "subtype") == "slack_audio":
        media_type = media_type.replace("video/", "audio/") or "audio/mp4"
    return Attachment(
        name=text_at(file, "name") or text_at(file, "title"),
        media_type=media_type,
        size=size if isinstance(size, int) else 0,
        url=text_at(file, "url_private_download") or text_at(file, "url_private"),
    )


def is_by_person(message: Payload, own_user_id: str) -> bool:
    """Return whether a person said this: no bot, no notice of Slack's."""
    return (
        text_at(message, "user") not in {"", own_user_id, _SLACKBOT}
        and not text_at(message, "bot_id")
        and text_at(message, "subtype") in _SAID_BY_PEOPLE
    )


def message_ref(workspace_id: str, channel_id: str, ts: str, thread_ts: str) -> MessageRef:
    """Return a message's address; one that begins a thread stands outside of it."""
    channel = ChannelRef(platform=Platform.SLACK, workspace_id=workspace_id, id=channel_id)
    thread_id = thread_ts if thread_ts not in {"", ts} else None
    return MessageRef(channel=channel, id=ts, thread_id=thread_id)


def caller_of(
    *,
    workspace_id: str,
    user_id: str,
    channel_id: str,
    name: str,
    thread_ts: str = "",
    direct: bool = False,
) -> Caller:
    """Return somebody in a place, as far as a payload tells."""
    channel = ChannelRef(platform=Platform.SLACK, workspace_id=workspace_id, id=channel_id)
    return Caller(
        user=UserRef(platform=Platform.SLACK, realm=workspace_id, id=user_id),
        display_name=name,
        workspace=WorkspaceRef(platform=Platform.SLACK, id=workspace_id),
        channel=channel,
        is_direct=direct or is_direct(channel_id),
        thread=ThreadRef(channel=channel, id=thread_ts) if thread_ts else None,
    )


def team_of(body: Payload) -> str:
    """Return the workspace that an interaction happened in."""
    # Organisation-wide installations leave `team` empty in some payloads.
    return text_at(body, "team", "id") or text_at(body, "user", "team_id")
