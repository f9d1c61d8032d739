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
    "having he her here hers him his how however i i'd i'll i'm i've if in into is isn't it it's "
    "its itself just keep kind let lets like lot lots make makes many may maybe me might mine more "
    "most much must my near need needs neither never no nor not nothing now of off often ok okay "
    "on once one ones only onto or other others our ours out over own per perhaps pretty put quite "
    "rather really right s same say says she should shouldn't since so some something sometimes "
    "soon still stuff such sure t take than that that's the their them then there there's these "
    "they they're thing things think this those though through thus to together too under until "
    "up upon us use used using usually very via want was wasn't way we we'd we'll we're we've well "
    "were weren't what what's when where whether which while who whole whom whose why will with "
    "within without won't would wouldn't yes yet you you'd you'll you're you've your yours"
)

STOP_WORDS: Final = frozenset(_FREQUENT.split())

_WORD: Final = re.compile(r"\d+(?:[.,]\d+)+%?|[^\W_]+(?:'[^\W_]+)*[+#%]*")
_APOSTROPHES: Final = str.maketrans("’‘", "''")


def find_words(text: str) -> list[str]:
    """Return the words of ``text`` in small letters, accents off, stop words included.

    A decimal number is one word, and so is ``don't``; a hyphen parts words.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    return _WORD.findall("".join(ch for ch in plain if not unicodedata.combining(ch)))


def content_words(text: str) -> list[str]:
    """Return the words of ``text`` that carry a meaning of their own, in order."""
    return [word for word in find_words(text) if word not in STOP_WORDS]
