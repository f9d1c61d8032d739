"""References that lead nowhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from questions.question import Question

_ADDRESS: Final = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
# Another question is named as `its-id`, after a word that says so.
_NAMED: Final = re.compile(r"\b(?:see|question) `([a-z0-9]+(?:-[a-z0-9]+)+)`", re.IGNORECASE)


def dead_references(question: Question, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield ``(words, message)`` for each reference of ``question`` that leads nowhere.

    The words are those that stand in the file.

    Args:
        question: the question.
        known: the ids of all questions.
    """
    times = Counter(_plain(entry) for entry in question.reading)
    for entry in dict.fromkeys(question.reading):
        if _ADDRESS.search(entry):
            yield entry, f"reading: name the work instead of an address, which may die: {entry!r}"
        elif not _LETTERS.search(entry):
            yield entry, f"reading: {entry!r} is no title"
        elif times[_plain(entry)] > 1:
            times[_plain(entry)] = 0
            yield entry, f"reading: {entry!r} is listed twice"
    for text in _texts(question):
        for named in _NAMED.findall(text):
            if named not in known:
                yield named, f"there is no question `{named}`"


def _plain(entry: str) -> str:
    return " ".join(entry.casefold().split()).strip(" .")


def _texts(question: Question) -> Iterator[str]:
    yield question.prompt
    yield question.model_answer
    yield from question.follow_ups
    yield from question.common_mistakes
