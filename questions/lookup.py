"""Finding what somebody means by a few typed letters: a topic, a question, a role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

# Below it, what is found has letters in common with what was typed and nothing else.
_CLOSE: Final = 60.0
_EXACT: Final = 400.0
_BEGINS: Final = 300.0
_WORD_BEGINS: Final = 200.0
_CONTAINS: Final = 100.0


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that can be found.

    Attributes:
        value: what it is known by; always a way to find it.
        label: what people are shown.
        words: other ways to find it.
    """

    value: str
    label: str
    words: tuple[str, ...] = ()


def find(typed: str, entries: Iterable[Entry], *, most: int) -> list[Entry]:
    """Return the entries that ``typed`` may mean, the likeliest first.

    What begins with it comes before what has a word that begins with it, before what contains it,
    before what is spelt nearly so. Equals stay in the order in which they came. Nothing typed
    finds everything.

    Args:
        typed: what somebody typed so far; case and punctuation do not matter.
        entries: what can be found.
        most: how many to return at most.
    """
    wanted = fold(typed)
    if not wanted:
        return list(entries)[:most]
    rated = [(max(_rate(wanted, fold(name)) for name in _names(e)), e) for e in entries]
    close = [(rating, entry) for rating, entry in rated if rating >= _CLOSE]
    close.sort(key=lambda pair: -pair[0])
    return [entry for _, entry in close[:most]]


def match(typed: str, entries: Sequence[Entry]) -> Entry | None:
    """Return the one entry that ``typed`` names by value, label or word, or ``None``."""
    wanted = fold(typed)
    return next((e for e in entries if wanted in map(fold, _names(e))), None)


def fold(text: str) -> str:
    """Return ``text`` as it is compared: lower case, every stretch of punctuation one space."""
    return " ".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def _names(entry: Entry) -> tuple[str, ...]:
    return (entry.value, entry.label, *entry.words)


def _rate(wanted: str, name: str) -> float:
    if name == wanted:
        return _EXACT
    if name.startswith(wanted):
        return _BEGINS
    if f" {wanted}" in name:
        return _WORD_BEGINS
    if wanted in name:
        return _CONTAINS
    # A slip of the finger in a word of the name, or words in another order.
    return max(
        fuzz.token_sort_ratio(wanted, name),
        max((fuzz.ratio(wanted, word) for word in name.split()), default=0.0),
    )
