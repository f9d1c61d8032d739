"""How somebody answers, whatever they say: length, brevity, structure, hedging, delivery.

Every measure is a count of what stands in the text, and every count keeps the stretches it
counted, so that a remark can quote them. The word lists are English: an answer in another
language simply has none of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from questions.local.sentence import split_sentences
from questions.local.words import content_words

# An interviewer gives an answer about three minutes. People who explain something speak 130 to
# 150 words a minute, so three minutes hold 400 to 450 words.
TARGET_MINUTES: Final = 3.0
WORDS_PER_MINUTE: Final = 145
TARGET_WORDS: Final = (400, 450)
# Below a minute an interviewer has to ask for more.
SHORT_WORDS: Final = WORDS_PER_MINUTE
# A sentence that is longer can't be followed by ear.
LONG_SENTENCE: Final = 30
# Conversation runs at 110 to 170 words a minute; outside of that listeners drift off or get lost.
PACE: Final = (110, 170)
_HOOK_WORDS: Final = 30

_WORD: Final = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_HEDGES: Final = re.compile(
    r"\b(?:i (?:think|guess|suppose|believe|feel like|would say|assume)|maybe|perhaps|possibly|"
    r"probably|i['’]m not (?:really |quite |entirely )?sure|not sure|kind of|sort of|kinda|sorta|"
    r"somewhat|more or less|to some extent|i (?:don['’]t|do not) (?:really )?know|or something|"
    r"something like that|and so on|if i remember)\b",
    re.IGNORECASE,
)
_FILLERS: Final = re.compile(
    r"\b(?:u+m+|u+h+|e+r+m*|hmm+|you know|i mean|basically|literally|actually|"
    r"(?<=, )like(?=,)|so yeah|you see)\b",
    re.IGNORECASE,
)
_SIGNPOSTS: Final = re.compile(
    r"\b(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|next|then|finally|lastly|"
    r"for (?:example|instance)|because|therefore|as a result|in short|to sum up|in summary|"
    r"to conclude|overall|on the one hand|on the other hand|the main (?:point|reason|thing)|"
    r"there are (?:two|three|four|\d))\b",
    re.IGNORECASE,
)
_CLOSINGS: Final = re.compile(
    r"\b(?:so|in short|in summary|to sum up|to conclude|in the end|overall|that['’]s why|"
    r"therefore|bottom line|which means|what matters)\b",
    re.IGNORECASE,
)


class Length(StrEnum):
    """An answer's length against `TARGET_MINUTES`."""

    SHORT = "short"
    FITS = "fits"
    LONG = "long"


@dataclass(frozen=True)
class Shape:
    """The three parts of an answer that is easy to follow, as far as they are there.

    Attributes:
        hook: the first sentence, where it takes a stand: at most 30 words, without a hedge or a
            filler.
        core: the sentences between that reason, number or give examples: those with a signpost.
        punchline: the last sentence, where it closes: it begins to sum up, or takes up at least
            two words of the first one.
    """

    hook: str
    core: tuple[str, ...]
    punchline: str

    @property
    def parts(self) -> int:
        """How many of the three are there."""
        return sum(map(bool, (self.hook, self.core, self.punchline)))


@dataclass(frozen=True, kw_only=True)
class Speech:
    """What was measured of one answer.

    Attributes:
        words: how many there are.
        sentences: the stretches that end like a sentence, or stand on a line of their own.
        long_sentences: those of more than `LONG_SENTENCE` words, the longest first.
        hedges: the words that take back what is said, as they stand there.
        hedged: the sentence with the most of them; empty where there is none.
        fillers: the words that say nothing, as they stand there.
        signposted: sentences that say where the answer is going or why.
        shape: hook, core and punchline.
        seconds: how long it took to say; ``None`` for a written answer.
    """

    words: int
    sentences: tuple[str, ...]
    long_sentences: tuple[str, ...]
    hedges: tuple[str, ...]
    hedged: str
    fillers: tuple[str, ...]
    signposted: tuple[str, ...]
    shape: Shape
    seconds: float | None = None

    @property
    def length(self) -> Length:
        """The length: what was said by the clock, what was written by its words."""
        as_words = self.minutes * WORDS_PER_MINUTE
        if as_words < SHORT_WORDS:
            return Length.SHORT
        return Length.LONG if as_words > TARGET_WORDS[1] else Length.FITS

    @property
    def minutes(self) -> float:
        """How long it takes, or took, to say, in minutes."""
        if self.seconds:
            return self.seconds / 60
        return self.words / WORDS_PER_MINUTE

    @property
    def words_a_sentence(self) -> float:
        """The mean length of its sentences, in words."""
        return self.words / max(len(self.sentences), 1)

    @property
    def hedges_per_100(self) -> float:
        """Hedges in a hundred words."""
        return 100 * len(self.hedges) / max(self.words, 1)

    @property
    def fillers_per_100(self) -> float:
        """Fillers in a hundred words."""
        return 100 * len(self.fillers) / max(self.words, 1)

    @property
    def pace(self) -> float | None:
        """Words a minute of a spoken answer; ``None`` for a written one."""
        return 60 * self.words / self.seconds if self.seconds else None


def count_words(text: str) -> int:
    """Return how many words a text has; a number or an abbreviation is one."""
    return len(_WORD.findall(text))


def measure(answer: str, seconds: float | None = None) -> Speech:
    """Measure one answer.

    Args:
        answer: what was written, or said and transcribed.
        seconds: how long it took to say; ``None`` for a written one.
    """
    sentences = [span.text for span in split_sentences(answer) if not span.is_code]
    long_ = [text for text in sentences if count_words(text) > LONG_SENTENCE]
    hedged = max(sentences, key=lambda text: len(_HEDGES.findall(text)), default="")
    return Speech(
        words=sum(map(count_words, sentences)),
        sentences=tuple(sentences),
        long_sentences=tuple(sorted(long_, key=count_words, reverse=True)),
        hedges=tuple(_HEDGES.findall(answer)),
        hedged=hedged if _HEDGES.search(hedged) else "",
        fillers=tuple(_FILLERS.findall(answer)),
        signposted=tuple(text for text in sentences if _SIGNPOSTS.search(text)),
        shape=_shape(sentences),
        seconds=seconds,
    )


def _shape(sentences: list[str]) -> Shape:
    if not sentences:
        return Shape("", (), "")
    first, *rest = sentences
    vague = _HEDGES.search(first) or _FILLERS.search(first)
    hook = "" if vague or count_words(first) > _HOOK_WORDS else first
    core = tuple(text for text in rest[:-1] if _SIGNPOSTS.search(text))
    last = rest[-1] if rest else ""
    taken_up = set(content_words(first)) & set(content_words(last))
    closes = bool(last) and (_CLOSINGS.match(last) is not None or len(taken_up) > 1)
    return Shape(hook, core, last if closes else "")
