"""Whether every word of a text is in a draft or was left out for a reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Final

from questions.importers.card import Card, Reading
from questions.importers.label import all_words

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_JOINED: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TAG: Final = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>|&[a-z]{2,8};", re.DOTALL)
_TARGET: Final = re.compile(r"\]\([^()\n]*\)")


@cache
def _marks() -> frozenset[str]:
    """The words that mark the parts of a source, and so are in no part."""
    more = (
        "minute verbal response speaking scenario answered ans score rating justification "
        "webvtt feedback comment reasoning rationale"
    )
    return frozenset(word for text in (*all_words(), more) for word in _WORD.findall(text))


def missing_words(text: str, reading: Reading) -> list[str]:
    """Return the words of ``text`` that are neither in a card nor left out, most frequent first.

    The words by which parts are marked, such as "Question", need not be anywhere.
    """
    have = Counter(
        word
        for part in (*_card_texts(reading.cards), *(left.text for left in reading.left_out))
        for word in _words(part)
    )
    # A title that repeats the question is kept once.
    lines = dict.fromkeys(
        " ".join(line.split()).lstrip("#*>_ ").rstrip("#*_ ") for line in text.split("\n")
    )
    want = Counter(_words(_TARGET.sub("]", _TAG.sub(" ", "\n".join(lines)))))
    marks = _marks()
    gone = Counter({w: n - have[w] for w, n in want.items() if n > have[w] and w not in marks})
    return [word for word, _ in gone.most_common()]


def _words(text: str) -> list[str]:
    return _WORD.findall(_JOINED.sub(" ", text).casefold())


def _card_texts(cards: Iterable[Card]) -> Iterable[str]:
    for card in cards:
        yield " ".join(
            (card.title, card.role, card.topic, card.level, card.kind, card.prompt, card.answer,
             card.overview, card.hook, card.core, card.punchline)
        )  # fmt: skip
        yield " ".join(
            (*card.tests, *card.skills, *card.criteria, *card.follow_ups, *card.mistakes,
             *card.reading, *card.notes)
        )  # fmt: skip
        for sample in card.samples:
            yield f"{sample.text} {sample.remark}"
