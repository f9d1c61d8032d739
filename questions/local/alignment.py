"""Which words of a reference a reply's sentences carry, by meaning and by spelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from questions.local.words import WORD, find_words, fold, is_content, stem

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

# Below this similarity of spelling two stems are different words rather than a slip.
_SAME_SPELLING: Final = 84.0
_SLIP_WORTH: Final = 0.8
_SHORTEST_FUZZY: Final = 5
# How far a word piece may be from where the last one ended: tokenizers drop odd characters.
_REACH: Final = 120


@dataclass(frozen=True)
class Word:
    """A content word of a text with the word pieces that spell it."""

    text: str
    stem: str
    pieces: tuple[int, ...]


def locate_pieces(text: str, pieces: Sequence[str]) -> list[tuple[int, int]]:
    """Return where each word piece stands in ``text``, as (start, end) in characters.

    A piece that can't be found, such as one for an unknown sign, gets an empty stretch.
    """
    folded: list[str] = []
    origins: list[int] = []
    for index, char in enumerate(text):
        for plain in fold(char):
            folded.append(plain)
            origins.append(index)
    haystack = "".join(folded)
    at = 0
    found = []
    for piece in pieces:
        needle = fold(piece.removeprefix("##")) if piece != "##" else piece
        start = haystack.find(needle, at, at + _REACH) if needle else -1
        if start < 0:
            here = origins[at] if at < len(origins) else len(text)
            found.append((here, here))
            continue
        at = start + len(needle)
        found.append((origins[start], origins[at - 1] + 1))
    return found


def find_content(text: str, pieces: Sequence[str]) -> list[Word]:
    """Return the content words of ``text``, each with the word pieces it is made of."""
    starts = [start for start, _ in locate_pieces(text, pieces)]
    ends = [end for _, end in locate_pieces(text, pieces)]
    words = []
    for match in WORD.finditer(text):
        folded = fold(match.group())
        if not is_content(folded):
            continue
        inside = tuple(
            i
            for i, (start, end) in enumerate(zip(starts, ends, strict=True))
            if start < end and match.start() <= start < match.end()
        )
        if inside:
            words.append(Word(folded, stem(folded), inside))
    return words


def closest_by_group(similarity: Floats, groups: Indices, count: int) -> Floats:
    """Return for each row the largest similarity within each group of columns.

    Args:
        similarity: (rows, columns).
        groups: each column's group, -1 for none.
        count: how many groups there are; an empty one gets 0.
    """
    best: Floats = np.zeros((similarity.shape[0], count), dtype=np.float32)
    for group in range(count):
        columns = groups == group
        if columns.any():
            best[:, group] = similarity[:, columns].max(axis=1)
    return best


def by_word(rows: Floats, words: Sequence[Word]) -> Floats:
    """Average the rows of each word's pieces."""
    if not words:
        return np.zeros((0, *rows.shape[1:]), dtype=np.float32)
    means: list[Floats] = [rows[list(word.pieces)].mean(axis=0) for word in words]
    return np.stack(means)


def find_stems(text: str) -> frozenset[str]:
    """Return the stems of all words of ``text``."""
    return frozenset(stem(word) for word in find_words(text))


def spelt_alike(stems: Sequence[str], have: Sequence[frozenset[str]]) -> Floats:
    """Return (stems, texts): 1 where a text has the stem, .8 where all but a slip.

    Args:
        stems: what is looked for.
        have: the stems of each text.
    """
    found = np.zeros((len(stems), len(have)), dtype=np.float32)
    known = sorted(set().union(*have)) if have else []
    if not known or not stems:
        return found
    alike = {wanted: dict(_alike(wanted, known)) for wanted in set(stems)}
    for column, present in enumerate(have):
        for row, wanted in enumerate(stems):
            worth = alike[wanted]
            found[row, column] = max((worth[word] for word in present & worth.keys()), default=0.0)
    return found


def _alike(wanted: str, known: Sequence[str]) -> Iterator[tuple[str, float]]:
    if wanted in known:
        yield wanted, 1.0
    if len(wanted) < _SHORTEST_FUZZY or any(ch.isdigit() for ch in wanted):
        return
    close = process.extract(
        wanted, known, scorer=fuzz.ratio, score_cutoff=_SAME_SPELLING, limit=None
    )
    for word, _, _ in close:
        if word != wanted and len(word) >= _SHORTEST_FUZZY:
            yield word, _SLIP_WORTH
