"""Words as the local grader sees them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_FREQUENT: Final = (
    "a about above after again all almost also although always am among an and another any are "
    "aren't as at away be because been before being below both but by can can't could couldn't "
    "did didn't do does doesn't doing don't done down each either else enough etc even ever every "
    "few for from further get gets getting go goes going got had hadn't has hasn't have haven't "
    "having he he's her here hers him his how however i i'd i'll i'm i've if in into is isn't it "
    "it's its itself just keep kind let lets like lot lots make makes many may maybe me might mine "
    "more most much must my near need needs neither never no nor not nothing now of off often ok "
    "okay on once one ones only onto or other others our ours out over own per perhaps pretty put "
    "quite rather really right s same say says she should shouldn't since so some something "
    "sometimes soon still stuff such sure t take than that that's the their them then there "
    "there's these they they'd they'll they're they've thing things think this those though "
    "through thus to together too under until up upon us use used using usually very via want was "
    "wasn't way we we'd we'll we're we've well were weren't what what's when where whether which "
    "while who whole whom whose why will with within without won't would wouldn't yes yet you "
    "you'd you'll you're you've your yours"
)

STOP_WORDS: Final = frozenset(_FREQUENT.split())

WORD: Final = re.compile(r"\d+(?:[.,]\d+)+%?|[^\W_]+(?:['’][^\W_]+)*[+#%]*")
_APOSTROPHES: Final = str.maketrans("’‘", "''")
# Longest first, so that "optimisations" loses more than its "s".
_ENDINGS: Final = (
    "ations", "ation", "ments", "ings", "ment", "ions", "ness", "ing", "ion", "edly", "ies", "ied",
    "ises", "izes", "ised", "ized", "ers", "ise", "ize", "er", "ed", "es", "ly", "s", "e", "y",
)  # fmt: skip
_MIN_STEM: Final = 4


def fold(text: str) -> str:
    """Return ``text`` in small letters, with plain apostrophes and without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    return "".join(ch for ch in plain if not unicodedata.combining(ch))


def find_words(text: str) -> list[str]:
    """Return the words of ``text``, folded, stop words included.

    A decimal number is one word, and so is ``don't``; a hyphen parts words.
    """
    return WORD.findall(fold(text))


def is_content(word: str) -> bool:
    """Whether a folded word carries a meaning of its own."""
    return word not in STOP_WORDS and (len(word) > 1 or word.isdigit())


def content_words(text: str) -> list[str]:
    """Return the words of ``text`` that carry a meaning of their own, in order."""
    return [word for word in find_words(text) if is_content(word)]


def stem(word: str) -> str:
    """Cut a common ending off an English word, so that its forms compare equal."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_STEM:
            return word[: -len(ending)]
    return word
