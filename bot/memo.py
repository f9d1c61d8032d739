"""A short text that survives restarts, in a file."""

from __future__ import annotations

import asyncio
from pathlib import Path


class Memo:
    """One remembered text; losing it costs work, never correctness.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def load(self) -> str | None:
        """Return the text, or ``None`` where there is none."""
        try:
            return await asyncio.to_thread(self._path.read_text, encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    async def save(self, text: str) -> None:
        """Remember ``text``."""
        await asyncio.to_thread(self._write, text)

    def _write(self, text: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(text, encoding="utf-8")
