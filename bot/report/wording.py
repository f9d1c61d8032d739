"""What every form of a report says alike: its title, its headings, who spoke."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from handlers.report.content import Content, Speaker
from handlers.wording import counted

SPEAKERS: Final = {Speaker.INTERVIEWER: "Interviewer", Speaker.YOU: "You"}


class Title(StrEnum):
    """A section's heading; they come in this order."""

    SUITABILITY = "Overall suitability"
    QUESTIONS = "Questions"
    STRENGTHS = "Key strengths"
    NOT_SHOWN = "Gaps: asked, and not shown"
    NOT_ASKED = "Gaps: not asked, so nothing is said of them"
    SKILLS = "Skills demonstrated"
    COMMUNICATION = "Communication"
    PRACTISE = "Three things to practise next"
    PROGRESS = "Progress"
    TRANSCRIPT = "What was said"


def title_of(content: Content) -> str:
    """Return the report's own title."""
    return f"Interview report: {content.role}, {content.level}"


def circumstances(content: Content) -> str:
    """Return when and how it was held, for example ``02 March 2026, real mode, 20 minutes``."""
    return f"{content.on:%d %B %Y}, {content.mode} mode, {counted(content.minutes, 'minute')}"
