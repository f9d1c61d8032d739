"""AsciiDoc becomes the Markdown that the readers know; every line stays where it was."""

from __future__ import annotations

import re
from typing import Final

_TITLE: Final = re.compile(r"^(={1,6})\s+(\S.*?)\s*=*\s*$")
_LISTED: Final = re.compile(r"^(\S.{3,200}\?)::\s*(.*)$")
_HEADS: Final = 2


def looks_like_asciidoc(text: str) -> bool:
    """Whether headings are marked by equals signs."""
    return sum(_TITLE.match(line) is not None for line in text.split("\n")) >= _HEADS


def asciidoc_to_markdown(text: str) -> str:
    """Return ``text`` with Markdown's headings, fences and questions."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if line.rstrip() in {"----", "....", "```"}:
            lines[index] = "```"
        elif title := _TITLE.match(line):
            lines[index] = f"{'#' * len(title[1])} {title[2]}"
        elif listed := _LISTED.match(line):
            lines[index] = f"**{listed[1]}** {listed[2]}".rstrip()
    return "\n".join(lines)
