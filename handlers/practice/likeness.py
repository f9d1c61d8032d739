"""How much of one text stands in another: by words, and by stretches of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from questions.local.words import content_words, find_words, stem

# Two questions that share more of their telling words are the same question.
_SAME_SHARE: Final = 0.6
_FEWEST_WORDS: Final = 2
# A whole question of so many words that stands in another one is that question.
_FEWEST_IN_A_ROW: Final = 4
# Texts whose words are remembered: what some hundred interviews speak about at once.
_KEPT: Final = 4_096


def are_alike(first: str, second: str) -> bool:
    """Return whether two questions ask the same in much the same words."""
    plain, other = _plain(first), _plain(second)
    if not plain or not other:
        return False
    short, long = sorted((plain, other), key=len)
    if short == long or (len(short.split()) >= _FEWEST_IN_A_ROW and f" {short} " in f" {long} "):
        return True
    ours, theirs = _stems(first), _stems(second)
    if min(len(ours), len(theirs)) < _FEWEST_WORDS:
        return False
    return len(ours & theirs) / len(ours | theirs) >= _SAME_SHARE


def shared_run(text: str, source: str, known: Iterable[str]) -> int:
    """Return the length, in words, of the longest stretch of ``source`` that ``text`` repeats.

    Args:
        text: what is looked at.
        source: what it must not repeat.
        known: texts whose own stretches may be repeated.
    """
    words, secret = find_words(text), f" {_plain(source)} "
    allowed = [f" {_plain(each)} " for each in known]
    longest = 0
    for start in range(len(words)):
        end = start + longest + 1
        while end <= len(words):
            stretch = f" {' '.join(words[start:end])} "
            if stretch not in secret:
                break
            if not any(stretch in each for each in allowed):
                longest = end - start
            end += 1
    return longest


def told_share(text: str, source: str, known: Iterable[str]) -> tuple[int, float]:
    """Return how many telling words of ``source`` a text tells, and which share of them.

    Args:
        text: what is looked at.
        source: what it must not tell.
        known: texts whose words are known already and tell nothing.
    """
    news = _stems(source).difference(*(_stems(each) for each in known))
    told = news & _stems(text)
    return len(told), len(told) / len(news) if news else 0.0


# A turn is held against the same secrets and the same known texts again and again.
@lru_cache(maxsize=_KEPT)
def _plain(text: str) -> str:
    return " ".join(find_words(text))


@lru_cache(maxsize=_KEPT)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content_words(text))
