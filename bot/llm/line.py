"""One line of bounded length, out of whatever a model wrote for people to read."""

from __future__ import annotations

from bot.llm.hidden import strip_hidden


def one_line(text: str, limit: int) -> str:
    """Return ``text`` as one line without hidden characters, cut to ``limit`` characters."""
    line = " ".join(strip_hidden(text).split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rstrip() + "…"
