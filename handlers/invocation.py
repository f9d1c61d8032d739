"""What comes in from a chat platform, parsed into neutral, frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.actions import Action
from handlers.refs import ChannelRef, MessageRef, ThreadRef, UserRef, WorkspaceRef


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who does something, and where.

    Attributes:
        user: the account.
        display_name: what to call them; shown, never used as a key.
        workspace: the workspace; ``None`` in a Discord direct message.
        channel: the channel or direct-message conversation (a thread's parent channel).
        is_direct: whether the channel is a direct message with the bot.
        may_manage: whether the platform lets them change the channel's settings.
        leads: whether they run the workspace (an admin or owner on Slack, Manage Server on
            Discord) and so may decide about other people's grades.
        thread: the thread they are in, if any.
        zone: their own IANA time zone, where the platform tells it; else empty.
    """

    user: UserRef
    display_name: str
    workspace: WorkspaceRef | None
    channel: ChannelRef
    is_direct: bool = False
    may_manage: bool = False
    leads: bool = False
    thread: ThreadRef | None = None
    zone: str = ""


@dataclass(frozen=True, kw_only=True)
class CommandInvocation:
    """A command as it was called, its options parsed.

    Attributes:
        name: the command's name, for example ``today``.
        options: values by option name; options that were not given are absent.
        id: the delivery's idempotency key, where the platform gives one.
    """

    caller: Caller
    name: str
    options: Mapping[str, str] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class PointedMessage:
    """A message that somebody points at, for example with a message shortcut.

    Attributes:
        author: whose it is; ``None`` where no person wrote it.
    """

    message: MessageRef
    author: UserRef | None
    text: str


@dataclass(frozen=True, kw_only=True)
class ActionInvocation:
    """A click on a button, or a shortcut.

    Attributes:
        about: the message that a message shortcut was used on.
    """

    caller: Caller
    action: Action
    id: str = ""
    about: PointedMessage | None = None


@dataclass(frozen=True, kw_only=True)
class FormSubmission:
    """A form that was sent.

    Attributes:
        values: what was typed, by field name.
        id: the idempotency key: the same form sent twice carries it twice.
    """

    caller: Caller
    action: Action
    values: Mapping[str, str]
    id: str


@dataclass(frozen=True, kw_only=True)
class IncomingReply:
    """A message by a person, in a thread or a direct message, that may answer a question."""

    caller: Caller
    message: MessageRef
    text: str


@dataclass(frozen=True, kw_only=True)
class IncomingEdit:
    """A person's message, in a thread or a direct message, whose text they changed.

    Attributes:
        caller: who wrote the message.
        text: what it says now.
        edited_at: when it was changed, where the platform says so; it orders the edits of one
            message, which may come in any order.
    """

    caller: Caller
    message: MessageRef
    text: str
    edited_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class IncomingDeletion:
    """A person's message that is gone.

    Attributes:
        message: what was deleted; its ``thread_id`` may be missing, since not every platform
            tells where a deleted message stood.
    """

    message: MessageRef
