"""The terminal, or the file that stands for it: where lines break and where the prompt is."""

from __future__ import annotations

import sys
from typing import IO, Final

from rich.console import Console, RenderableType

_PROMPT: Final = "> "
# Longer lines are hard to read back from; a wide terminal is no reason for them.
_MAX_WIDTH: Final = 88
# A file or a pipe is searched by programs: nothing in it is broken into lines.
_UNBROKEN: Final = 1_000_000
_ERASE_LINE: Final = "\r\x1b[K"


class Screen:
    """Prints, and keeps the prompt below what is printed.

    Args:
        file: where to write; standard output if ``None``.
    """

    def __init__(self, file: IO[str] | None = None) -> None:
        self._file = file or sys.stdout
        self._console = Console(file=self._file, highlight=False, markup=False, emoji=False)
        is_terminal = self._console.is_terminal
        self._console.width = min(self._console.width, _MAX_WIDTH) if is_terminal else _UNBROKEN
        self._is_prompting = False

    def ask(self) -> None:
        """Show the prompt; whatever is printed until `heard` goes above it."""
        self._is_prompting = True
        self._write(_PROMPT)

    def heard(self, *, is_end: bool = False) -> None:
        """Take note that a line was entered, or that the input ended in the prompt's line."""
        if self._is_prompting and is_end:
            self._write("\n")
        self._is_prompting = False

    def show(self, shown: RenderableType) -> None:
        """Print something and an empty line after it."""
        if self._is_prompting:
            # What a person has typed so far is lost from sight, but not from the terminal's line.
            self._write(_ERASE_LINE)
        self._console.print(shown)
        self._console.print()
        if self._is_prompting:
            self._write(_PROMPT)

    def _write(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()
