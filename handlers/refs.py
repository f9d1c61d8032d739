"""Addresses on a chat platform: typed, frozen, and with a text form to store."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote


class Platform(StrEnum):
    """A chat platform."""

    SLACK = "slack"
    DISCORD = "discord"
    CONSOLE = "console"


@dataclass(frozen=True, kw_only=True)
class WorkspaceRef:
    """A Slack workspace, a Discord server, or the console."""

    platform: Platform
    id: str

    def pack(self) -> str:
        """Return the text form, for example ``slack/T1``."""
        return _pack(self.platform, self.id)

    @staticmethod
    def unpack(text: str) -> WorkspaceRef:
        """Read the text form.

        Raises:
            ValueError: the text is no workspace's address.
        """
        platform, id_ = _unpack(text, 2)
        return WorkspaceRef(platform=Platform(platform), id=id_)


@dataclass(frozen=True, kw_only=True)
class UserRef:
    """A person's account on one platform.

    Attributes:
        realm: where ``id`` is unique: the workspace on Slack, ``global`` on Discord, ``local``
            on the console.
    """

    platform: Platform
    realm: str
    id: str

    def pack(self) -> str:
        """Return the text form, for example ``slack/T1/U1``."""
        return _pack(self.platform, self.realm, self.id)

    @staticmethod
    def unpack(text: str) -> UserRef:
        """Read the text form.

        Raises:
            ValueError: the text is no account's address.
        """
        platform, realm, id_ = _unpack(text, 3)
        return UserRef(platform=Platform(platform), realm=realm, id=id_)


@dataclass(frozen=True, kw_only=True)
class ChannelRef:
    """A channel or a direct-message conversation.

    Attributes:
        workspace_id: the workspace's id; on Discord ``@me`` for a direct message.
    """

    platform: Platform
    workspace_id: str
    id: str

    @property
    def is_direct(self) -> bool:
        """Whether it is a conversation with one person, as far as its name tells.

        Slack's direct messages begin with ``D``, and an account's own id stands for one as well;
        Discord's have a workspace of their own. The console has only one channel.
        """
        match self.platform:
            case Platform.SLACK:
                return self.id[:1] in {"D", "U", "W"}
            case Platform.DISCORD:
                return self.workspace_id == "@me"
            case Platform.CONSOLE:
                return False

    def pack(self) -> str:
        """Return the text form, for example ``slack/T1/C1``."""
        return _pack(self.platform, self.workspace_id, self.id)

    @staticmethod
    def unpack(text: str) -> ChannelRef:
        """Read the text form.

        Raises:
            ValueError: the text is no channel's address.
        """
        platform, workspace_id, id_ = _unpack(text, 3)
        return ChannelRef(platform=Platform(platform), workspace_id=workspace_id, id=id_)


@dataclass(frozen=True, kw_only=True)
class ThreadRef:
    """A thread in a channel.

    Attributes:
        id: the starter message's ``ts`` on Slack, the thread's own id on Discord.
    """

    channel: ChannelRef
    id: str

    @property
    def platform(self) -> Platform:
        """The platform that its channel is on."""
        return self.channel.platform

    def pack(self) -> str:
        """Return the text form, for example ``slack/T1/C1/1700000000.000100``."""
        return f"{self.channel.pack()}/{quote(self.id, safe='')}"

    @staticmethod
    def unpack(text: str) -> ThreadRef:
        """Read the text form.

        Raises:
            ValueError: the text is no thread's address.
        """
        channel, _, id_ = text.rpartition("/")
        return ThreadRef(channel=ChannelRef.unpack(channel), id=unquote(id_))


Place = ChannelRef | ThreadRef
"""Where messages stand: a channel, a direct-message conversation or a thread."""


@dataclass(frozen=True, kw_only=True)
class MessageRef:
    """A message; ``thread`` is set when it stands in one.

    The pair (channel or thread, id) is the message's idempotency key: redeliveries repeat it.
    """

    channel: ChannelRef
    id: str
    thread_id: str | None = None

    @property
    def thread(self) -> ThreadRef | None:
        """The thread the message stands in."""
        return (
            None if self.thread_id is None else ThreadRef(channel=self.channel, id=self.thread_id)
        )

    def pack(self) -> str:
        """Return the text form, for example ``slack/T1/C1/1700000000.000100/1700000000.000200``.

        The thread's place is empty for a message outside a thread.
        """
        thread = quote(self.thread_id or "", safe="")
        return f"{self.channel.pack()}/{thread}/{quote(self.id, safe='')}"

    @staticmethod
    def unpack(text: str) -> MessageRef:
        """Read the text form.

        Raises:
            ValueError: the text is no message's address.
        """
        channel, thread_id, id_ = [*text.rsplit("/", 2), "", ""][:3]
        return MessageRef(
            channel=ChannelRef.unpack(channel),
            id=unquote(id_),
            thread_id=unquote(thread_id) or None,
        )


def _pack(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)


def _unpack(text: str, count: int) -> list[str]:
    parts = [unquote(part) for part in text.split("/")]
    if len(parts) != count or not all(parts):
        raise ValueError(f"not an address with {count} parts: {text!r}")
    return parts
