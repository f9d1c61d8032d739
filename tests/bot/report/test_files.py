"""Reports as Markdown, PDF and picture."""

from __future__ import annotations

import io
import struct
from datetime import date

import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.report.markdown import escape, to_markdown
from bot.report.pdf import to_pdf
from bot.report.picture import draw_progress
from bot.report.press import FilePress
from handlers.report.compose import compose
from handlers.report.content import SCALE, Earlier
from tests.handlers.report.session import FIRST, MET, Interview, an_interview

HOSTILE = (
    "# Not a title\n- no list `code` *bold* <script>alert(1)</script> [x](http://y) | a | 👩‍🔬 \x07"
)
EARLIER = Earlier(on=date(2026, 2, 1), average=2.0, questions=3, role="AI Engineer")


def shown(markdown: str) -> str:
    """What a reader sees of Markdown, on one line."""
    tokens = MarkdownIt("commonmark").parse(markdown)
    words = [
        child.content
        for token in tokens
        for child in token.children or []
        if child.type in {"text", "code_inline"}
    ]
    return " ".join(" ".join(words).split())


def headings(markdown: str) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(markdown)
    return [
        tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"
    ]


def read(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_markdown_holds_every_part_of_the_report() -> None:
    content = compose(an_interview().material(earlier=[EARLIER]))
    markdown = to_markdown(content)

    assert headings(markdown) == [
        "Interview report: AI Engineer, senior",
        "Overall suitability",
        "Questions",
        "1. About queue",
        "2. About cache",
        "Key strengths",
        "Gaps: asked, and not shown",
        "Skills demonstrated",
        "Communication",
        "Three things to practise next",
        "Progress",
        "What was said",
    ]
    text = shown(markdown)
    assert SCALE in text
    assert "Met: Covers c1. “An alert on the queue's age”" in text
    assert all(" ".join(c.evidence.quote.split()) in text for c in content.claims)


def test_what_somebody_wrote_shows_as_it_was_written() -> None:
    interview = Interview().question("q", f"{HOSTILE}\n\n{FIRST}", MET, quote=FIRST[:40])
    markdown = to_markdown(compose(interview.material()))

    assert "Not a title" not in headings(markdown)
    assert "<script>alert(1)</script>" in shown(markdown)
    assert "MarkdownIt" not in markdown
    assert "<script" not in MarkdownIt("commonmark").render(markdown)


@given(st.text(max_size=200))
def test_escaped_text_is_text_and_nothing_else(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"x{escape(text)}")
    kinds = {child.type for token in tokens for child in token.children or []}

    assert kinds <= {"text", "softbreak", "hardbreak", "text_special"}


def test_a_pdf_can_be_read_and_holds_the_same() -> None:
    content = compose(an_interview().material(earlier=[EARLIER]))
    picture = draw_progress(content.progress)
    text = read(to_pdf(content, picture))

    assert "Interview report: AI Engineer, senior" in text
    assert "Recommendation: not yet" in text
    for claim in content.claims:
        assert " ".join(claim.evidence.quote.split()) in text


def test_a_pdf_shows_other_scripts_and_survives_what_its_font_lacks() -> None:
    said = f"Schrödinger, Ελληνικά, русский, 日本語 {HOSTILE} {FIRST}"
    interview = Interview().question("q", said, MET, quote=FIRST[:40])
    text = read(to_pdf(compose(interview.material()), None))

    assert "Schrödinger, Ελληνικά, русский" in text
    assert "| (woman, microscope)" in text
    assert FIRST[:40] in text


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=300))
def test_whatever_was_said_can_be_printed(said: str) -> None:
    pdf = to_pdf(compose(Interview().question("q", said).material()), None)

    assert pypdf.PdfReader(io.BytesIO(pdf)).pages


def test_one_interview_is_no_progress() -> None:
    assert draw_progress([EARLIER]) is None


@pytest.mark.parametrize("count", [2, 30])
def test_the_picture_is_a_png_of_a_readable_size(count: int) -> None:
    picture = draw_progress([EARLIER] * count)

    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height) == (960, 480)


async def test_the_press_makes_files_that_a_platform_takes() -> None:
    content = compose(an_interview().material(earlier=[EARLIER]))
    files = await FilePress().print(content, name="report")

    assert [(file.name, file.media_type) for file in files] == [
        ("report.md", "text/markdown"),
        ("report.pdf", "application/pdf"),
        ("report-progress.png", "image/png"),
    ]
    assert files[0].content.decode() == to_markdown(content)
    assert files[1].content.startswith(b"%PDF")
    assert sum(len(file.content) for file in files) < 1_000_000


async def test_a_first_report_comes_without_a_picture() -> None:
    files = await FilePress().print(compose(an_interview().material()), name="report")

    assert [file.name for file in files] == ["report.md", "report.pdf"]
