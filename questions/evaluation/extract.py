"""Parts of a good answer that are worth a known share of its points."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations
from math import fsum

from questions.local.sentence import split_sentences
from questions.local.words import content_words, stem
from questions.question import Criterion, Question


def choose_parts(question: Question, ids: Collection[str]) -> list[list[str]]:
    """Choose criteria worth about 25, 50 and 75 % of the points, each choice within the next.

    Args:
        question: the question.
        ids: the criteria to choose from.

    Returns:
        Three lists of ids, in the rubric's order.
    """
    total = question.rubric.total_weight
    free = [c for c in question.rubric.criteria if c.id in ids]
    half = _closest(free, total * 0.5)
    quarter = _closest(half, total * 0.25)
    others = [c for c in free if c not in half]
    more = _closest(others, total * 0.75 - sum(c.weight for c in half))
    chosen = [{c.id for c in part} for part in (quarter, half, [*half, *more])]
    return [[id_ for id_ in question.rubric.ids if id_ in part] for part in chosen]


def extract(question: Question, text: str, ids: Collection[str]) -> str:
    """Return the sentences of ``text`` that speak for the criteria ``ids``.

    A sentence speaks for the criterion with which it shares most of the words that few criteria
    have; one that shares none goes with the sentence before it.
    """
    stems = {c.id: _stems(f"{c.text} {c.met}") for c in question.rubric.criteria}
    kept: list[str] = []
    current = ""
    for span in split_sentences(text):
        words = _stems(span.text)
        worth = {id_: _shared(words, own, stems) for id_, own in stems.items()}
        best = max(worth, key=lambda id_: worth[id_])
        current = best if worth[best] > 0 else current
        if current in ids:
            kept.append(span.text)
    return " ".join(kept)


def key_sentence(question: Question, text: str) -> str:
    """Return the sentence of ``text`` that speaks most for the heaviest criterion."""
    heaviest = max(question.rubric.criteria, key=lambda c: c.weight)
    stems = {c.id: _stems(f"{c.text} {c.met}") for c in question.rubric.criteria}
    spans = [span.text for span in split_sentences(text)]
    return max(spans, key=lambda s: _shared(_stems(s), stems[heaviest.id], stems))


def _closest(criteria: Sequence[Criterion], weight: float) -> list[Criterion]:
    """Return the non-empty choice whose weights sum closest to ``weight``."""
    choices = [
        list(choice)
        for size in range(1, len(criteria) + 1)
        for choice in combinations(criteria, size)
    ]
    return min(choices, key=lambda c: abs(sum(x.weight for x in c) - weight), default=[])


def _shared(words: set[str], own: set[str], all_stems: dict[str, set[str]]) -> float:
    # Exact, so that the order of a set has no part in it.
    return fsum(1 / sum(w in stems for stems in all_stems.values()) for w in words & own)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}
