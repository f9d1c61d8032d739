"""Pairs of words that say the opposite of each other, as they come up in technical answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from rapidfuzz import fuzz, process

from questions.local.words import find_words, stem

# From this similarity of spelling on, 0 to 100, two stems are one word with a slip.
_SAME_SPELLING: Final = 80.0
_PAIRS: Final = """
increase decrease, increase reduce, increase lower, raise lower, raise reduce, raise cut,
rise fall, rise drop, grow shrink, grow fall, expand reduce, cut increase, more less,
more fewer, most least, many few, less greater, greater smaller, larger smaller, large small,
big small, big tiny, bigger smaller, huge small, higher lower, highest lowest, high low,
upper lower, above below, over under, exceeds undercuts, long short, longer shorter, fast slow,
faster slower, quick slow, speed slow, cheap expensive, cheaper expensive, cheaper dearer,
cheap dear, save waste, gain lose, win lose, win loss, benefit harm, help hurt, help harm,
improve worsen, improve degrade, improve hurt, better worse, best worst, good bad,
positive negative, strong weak, stronger weaker, right wrong, correct incorrect, correct wrong,
correct false, true false, true untrue, valid invalid, safe unsafe, safe dangerous,
trusted untrusted, trust distrust, reliable unreliable, stable unstable,
consistent inconsistent, fair unfair, legal illegal, normal abnormal, fail succeed,
failure success, outperforms underperforms, overfit underfit, overestimate underestimate,
before after, first last, early late, earlier later, new old, fresh stale, recent old,
modern outdated, always never, often rarely, often seldom, usually rarely, common rare,
all none, every no, everything nothing, everyone nobody, some none, both neither, with without,
include exclude, include omit, keep drop, keep remove, keep discard, keep delete, add remove,
add drop, start stop, begin end, allow forbid, allow block, allow prevent, allow deny,
permit forbid, grant deny, accept reject, accept refuse, enable disable, cause prevent,
because although, because despite, support oppose, support contradict, confirm refute,
agree disagree, ignore consider, ignore check, skip run, avoid use, avoid prefer, hide show,
same different, identical different, similar different, unique duplicate, single multiple,
single many, exact approximate, fixed variable, constant changing, static dynamic,
dependent independent, possible impossible, likely unlikely, useful useless,
needed unnecessary, needed superfluous, necessary unnecessary, necessary superfluous,
required optional, enough insufficient, enough little, sufficient insufficient, simple complex,
easy hard, easier harder, narrow wide, broad narrow, deep shallow, near far, nearest farthest,
close distant, full empty, complete incomplete, hot cold, warm cold, visible hidden,
known unknown, present absent, open closed, public private, inside outside, internal external,
global local, top bottom, left right, up down, upstream downstream, online offline,
batch online, eager lazy, synchronous asynchronous, sync async, serial parallel,
sequential parallel, dense sparse, precision recall, prefill decode, read write, push pull,
send receive, import export, upload download, encrypt decrypt, compress expand, merge split,
join split, combine separate, connect disconnect, attach detach, lock unlock, freeze unfreeze,
train test, supervised unsupervised, linear quadratic, biased unbiased, random deterministic,
ordered unordered, sorted unsorted, manual automatic, maximum minimum, maximise minimise,
maximize minimize, multiply divide, plus minus, buy build, centralised distributed,
centralized distributed, reversible irreversible, relevant irrelevant, strict lenient,
tighten loosen, lead lag
"""


def _table() -> Mapping[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for pair in _PAIRS.split(","):
        one, other = (stem(word) for word in pair.split())
        found[one].add(other)
        found[other].add(one)
    return {word: frozenset(others) for word, others in found.items()}


_OPPOSITES: Final = _table()


def has_opposite(said: str, known: str) -> bool:
    """Whether ``said`` has the opposite of a word of ``known`` in that word's place.

    A word that both have, or whose opposite both have, tells nothing.
    """
    mine = {stem(word) for word in find_words(said)}
    theirs = {stem(word) for word in find_words(known)}
    return any(
        other in mine and other not in theirs and not _is_misspelt(word, mine - {other})
        for word in theirs - mine
        for other in _OPPOSITES.get(word, ())
    )


def _is_misspelt(word: str, said: set[str]) -> bool:
    """Whether a word that seems to be missing was only mistyped."""
    return (
        process.extractOne(word, said, scorer=fuzz.ratio, score_cutoff=_SAME_SPELLING) is not None
    )
