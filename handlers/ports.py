"""What the handlers need from outside: a chat platform, storage, jobs and a clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from handlers.message import Message
from handlers.refs import ChannelRef, MessageRef, Place, Platform, ThreadRef, UserRef


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return this instant, aware and in UTC."""


class Reaction(StrEnum):
    """A light sign on somebody's message."""

    RECEIVED = "received"
    GRADED = "graded"
    UNGRADED = "ungraded"


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message that stands.

    Attributes:
        message: its address.
        thread: the thread that replies to it go to, where one was asked for.
        trouble: why there is no thread though one was asked for, as a clause that a person may
            read; empty where that is as it should be.
    """

    message: MessageRef
    thread: ThreadRef | None = None
    trouble: str = ""


class DeliveryFailed(Exception):
    """The platform did not take a message.

    Attributes:
        reason: one clause that a person may read.
        retry_after: seconds to wait before another try, where the platform said.
    """

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class TargetGone(DeliveryFailed):
    """No use in trying again: channel deleted or archived, bot removed, token revoked."""


class ChatPlatform(Protocol):
    """Says things on one platform."""

    @property
    def platform(self) -> Platform:
        """Which platform this is."""

    async def post(
        self,
        to: Place,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,
    ) -> Posted:
        """Post ``message`` once for ``key``.

        Args:
            to: the channel (or direct-message conversation) or the thread.
            message: what to say.
            key: the idempotency key; one key is one visible message.
            maybe_sent: an earlier try may have got through: look before sending again.
            thread_title: if given, replies get a thread with this title (at most 100
                characters) where the platform's threads have titles.

        Raises:
            TargetGone: the channel is lost to us; trying again is no use.
            DeliveryFailed: anything else that stopped it; trying again may help.
        """

    async def direct(self, user: UserRef) -> ChannelRef:
        """Return the direct-message conversation with somebody; opened where there is none yet.

        Raises:
            TargetGone: they can't be written to: gone, a bot, or direct messages are off.
            DeliveryFailed: anything else that stopped it; trying again may help.
        """

    async def link(self, to: MessageRef) -> str:
        """Return the address at which people find a message; empty where there is none.

        Never raises: it is a courtesy.
        """

    async def react(self, to: MessageRef, reaction: Reaction) -> None:
        """Put a sign on a message, in place of an earlier one. Never raises: it is a courtesy."""


@runtime_checkable
class ReplyReader(Protocol):
    """Knows whether it is told what people write, on a platform that may keep it to itself."""

    def reads_replies(self, place: Place) -> bool:
        """Return whether what people write in a place, and in its threads, can be read."""


@runtime_checkable
class HomeScreen(Protocol):
    """Shows people a page of their own, on a platform that has a place for one."""

    async def show_home(self, user: UserRef, page: Message) -> None:
        """Show ``page`` to somebody in place of the earlier one. Never raises: it is a courtesy."""


@runtime_checkable
class ChannelViewer(Protocol):
    """Knows which channels people see, on a platform where nobody sees them all."""

    async def sees(self, user: UserRef, channels: Collection[ChannelRef]) -> frozenset[ChannelRef]:
        """Return those of the channels that somebody sees.

        Never raises: a channel of which that can't be told is left out.
        """


@dataclass(frozen=True, kw_only=True)
class OutgoingFile:
    """A file to hand to somebody.

    Attributes:
        name: with its ending; letters, digits, dots and dashes.
        media_type: for example ``application/pdf``.
        title: what people see it called.
    """

    name: str
    media_type: str
    title: str
    content: bytes = field(repr=False)


@runtime_checkable
class FileSharer(Protocol):
    """Hands files over, on a platform that can."""

    async def share(
        self,
        to: Place,
        files: Sequence[OutgoingFile],
        *,
        text: str,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        """Post files as one message, once for ``key``.

        Args:
            to: the channel (or direct-message conversation) or the thread.
            files: at most ten, of at most 8 MB together.
            text: one line that goes with them.
            key: the idempotency key; one key is one visible message.
            maybe_sent: an earlier try may have got through: look before sending again.

        Raises:
            TargetGone: the channel is lost to us; trying again is no use.
            DeliveryFailed: anything else that stopped it; trying again may help.
        """


@runtime_checkable
class TurnStream(Protocol):
    """Shows what is said while it comes into being, on a platform that can."""

    async def stream(
        self,
        to: ThreadRef,
        reader: UserRef,
        parts: AsyncIterator[str],
        *,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        """Show the parts one after the other as one message in a thread.

        Args:
            to: the thread.
            reader: whom it is meant for.
            parts: plain text as it comes, line breaks included; all of it is shown.
            key: the idempotency key, by which the finished message is found again.
            maybe_sent: an earlier try may have shown it, or its beginning: look for that first,
                and complete a beginning.

        Raises:
            TargetGone: the thread is lost to us; trying again is no use.
            DeliveryFailed: anything else that stopped it. What was shown so far may stand; so
                does what came before ``parts`` itself failed, whose error goes on.
        """


@dataclass(frozen=True, kw_only=True)
class Job:
    """A piece of durable work. It carries ids only; the rows hold the state.

    Attributes:
        kind: which handler runs it, for example ``grade-answer``.
        subject: the id of the row it works on.
        lane: which processes may run it: those that were started with this lane. A process that
            serves Slack alone must not take a job that has something to say on Discord.
    """

    kind: str
    subject: str
    lane: str = ""

    @property
    def id(self) -> str:
        """The idempotency key: a job whose id is known already is not enqueued again."""
        return f"{self.kind}:{self.subject}"


@dataclass(frozen=True)
class Again:
    """A job's wish to be run again after ``seconds``."""

    seconds: float


JobHandler = Callable[[str, int], Awaitable[Again | None]]
"""Takes the job's subject and the attempt (1, 2, …); returns `Again` to be run once more."""

GaveUp = Callable[[str, str], Awaitable[None]]
"""Takes the subject of a job that is given up on, and the id its last failure is logged under."""


class Jobs(Protocol):
    """Runs durable jobs, each at least once until its handler returns ``None``.

    Enqueueing happens inside a unit of work (`UnitOfWork.enqueue`), in the same transaction as
    the rows. A handler must be able to run twice: it reads from the rows how far it got. One job
    never runs twice at the same time in healthy processes. A handler that raises is logged and
    tried again with growing delays; after some failures in a row it is given up on.
    """

    def register(self, kind: str, handler: JobHandler, gave_up: GaveUp | None = None) -> None:
        """Say which handler runs jobs of ``kind``. Before `start` only.

        Args:
            kind: the kind.
            handler: what runs such a job.
            gave_up: what is done, once, about a job that is given up on: a row must not wait for
                ever for a job that is no more.

        Raises:
            ValueError: the kind has a handler already.
        """

    async def start(self) -> None:
        """Start working; jobs left by dead processes are taken up as well."""

    async def drain(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds until no job is waiting or running; return whether so.

        Jobs that wait for a later try (`Again`) count as waiting.
        """

    async def stop(self) -> None:
        """Stop taking jobs, give running ones a moment, and let go of everything."""
