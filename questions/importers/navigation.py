"""Lines that lead about a page or praise it, and say nothing of any question."""

from __future__ import annotations

import re
from typing import Final

NAVIGATION: Final = "navigation of the page"
ANCHOR: Final = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s*\**\[[^\]]*\]\(\s*#[^)]*\)\**\s*$")
_ANCHORS_ONLY: Final = re.compile(r"^[\s|•·*-]*(?:\[[^\]]*\]\(\s*#[^)]*\)[\s|•·*-]*)+$")
_BACK: Final = re.compile(
    r"(?i)^\W*(?:\[?\W*)?back\s+to\s+(?:the\s+)?(?:top|contents?|toc|index)\W"
)
_BADGE: Final = re.compile(r"^\s*(?:\[?!\[[^\]]*\]\([^)]*\)\]?(?:\([^)]*\))?\s*)+$")
_PLEA: Final = re.compile(
    r"(?i)^\W*(?:please\s+)?(?:(?:give|star)\b.{0,30}\b(?:star|repo|repository)\b|"
    r"(?:follow|connect with|find) me\b|buy me a coffee|made with\b.{0,20}\bby\b|"
    r"(?:you can (?:also )?find|explore|see|get) all\b.{0,40}\banswers\b|"
    r"happy (?:learning|interviewing|coding|prepping)\b|"
    r"if you (?:like|found|find) this\b)"
)
_NAMED: Final = re.compile(r"(?i)^\s*<a\s+(?:id|name)=[^>]*>\s*(?:</a>)?\s*$")
_LONGEST: Final = 300


def is_navigation(raw: str) -> bool:
    """Whether a line of text leads elsewhere, is a badge, or asks for a star."""
    if len(raw) > _LONGEST and not raw.lstrip().startswith(("[", "!")):
        return False
    patterns = (ANCHOR, _ANCHORS_ONLY, _BACK, _BADGE, _PLEA, _NAMED)
    return any(pattern.match(raw) for pattern in patterns)
