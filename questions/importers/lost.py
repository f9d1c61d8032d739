"""Text that was decoded wrongly and then lost bytes, so that nothing can be undone for certain.

UTF-8 read as ISO 8859-7, for example, turns “—” (E2 80 94) into “β” and two control characters;
once those are dropped, “β” may have been any of 8 192 characters. What stands around it often
tells which: between two letters it was a dash or an apostrophe. Such guesses are counted, and
where there is none the place is marked.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

NEXT_LINE: Final = "\x85"
MARK: Final = "\N{REPLACEMENT CHARACTER}"
# Encodings whose bytes 80 to 9F are control characters, or partly undefined.
_ENCODINGS: Final = ("iso-8859-7", "iso-8859-1", "iso-8859-5", "iso-8859-9", "iso-8859-2")
# What interview material is made of beyond ASCII.
_USUAL: Final = (
    "—–’‘“”…•→←↑↓↔⇒✅❌✓✔✗✘★⚠≥≤≈≠∞√∑∈×÷±°·²³µ½§©®™€£"
    "─│┌┐└┘├┤┬┴┼═║▼▲►▶◄●○■□🎯📚📁📂🔍💡🚀🔥👉🤖🧠📊📈🛠🔧🎓📝🔑✨"
    "éèêëàâäöüßçñóíáúøåæ"
)
_ENGLISH: Final = re.compile(r"(?i)\b(?:the|and|of|to|is|in|for|with|that|you|how|what)\b")
# A box's side has its top or bottom this near, in characters.
_NEAR: Final = 400
_SUFFIX: Final = re.compile(r"(?:t|s|re|ve|ll|d|m)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True)
class Restored:
    """A text after guessing."""

    text: str
    guessed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Remains:
    """What an encoding leaves of the usual characters.

    Attributes:
        lead: the remains of a byte E2, with which most of them begin.
        times: the remains of “×”.
        leads: the remains of every byte that begins a character.
        tails: the remains of bytes A0 to BF, which survive.
        pairs: the remains of bytes CE and CF, which with a tail are Greek letters.
        of: characters by what is left of them.
    """

    lead: str
    times: str
    leads: frozenset[str]
    tails: frozenset[str]
    pairs: frozenset[str]
    of: Mapping[str, tuple[str, ...]]


@cache
def _remains(encoding: str) -> _Remains:
    of: dict[str, list[str]] = defaultdict(list)
    for char in _USUAL:
        of[_left_of(char.encode(), encoding)].append(char)
    leads = [_left_of(bytes([byte]), encoding) for byte in (0xC2, 0xC3, 0xE2, 0xF0)]
    tails = [_left_of(bytes([byte]), encoding) for byte in range(0xA0, 0xC0)]
    return _Remains(
        lead=leads[2],
        times=_left_of("×".encode(), encoding),
        leads=frozenset(filter(None, leads)),
        tails=frozenset(filter(None, tails)),
        pairs=frozenset(_left_of(bytes([byte]), encoding) for byte in (0xCE, 0xCF)) - {""},
        of={left: tuple(chars) for left, chars in of.items()},
    )


def _left_of(data: bytes, encoding: str) -> str:
    """Return how ``data`` looks once its control characters are gone; U+0085 ends a line."""
    decoded = data.decode(encoding, errors="ignore")
    return "".join(ch for ch in decoded if ch == NEXT_LINE or not "\x80" <= ch <= "\x9f")


def find_damage(text: str) -> str:
    """Return the encoding in which ``text`` was read wrongly before it lost bytes, or nothing.

    It must be English with remains in it, so that no language that writes such letters is hurt.
    """
    return next((name for name in _ENCODINGS if _is_damaged(text, _remains(name))), "")


def restore(text: str, encoding: str = "") -> Restored:
    """Guess or mark what was lost; a text without signs of it comes back as it is.

    Args:
        text: what is left of a text.
        encoding: what `find_damage` said of the larger text that this is a part of.
    """
    name = encoding or find_damage(text)
    return _Guesser(text, name).run() if name else Restored(text)


def _is_damaged(text: str, remains: _Remains) -> bool:
    lead = re.escape(remains.lead)
    squeezed = len(re.findall(rf"[a-z]{lead}[a-z]", text))
    runs = len(re.findall(rf"{lead}{{3,}}", text))
    cut = len(re.findall(rf"(?m)^\s*[-*]?\s*{lead}\x85", text))
    if squeezed < 2 and not runs and not cut:
        return False
    letters = [ch for ch in text if ch > "\x7f" and ch.isalpha()]
    foreign = [ch for ch in letters if ch not in remains.leads and ch not in remains.tails]
    if len(foreign) * 10 > len(letters):
        return False
    return len(_ENGLISH.findall(text)) * 25 >= len(text.split())


class _Guesser:
    """Goes through one text and counts what it guesses."""

    def __init__(self, text: str, encoding: str) -> None:
        self._text = text
        self._encoding = encoding
        self._remains = remains = _remains(encoding)
        self._guessed: Counter[str] = Counter()
        self._lead = lead = re.escape(remains.lead)
        leads = "".join(map(re.escape, remains.leads))
        tails = "".join(map(re.escape, remains.tails))
        pairs = "".join(map(re.escape, remains.pairs))
        self._run = re.compile(rf"{lead}{{3,}}")
        self._pattern = re.compile(
            rf"(?P<run>{lead}{{3,}}(?![{tails}{lead}])|{lead}{{2,}}(?={lead}[{tails}]))"
            rf"|(?P<pair>[{pairs}{leads}][{tails}])|[{leads}][{tails}]*\x85?"
        )

    def run(self) -> Restored:
        """Return the text with everything guessed or marked."""
        return Restored(self._pattern.sub(self._replace, self._text), self._guessed)

    def _replace(self, found: re.Match[str]) -> str:
        left = found[0]
        if found["run"]:
            self._guessed["─"] += len(left)
            return "─" * len(left)
        if found["pair"] and (whole := _whole(left, self._encoding)):
            return whole
        char = self._guess(left, found.start(), found.end())
        if char is None:
            return MARK
        if char != left:
            self._guessed[char.strip()] += 1
        return char

    def _guess(self, left: str, start: int, end: int) -> str | None:
        """Return the likeliest character, ``left`` where it is meant, ``None`` for no idea."""
        before, after = self._text[start - 1 : start] if start else "", self._text[end : end + 3]
        if left == self._remains.lead:
            return self._guess_bare(start, end, before, after)
        if left == self._remains.times and (before.isdigit() or after[:1].isdigit()):
            return "×"
        if left[0] in self._remains.pairs:
            return left
        candidates = self._remains.of.get(left, ())
        if left.endswith(NEXT_LINE):
            gap = "" if after[:1].isspace() else " "
            return f"{candidates[0]}{gap}" if candidates else None
        if before == self._remains.lead or after[:1] == self._remains.lead:
            candidates = tuple(ch for ch in candidates if "─" <= ch <= "╬")
        return candidates[0] if len(candidates) == 1 else None

    def _guess_bare(self, start: int, end: int, before: str, after: str) -> str | None:
        """Guess a character that began with E2 and has lost all the rest."""
        text = self._text
        if _is_letter(before) and _SUFFIX.match(after):
            return "’"
        if _joins(before) and _joins(after[:1], opening=True):
            return None if _is_letter(before) and after[:1].isdigit() else "—"
        # A symbol of a formula is the letter itself.
        if after[:1].isdigit() or re.match(r"\s?[=<>∈_^]", after):
            return self._remains.lead
        if self._is_wall(start, end):
            return "│"
        at_end = re.match(r"[ \t]*\n", text[end : end + 9])
        if at_end and re.search(r"(?m)^\s*[-*]\s*\Z", text[max(0, start - 9) : start]):
            return "✅ "
        return None

    def _is_wall(self, start: int, end: int) -> bool:
        """Whether this is the side of a box whose top or bottom is near."""
        text, lead = self._text, self._remains.lead
        if not self._run.search(text, max(0, start - _NEAR), end + _NEAR):
            return False
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", end)
        left = text[line_start:start].rstrip(" ")
        right = text[end : line_end if line_end >= 0 else len(text)].lstrip(" ")
        return not left or not right or left.endswith(lead) or right.startswith(lead)


def _whole(left: str, encoding: str) -> str | None:
    """Return the character of which nothing was lost."""
    try:
        return left.encode(encoding).decode("utf-8")
    except UnicodeError:
        return None


def _is_letter(char: str) -> bool:
    return len(char) == 1 and char.isascii() and char.isalpha()


def _joins(char: str, *, opening: bool = False) -> bool:
    """Whether a dash may stand right beside ``char``."""
    others = "\"'“‘(*`_" if opening else "\"'”’)*`_.!?]%"
    return bool(char) and ((char.isascii() and char.isalnum()) or char in others)
