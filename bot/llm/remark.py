"""Reading a model's remarks on a whole reply: what is wrong in it, what could be said better.

Remarks are extras: one that can't be used is passed over, and never spoils the verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Final

from bot.llm.hidden import strip_hidden
from bot.llm.line import one_line
from questions.grading import FactualError, Rewording

MAX_CORRECTION_CHARACTERS: Final = 300
MAX_QUOTE_CHARACTERS: Final = 400
MAX_STRONGER_CHARACTERS: Final = 600
# More are read than may stand, since some do not survive the checks.
MAX_ERRORS_READ: Final = 10


def read_errors(value: object) -> tuple[FactualError, ...]:
    """Return the usable errors in ``value``, at most `MAX_ERRORS_READ`, in its order."""
    if not isinstance(value, list):
        return ()
    found = (_read_error(item) for item in value)
    return tuple(islice((error for error in found if error is not None), MAX_ERRORS_READ))


def read_rewording(value: object) -> Rewording | None:
    """Return the rewording in ``value``, or ``None`` where there is no usable one."""
    if not isinstance(value, dict):
        return None
    original, stronger = _quote(value, "original"), _text(value, "stronger")
    # Half a sentence can't be compared with its rewording, nor half a rewording be said.
    if len(original) > MAX_QUOTE_CHARACTERS or len(stronger) > MAX_STRONGER_CHARACTERS:
        return None
    if not original or not stronger or _bare(original) == _bare(stronger):
        return None
    return Rewording(original=original, stronger=stronger)


def _read_error(item: object) -> FactualError | None:
    if not isinstance(item, dict):
        return None
    quote, correction = _quote(item, "quote"), _text(item, "correction")
    if not quote or not correction:
        return None
    return FactualError(
        quote=_beginning(quote), correction=one_line(correction, MAX_CORRECTION_CHARACTERS)
    )


def _quote(item: Mapping[str, object], key: str) -> str:
    value = item.get(key)
    return strip_hidden(value).strip() if isinstance(value, str) else ""


def _text(item: Mapping[str, object], key: str) -> str:
    value = item.get(key)
    return " ".join(strip_hidden(value).split()) if isinstance(value, str) else ""


def _beginning(quote: str) -> str:
    """Cut a quote at a word: its beginning is as verbatim as the whole."""
    if len(quote) <= MAX_QUOTE_CHARACTERS:
        return quote
    kept = quote[:MAX_QUOTE_CHARACTERS]
    return kept.rsplit(maxsplit=1)[0] if any(ch.isspace() for ch in kept) else kept


def _bare(text: str) -> str:
    return "".join(ch for ch in text.casefold() if ch.isalnum())
