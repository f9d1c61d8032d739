"""A reply as it is read: what is visible, in sentences, each with its worth as evidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from questions.local.guard import (
    LISTING_WORTH,
    REFERENCE_LISTING_WORTH,
    blank_out,
    is_salad,
    weigh_sentences,
)
from questions.local.sentence import Span, split_sentences
from questions.local.visible import Visible, reveal
from questions.local.words import content_words, find_words, fold, stem
from questions.question import Question

# All of the longest reply that is taken, in ordinary words: some two seconds of work.
MAX_READ_WORDS: Final = 8000
_NEAR: Final = 2
_NUMBER: Final = re.compile(r"\d+")
# Sentences that differ in their numbers only: a row of results is shorter.
_TOO_MANY_ALIKE: Final = 10


@dataclass(frozen=True)
class Reading:
    """What is left of a reply to be judged.

    Attributes:
        visible: the reply without hidden characters.
        text: the same with comments and blobs blanked out; the spans refer to it.
        spans: the sentences that may be evidence, in the reply's order, none twice.
        worth: how much each counts, above 0 and up to 1.
        is_salad: whether the words stand in an order that nobody would write.
        left_out: how many words of prose were not read because there are too many.
    """

    visible: Visible
    text: str
    spans: tuple[Span, ...]
    worth: tuple[float, ...]
    is_salad: bool
    left_out: int

    def quote(self, index: int) -> str:
        """Return a sentence exactly as it stands in the reply."""
        return self.visible.quote(self.spans[index].start, self.spans[index].end)


def read_reply(reply: str, question: Question) -> Reading:
    """Read ``reply`` as an answer to ``question``."""
    visible = reveal(reply)
    text = blank_out(visible.text)
    spans = _distinct(split_sentences(text))
    chosen = _choose(spans, question)
    listing = REFERENCE_LISTING_WORTH if question.rubric.is_reference else LISTING_WORTH
    weighed = weigh_sentences(
        [span.text for span in chosen], question.prompt, listing_worth=listing
    )
    counting = [(span, worth) for span, worth in zip(chosen, weighed, strict=True) if worth > 0]
    count = sum(len(find_words(span.text)) for span in spans)
    kept = sum(len(find_words(span.text)) for span in chosen)
    return Reading(
        visible=visible,
        text=text,
        spans=tuple(span for span, _ in counting),
        worth=tuple(worth for _, worth in counting),
        is_salad=is_salad(text),
        left_out=count - kept,
    )


def _distinct(spans: Sequence[Span]) -> list[Span]:
    """Leave out what was said before, and what is only repeated with other numbers."""
    first = {fold(span.text): span for span in reversed(spans)}
    alike = Counter(_NUMBER.sub("0", folded) for folded in first)
    kept = [
        span for folded, span in first.items() if alike[_NUMBER.sub("0", folded)] < _TOO_MANY_ALIKE
    ]
    return sorted(kept, key=lambda span: span.start)


def _choose(spans: Sequence[Span], question: Question) -> list[Span]:
    """Keep the sentences that share most words with the rubric, up to `MAX_READ_WORDS`."""
    sizes = {span: len(find_words(span.text)) for span in spans}
    if sum(sizes.values()) <= MAX_READ_WORDS:
        return list(spans)
    texts = [question.model_answer, *(criterion.met for criterion in question.rubric.criteria)]
    wanted = {stem(word) for text in texts for word in content_words(text)}

    shares = [_share(span, wanted) for span in spans]
    # A sentence beside one that speaks of the subject comes before one that stands apart.
    nearby = [
        max(
            share / (1 + abs(index - other))
            for other, share in enumerate(
                shares[max(0, index - _NEAR) : index + _NEAR + 1], max(0, index - _NEAR)
            )
        )
        for index in range(len(spans))
    ]
    order = sorted(range(len(spans)), key=lambda i: (-nearby[i], spans[i].start))
    chosen: list[Span] = []
    room = MAX_READ_WORDS
    for span in (spans[i] for i in order):
        if sizes[span] <= room:
            chosen.append(span)
            room -= sizes[span]
    return sorted(chosen, key=lambda span: span.start)


def _share(span: Span, wanted: set[str]) -> float:
    """Return how many of a sentence's words are wanted, as a share that short ones lower."""
    stems = {stem(word) for word in content_words(span.text)}
    return len(stems & wanted) / (5 + len(stems))
