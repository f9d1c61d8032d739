"""Reading the text of a job description or CV that somebody sent as a file."""

from __future__ import annotations

import asyncio
import io
import logging
import zlib
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from handlers.delivery import Platforms
from handlers.invocation import Attachment
from handlers.ports import DeliveryFailed, TargetGone
from handlers.practice.ports import Unreadable
from handlers.practice.record import MAX_BACKGROUND
from handlers.refs import UserRef
from handlers.voice.ports import FileFetcher, FileTooLarge
from questions.ports import GraderUnavailable

_LOG = logging.getLogger(__name__)
MAX_BYTES: Final = 5 * 2**20
# A job description or CV is shorter; a book would keep a thread busy for minutes.
_MOST_PAGES: Final = 30
_PASTE: Final = "Paste the text instead, beginning with “Job description:”."
_TOO_LARGE: Final = Unreadable(detail=f"That file is larger than 5 MB. {_PASTE}")
# What pypdf raises on files that are damaged, or made to do damage.
_BROKEN_PDF: Final = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    zlib.error,
)
_NOT_FETCHED: Final = Unreadable(detail=f"I could not fetch that file. {_PASTE}")
_NO_FETCHING: Final = Unreadable(detail=f"I can't read files here. {_PASTE}")
_NOT_TEXT: Final = Unreadable(detail=f"I found no text in that file. {_PASTE}")


class PlatformDocuments:
    """Fetches files from where they were sent; see `handlers.practice.ports.DocumentReader`.

    Args:
        platforms: the platforms that run.
    """

    def __init__(self, platforms: Platforms) -> None:
        self._platforms = platforms

    async def read(self, document: Attachment, owner: UserRef) -> str | Unreadable:
        """Fetch a text, Markdown or PDF file and return its text.

        Raises:
            GraderUnavailable: trying again later may help.
        """
        platform: object = self._platforms.get(owner.platform)
        if not isinstance(platform, FileFetcher):
            return _NO_FETCHING
        try:
            content = await platform.fetch(document, owner, limit=MAX_BYTES)
        except FileTooLarge:
            return _TOO_LARGE
        except TargetGone:
            return _NOT_FETCHED
        except DeliveryFailed as error:
            raise GraderUnavailable(error.reason, error.retry_after) from error
        text = await asyncio.to_thread(text_of, content)
        return text if text.strip() else _NOT_TEXT


def text_of(content: bytes) -> str:
    """Return the text of a PDF or text file; empty where there is none to be read.

    What a file is shows in its first bytes; its name and type are what somebody says of it.
    """
    if content.startswith(b"%PDF"):
        return _pdf_text(content)
    if b"\0" in content:
        return ""
    return content.decode("utf-8-sig", "replace")


def _pdf_text(content: bytes) -> str:
    parts: list[str] = []
    try:
        for page in PdfReader(io.BytesIO(content)).pages[:_MOST_PAGES]:
            parts.append(page.extract_text())
            if sum(map(len, parts)) > MAX_BACKGROUND:
                break
    except _BROKEN_PDF as error:
        _LOG.info("a PDF could not be read: %s", type(error).__name__)
    return "\n".join(part for part in parts if part.strip())
