"""The codes that prove that two accounts, or two teams' leads, are in touch: the pure part."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from typing import Final

# Without 0, 1, I, L, O and U: nothing is misread, and no word comes about.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 8
LIFETIME: Final = timedelta(minutes=10)

# Thirty wrong codes an hour find one of 30^8 in some two million years.
MOST_WRONG: Final = 5
WRONG_WITHIN: Final = timedelta(minutes=10)

_SEPARATORS: Final = re.compile(r"[\s‐-―-]+")


def make_code(randomness: bytes) -> str:
    """Return a code such as ``7KQM-2XWD``.

    Args:
        randomness: at least 16 unpredictable bytes.

    Raises:
        ValueError: there are too few of them.
    """
    if len(randomness) < 2 * LENGTH:
        raise ValueError(f"{2 * LENGTH} bytes are needed")
    # Two bytes a letter: the remainder of 65 536 by 30 is too small to tell.
    pairs = (randomness[2 * n : 2 * n + 2] for n in range(LENGTH))
    letters = "".join(ALPHABET[int.from_bytes(pair) % len(ALPHABET)] for pair in pairs)
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def read_code(typed: str) -> str | None:
    """Return a code as `make_code` writes it, from however it was typed; ``None`` if it is none."""
    letters = _SEPARATORS.sub("", typed).upper()
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def digest(code: str) -> str:
    """Return what is stored of a code: who reads the database can't use it."""
    return hashlib.sha256(code.encode()).hexdigest()


def may_try(wrong: list[datetime], now: datetime) -> bool:
    """Return whether somebody may type a code, after those wrong ones."""
    return sum(now - at < WRONG_WITHIN for at in wrong) < MOST_WRONG
