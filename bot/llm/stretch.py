"""Stretches of a text: where a quote stands, and whether two of them share words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from questions.grading import find_quote


def locate(quote: str, text: str) -> str | None:
    """Return what `questions.grading.find_quote` does, sooner where the quote is verbatim.

    Several samples quote dozens of times, and folding a long reply takes 40 ms.
    """
    return find_quote(quote, quote if quote in text else text)


def overlap(first: str, second: str, text: str) -> bool:
    """Return whether ``first`` and ``second``, which both stand in ``text``, overlap there.

    Where one of them stands in several places, any of these counts.
    """
    ours, theirs = _places(first, text), _places(second, text)
    a, b = next(ours, None), next(theirs, None)
    while a is not None and b is not None:
        if a[0] < b[1] and b[0] < a[1]:
            return True
        if a[1] <= b[0]:
            a = next(ours, None)
        else:
            b = next(theirs, None)
    return False


def _places(stretch: str, text: str) -> Iterator[tuple[int, int]]:
    return (m.span() for m in re.finditer(re.escape(stretch), text)) if stretch else iter(())
