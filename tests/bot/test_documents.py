"""The text of files that people send."""

from __future__ import annotations

import pytest
from fpdf import FPDF

from bot.documents import MAX_BYTES, PlatformDocuments, text_of
from handlers.invocation import Attachment
from handlers.ports import DeliveryFailed, TargetGone
from handlers.practice.ports import Unreadable
from handlers.refs import Platform, UserRef
from handlers.voice.ports import FileTooLarge
from questions.ports import GraderUnavailable
from tests.handlers.fakes import FakePlatform

ADA = UserRef(platform=Platform.SLACK, realm="T1", id="U1")
FILE = Attachment(name="job.txt", media_type="text/plain", size=9, url="https://files/x")


class FetchingPlatform(FakePlatform):
    """A platform whose one file is ``content``."""

    def __init__(self, content: bytes | Exception) -> None:
        super().__init__()
        self._content = content
        self.limit = 0

    async def fetch(self, file: Attachment, owner: UserRef, *, limit: int) -> bytes:
        self.limit = limit
        if isinstance(self._content, Exception):
            raise self._content
        return self._content


async def read(content: bytes | Exception) -> str | Unreadable:
    return await PlatformDocuments({Platform.SLACK: FetchingPlatform(content)}).read(FILE, ADA)


def a_pdf(*lines: str) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    for line in lines:
        pdf.cell(text=line, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


async def test_text_and_pdf_files_are_read() -> None:
    assert await read("The team has six engineers – all in Łódź.".encode()) == (
        "The team has six engineers – all in Łódź."
    )
    found = await read(a_pdf("We build search for hospitals.", "Six engineers."))
    assert isinstance(found, str)
    assert "We build search for hospitals." in found
    assert "Six engineers." in found


@pytest.mark.parametrize("content", [b"", b"  \n", b"PK\x03\x04\0\0", b"%PDF-1.4 broken", a_pdf()])
async def test_a_file_without_text_is_said_to_have_none(content: bytes) -> None:
    found = await read(content)
    assert isinstance(found, Unreadable)
    assert "no text" in found.detail


@pytest.mark.parametrize(
    ("error", "said"), [(FileTooLarge(), "larger than 5 MB"), (TargetGone("gone"), "not fetch")]
)
async def test_a_file_that_can_not_be_had_is_said_to_be_so(error: Exception, said: str) -> None:
    found = await read(error)
    assert isinstance(found, Unreadable)
    assert said in found.detail


async def test_a_platform_out_of_reach_is_tried_again() -> None:
    with pytest.raises(GraderUnavailable):
        await read(DeliveryFailed("it is away", retry_after=7))


async def test_a_platform_without_files_says_so() -> None:
    found = await PlatformDocuments({}).read(FILE, ADA)
    assert isinstance(found, Unreadable)
    assert "can't read files here" in found.detail


async def test_no_more_than_the_limit_is_asked_for() -> None:
    platform = FetchingPlatform(b"Six engineers.")
    await PlatformDocuments({Platform.SLACK: platform}).read(FILE, ADA)
    assert platform.limit == MAX_BYTES


def test_a_byte_order_mark_is_no_text() -> None:
    assert text_of(b"\xef\xbb\xbfSix") == "Six"
