"""Text that was pasted as a table: each line a row of one cell, or all rows on one line."""

from __future__ import annotations

import re
from typing import Final

_RULE: Final = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*\|?\s*$")
_ROW: Final = re.compile(r"^\s*\|(?P<cell>.*?)\|?\s*$")
_GAP: Final = re.compile(r"[ \t]*\|[ \t]*\|[ \t]*")
_MARKS: Final = re.compile(r"^(?:#{1,6} |>|[-*] |\d+\. |```|---)")
_MOST_LINES: Final = 5
_LEAST_CELLS: Final = 6
_SHARE: Final = 0.9


def head_off(text: str) -> str:
    """Drop a table's head and its rule in front of rows that hold something else than cells."""
    lines = text.split("\n", 6)
    for index, line in enumerate(lines[:6]):
        if "|" in line and _RULE.match(line):
            above = lines[:index]
            is_head = len([one for one in above if one.strip()]) <= 1
            # Blank lines in its place keep the numbers of those that follow.
            kept = [""] * (index + 1) + lines[index + 1 :]
            return "\n".join(kept) if is_head else text
    return text


def unpaste(text: str) -> str:
    """Return the lines that were pasted as rows of one cell; any other text as it is.

    Rows of a table have a bar inside; what was pasted has headings, bullets and quotations
    right behind the bar.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) <= _MOST_LINES:
        cells = [cell for line in lines for cell in _GAP.split(line.strip().strip("|").strip())]
        return _joined(cells) or text
    rows = [_ROW.match(line) for line in lines]
    if sum(row is not None for row in rows) < _SHARE * len(lines):
        return text
    cells = [row["cell"].strip(" ") if row else line for row, line in zip(rows, lines, strict=True)]
    return _joined(cells) or text


def _joined(cells: list[str]) -> str:
    """Return cells as lines, where enough of them begin as lines of Markdown do."""
    marked = sum(bool(_MARKS.match(cell)) for cell in cells)
    barred = sum(bool(re.search(r"(?<!\\)\|", cell)) for cell in cells)
    if len(cells) < _LEAST_CELLS or marked * 5 < len(cells) or barred * 2 > len(cells):
        return ""
    # Paragraphs that stood one below the other were paragraphs.
    return "\n\n".join(cells) if not any(not cell for cell in cells) else "\n".join(cells)
