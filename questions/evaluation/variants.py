"""Other ways to type, shorten, stretch or fake an answer. The same input gives the same text."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final
from zlib import crc32

from questions.evaluation.wording import REMARK
from questions.local.sentence import split_sentences
from questions.local.words import content_words, stem
from questions.question import Question

_LONG_WORD: Final = 6
# One long word in this many is mistyped.
_MISTYPED: Final = 8


def list_keywords(text: str) -> str:
    """Return the words that carry a meaning, once each, with commas between."""
    return ", ".join(dict.fromkeys(content_words(text)))


def shuffle_words(text: str) -> str:
    """Return the same words in no order."""
    words = list(enumerate(text.split()))
    return " ".join(w for _, w in sorted(words, key=lambda p: crc32(f"{p[0]} {p[1]}".encode())))


def mistype(text: str) -> str:
    """Swap two letters in about every eighth long word."""
    return re.sub(r"[A-Za-z]{6,}", _swap_letters, text)


def _swap_letters(found: re.Match[str]) -> str:
    word = found[0]
    if len(word) < _LONG_WORD or crc32(f"{found.start()} {word}".encode()) % _MISTYPED:
        return word
    return f"{word[:2]}{word[3]}{word[2]}{word[4:]}"


def make_bullets(text: str) -> str:
    """Return each sentence as a bullet."""
    return "\n".join(f"- {span.text}" for span in split_sentences(text))


def make_markdown(text: str) -> str:
    """Return the text with a heading, numbered sentences and every long one's start in bold."""
    lines = ["## My answer", ""]
    for number, span in enumerate(split_sentences(text), start=1):
        lead, _, rest = span.text.partition(" ")
        lines.append(f"{number}. **{lead}** {rest}".rstrip())
    return "\n".join(lines)


def pad(text: str, characters: int) -> str:
    """Put remarks about nothing before and after ``text``, up to ``characters`` in all."""
    room = characters - len(text) - 4
    remarks: list[str] = []
    length = 0
    while True:
        remark = REMARK.format(n=len(remarks) + 1)
        if length + len(remark) + 1 > room:
            break
        remarks.append(remark)
        length += len(remark) + 1
    half = len(remarks) // 2
    return f"{' '.join(remarks[:half])}\n\n{text}\n\n{' '.join(remarks[half:])}".strip()


def lacking_keywords(text: str, source: str, count: int) -> list[str]:
    """Return the ``count`` words that ``source`` repeats most and ``text`` lacks."""
    had = {stem(word) for word in content_words(text)}
    words = [w for w in content_words(source) if stem(w) not in had and w.isalpha()]
    counts = Counter(words)
    return sorted(counts, key=lambda w: (-counts[w], -len(w), w))[:count]


def reorder_criteria(question: Question) -> Question:
    """Return the question with its criteria backwards."""
    criteria = tuple(reversed(question.rubric.criteria))
    return question.model_copy(
        update={"rubric": question.rubric.model_copy(update={"criteria": criteria})}
    )
