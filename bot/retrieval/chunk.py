"""Long texts as pieces that an embedding can take in whole."""

from __future__ import annotations

import re
from typing import Final

# MiniLM reads 256 tokens, some 180 English words; a piece about one thing is matched best.
MAX_WORDS: Final = 120

_PARAGRAPH: Final = re.compile(r"\n\s*\n")


def split_chunks(text: str, *, limit: int) -> list[str]:
    """Split ``text`` into pieces of at most `MAX_WORDS` words, whole paragraphs where they fit.

    Args:
        text: the text.
        limit: how many pieces at most; the rest of the text is left out.
    """
    chunks: list[str] = []
    room = 0
    for paragraph in _PARAGRAPH.split(text):
        words = paragraph.split()
        if chunks and len(words) <= room:
            chunks[-1] += "\n\n" + " ".join(words)
            room -= len(words)
            continue
        for start in range(0, len(words), MAX_WORDS):
            piece = words[start : start + MAX_WORDS]
            chunks.append(" ".join(piece))
            room = MAX_WORDS - len(piece)
    return chunks[:limit]
