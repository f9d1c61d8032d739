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
        groups: the addresses of the platform's roles that they have here, where it has roles and
            says so; see `handlers.command.Group.ref`.
        thread: the thread they are in, if any.
        thread_is_private: whether only people who were added to it see that thread.
        zone: their own IANA time zone, where the platform tells it; else empty.
        lacks: what the bot may not do there though asking questions takes it, by the names that
            the platform's settings show.
    """

    user: UserRef
    display_name: str
    workspace: WorkspaceRef | None
    channel: ChannelRef
    is_direct: bool = False
    may_manage: bool = False
    leads: bool = False
    groups: frozenset[str] = frozenset()
    thread: ThreadRef | None = None
    thread_is_private: bool = False
    zone: str = ""
    lacks: tuple[str, ...] = ()


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
class Typing:
    """A command that somebody is still typing, for an option whose values can be looked up.

    Attributes:
        command: the command's name.
        option: the option's name.
        text: what stands in it so far; may be empty.
        others: the other options' values so far, by name.
    """

    caller: Caller
    command: str
    option: str
    text: str
    others: Mapping[str, str] = field(default_factory=dict)


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
class Attachment:
    """A file that came with a message.

    Attributes:
        name: what it is called.
        media_type: for example ``audio/mp4``; empty where the platform does not say.
        size: in bytes, as the platform says.
        url: where the platform keeps it; may need the bot's token.
    """

    name: str
    media_type: str
    size: int
    url: str

    @property
    def is_audio(self) -> bool:
        """Whether it is a recording."""
        return self.media_type.startswith("audio/")


@dataclass(frozen=True, kw_only=True)
class IncomingReply:
    """A message by a person, in a thread or a direct message, that may answer a question.

    Attributes:
        attachments: files that came with it; a text that a platform made a file of stands in
            ``text`` where it could be read at once.
    """

    caller: Caller
    message: MessageRef
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IncomingEdit:
    """A person's message, in a thread or a direct message, whose text they changed.

    Attributes:
        caller: who wrote the message.
        text: what it says now.
        edited_at: when it was changed, where the platform says so; it orders the edits of one
            message, which may come in any order.
        found: whether it was found by reading the message again, and not told of: one that was
            dealt with already is found as well.
    """

    caller: Caller
    message: MessageRef
    text: str
    edited_at: datetime | None = None
    found: bool = False


@dataclass(frozen=True, kw_only=True)
class IncomingDeletion:
    """A person's message that is gone.

    Attributes:
        message: what was deleted; its ``thread_id`` may be missing, since not every platform
            tells where a deleted message stood.
    """

    message: MessageRef
