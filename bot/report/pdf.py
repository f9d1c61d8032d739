"""A report as PDF, with fonts that matplotlib ships."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

import matplotlib as mpl
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from bot.report.glyph import in_words
from bot.report.wording import SPEAKERS, Title, circumstances, title_of
from handlers.answers.grade_message import ESTIMATE, VERDICTS, format_score
from handlers.report.content import SCALE, Claim, Content, QuestionResult, Speaker
from handlers.report.message import STANDINGS
from handlers.report.wording import sentence
from questions.band import band_of

_STYLES: Final = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf", "I": "DejaVuSans-Oblique.ttf"}
_FAMILY: Final = "DejaVu"
_BODY: Final = 10
_SMALL: Final = 8
_LINE: Final = 5.0
_INDENT: Final = 5.0
_GREY: Final = 110


def to_pdf(content: Content, picture: bytes | None) -> bytes:
    """Return the report as a PDF document. Slow: call it off the event loop.

    Args:
        content: the report.
        picture: the PNG of the person's progress, if there is one.
    """
    return _Paper(content).print(content, picture)


class _Paper:
    """A document that is written from top to bottom."""

    def __init__(self, content: Content) -> None:
        # The library explains each font that it takes apart.
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        self._pdf = FPDF()
        folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
        for style, file in _STYLES.items():
            self._pdf.add_font(_FAMILY, style, folder / file)
        fonts = [font for font in self._pdf.fonts.values() if isinstance(font, TTFFont)]
        self._glyphs = set.intersection(*(set(font.cmap) for font in fonts))
        self._pdf.set_auto_page_break(auto=True, margin=18)
        self._pdf.set_title(title_of(content))
        self._pdf.set_creation_date(datetime.combine(content.on, time(), UTC))
        self._pdf.add_page()

    def print(self, content: Content, picture: bytes | None) -> bytes:
        """Write everything and return the document."""
        self._head(content)
        self._title(Title.QUESTIONS)
        for result in content.questions:
            self._question(result)
        self._claims(Title.STRENGTHS, content.strengths)
        self._claims(Title.NOT_SHOWN, content.not_shown)
        self._not_asked(content)
        if content.skills:
            self._title(Title.SKILLS)
            for skill in content.skills:
                self._bullet(f"{skill.name}: “{skill.evidence.quote}”")
        self._communication(content)
        if content.practise:
            self._title(Title.PRACTISE)
            for item in content.practise:
                self._bullet(f"{item.title} ({item.question_id}): {item.why}")
        if picture is not None:
            self._title(Title.PROGRESS)
            self._pdf.image(io.BytesIO(picture), w=self._pdf.epw)
        self._title(Title.TRANSCRIPT)
        for said in content.transcript:
            self._text(SPEAKERS[said.speaker], style="B", size=_SMALL)
            self._text(said.text.strip(), size=_SMALL)
        return bytes(self._pdf.output())

    def _head(self, content: Content) -> None:
        self._text(title_of(content), style="B", size=16)
        about = circumstances(content)
        self._text(f"{content.name}, {about}" if content.name else about, grey=True)
        self._title(Title.SUITABILITY)
        self._text(" ".join(content.suitability))
        if content.summary:
            self._text(" ".join(content.summary))
        self._text(f"Recommendation: {content.recommendation.value}", style="B")
        self._text(f"The scale: {SCALE}.", size=_SMALL, grey=True)
        if content.is_estimate:
            self._text(ESTIMATE, size=_SMALL, grey=True)

    def _question(self, result: QuestionResult) -> None:
        self._text(f"{result.number}. {result.title}", style="B")
        if result.score is None or not (result.points or result.corrections):
            worth = "" if result.score is None else f"{format_score(result.score)}, "
            standing = STANDINGS.get(result.standing, "graded")
            self._text(f"{worth}{standing}. {result.reason}".rstrip())
        else:
            band = band_of(result.score).name
            self._text(f"{format_score(result.score)}, {band}, difficulty {result.difficulty} of 5")
        for point in result.points:
            comment = f" {point.comment}" if point.comment else ""
            self._bullet(f"{VERDICTS[point.verdict]}: {_worded(point.claim)}{comment}")
        for claim in result.corrections:
            self._bullet(f"To correct: {_worded(claim)}")

    def _claims(self, title: str, claims: Sequence[Claim]) -> None:
        if claims:
            self._title(title)
            for claim in claims:
                self._bullet(_worded(claim))

    def _not_asked(self, content: Content) -> None:
        if not content.not_asked:
            return
        self._title(Title.NOT_ASKED)
        more = f", and {content.more_topics} more" if content.more_topics else ""
        self._text(", ".join(gap.topic for gap in content.not_asked) + f"{more}.")

    def _communication(self, content: Content) -> None:
        if not content.communication.measures:
            return
        self._title(Title.COMMUNICATION)
        for measure in content.communication.measures:
            self._text(f"{measure.name}: {measure.value} (aim: {measure.aim})")
        for remark in content.communication.remarks:
            self._bullet(_worded(remark))

    def _title(self, text: str) -> None:
        self._pdf.ln(3)
        self._text(text, style="B", size=13)

    def _bullet(self, text: str) -> None:
        margin = self._pdf.l_margin
        self._pdf.set_left_margin(margin + _INDENT)
        self._pdf.set_x(margin + _INDENT)
        self._text(f"• {text}")
        self._pdf.set_left_margin(margin)
        self._pdf.set_x(margin)

    def _text(self, text: str, *, style: str = "", size: float = _BODY, grey: bool = False) -> None:
        self._pdf.set_font(_FAMILY, style, size)
        self._pdf.set_text_color(_GREY if grey else 0)
        self._pdf.multi_cell(
            0,
            _LINE * size / _BODY,
            in_words(text, self._glyphs),
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self._pdf.ln(1)


def _worded(claim: Claim) -> str:
    asked = "You were asked: " if claim.evidence.speaker is Speaker.INTERVIEWER else ""
    return f"{sentence(claim.text)} {asked}“{claim.evidence.quote}”"
