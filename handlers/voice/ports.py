"""What hearing a spoken answer needs from outside."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from handlers.invocation import Attachment
from handlers.practice.ports import Transcript, Unreadable
from handlers.refs import UserRef


class FileTooLarge(Exception):
    """A file is larger than what is taken."""


@runtime_checkable
class FileFetcher(Protocol):
    """Fetches files that people sent, on a platform that keeps some."""

    async def fetch(self, file: Attachment, owner: UserRef, *, limit: int) -> bytes:
        """Return a file's content.

        Args:
            file: what is fetched; its address must be the platform's own.
            owner: who sent it.
            limit: bytes that are taken at most, whatever the platform says of its size.

        Raises:
            FileTooLarge: there is more of it.
            TargetGone: it can't be had; trying again is no use.
            DeliveryFailed: anything else that stopped it; trying again may help.
        """


class SpeechToText(Protocol):
    """Writes down a recording."""

    async def write_down(self, recording: Attachment, content: bytes) -> Transcript | Unreadable:
        """Return what is said in a recording, or why it can't be told.

        Args:
            recording: what it is called and of which type it is.
            content: the recording itself.

        Raises:
            GraderUnavailable: trying again later may help.
        """
