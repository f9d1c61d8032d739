"""Bytes become text, and text that was read in the wrong encoding becomes right again.

What can be undone is undone by ftfy. Where bytes are missing, so that nothing can be undone
with certainty, `lost.py` guesses or marks the place, and both are counted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import ftfy
import ftfy.bad_codecs

from questions.importers.lost import NEXT_LINE, restore

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_SETTINGS: Final = ftfy.TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    explain=False,
)
# Stands for U+0085 while ftfy works, which would make it a line's end.
_KEPT: Final = "\ue085"
# Control characters, and those of no width that only break words.
_CONTROL: Final = dict.fromkeys([*range(9), 11, *range(14, 32), 127, 0xAD, 0x200B, 0x2060, 0xFEFF])
# Beyond those that ftfy undoes. Text in a language of its own is hardly ever valid UTF-8 in them.
_OTHERS: Final = (
    "koi8-r",
    "koi8-u",
    "cp850",
    "cp852",
    "cp866",
    "cp858",
    "mac-cyrillic",
    "mac-greek",
)
_RUNS: Final = 3
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True)
class Damage:
    """What happened to a text before it came here, and what was done about it.

    Attributes:
        mended: lines that could be put right with certainty.
        guessed: characters guessed from what stands around them, with how often.
        lost: places whose characters can't be told; each holds U+FFFD now.
    """

    mended: int = 0
    guessed: Counter[str] = field(default_factory=Counter)
    lost: int = 0

    def __add__(self, other: Damage) -> Damage:
        return Damage(
            self.mended + other.mended, self.guessed + other.guessed, self.lost + other.lost
        )

    @property
    def places(self) -> int:
        """How many places had lost bytes."""
        return self.lost + self.guessed.total()

    def __str__(self) -> str:
        if not self.places:
            return ""
        parts = []
        if self.guessed:
            most = self.guessed.most_common(3)
            shown = ", ".join(f"{n} × “{char}”" for char, n in most)
            parts.append(f"{self.guessed.total()} guessed from their surroundings ({shown})")
        if self.lost:
            parts.append(f"{self.lost} marked {REPLACEMENT}")
        where = "1 place" if self.places == 1 else f"{self.places} places"
        return f"characters were lost in {where} before the text came here: {', '.join(parts)}"


@dataclass(frozen=True)
class Repaired:
    """A text, and what was wrong with it."""

    text: str
    damage: Damage


def decode(data: bytes) -> str:
    """Return the text of a file; what can't be decoded becomes U+FFFD.

    A byte-order mark decides; else it is UTF-8 unless it can only be UTF-16 or an 8-bit encoding.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if (wide := _without_mark(data)) is not None:
        return data.decode(wide, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _is_single_byte(data):
        return data.decode("sloppy-windows-1252")
    return data.decode("utf-8", errors="replace")


def repair(text: str, damage: str = "") -> Repaired:
    r"""Undo what wrong encodings did to ``text``; line ends become ``\\n``.

    Args:
        text: a text, or a part of one.
        damage: what `questions.importers.lost.find_damage` says of the whole.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if plain.isascii():
        return Repaired(plain.translate(_CONTROL), Damage())
    mended, lines = _mend(_undo(plain).replace(NEXT_LINE, _KEPT))
    restored = restore(mended.replace(_KEPT, NEXT_LINE), damage)
    clean = restored.text.replace(NEXT_LINE, "\n").translate(_CONTROL)
    clean = re.sub("[\ud800-\udfff]", REPLACEMENT, clean)
    return Repaired(clean, Damage(lines, restored.guessed, clean.count(REPLACEMENT)))


def _undo(text: str) -> str:
    """Undo a wrong encoding that ftfy does not know, where nothing was lost on the way."""
    runs = re.findall(r"[^\x00-\x7f]{2,}", text)
    if len(runs) < _RUNS:
        return text
    for encoding in _OTHERS:
        right = sum(_reread(run, encoding) is not None for run in runs)
        if right >= 0.95 * len(runs):
            return _reread_all(text, encoding)
    return text


def _reread_all(text: str, encoding: str) -> str:
    return re.sub(r"[^\x00-\x7f]{2,}", lambda m: _reread(m[0], encoding) or m[0], text)


def _reread(run: str, encoding: str) -> str | None:
    try:
        return run.encode(encoding).decode("utf-8")
    except UnicodeError:
        return None


def _mend(text: str) -> tuple[str, int]:
    """Run ftfy line by line, only over lines that it could change."""
    lines = text.split("\n")
    changed = 0
    for index, line in enumerate(lines):
        if line.isascii():
            continue
        fixed = ftfy.fix_text(line, _SETTINGS)
        if fixed != line:
            lines[index] = fixed
            changed += 1
    return "\n".join(lines), changed


def _without_mark(data: bytes) -> str | None:
    """Return the encoding of UTF-16 text that has no byte-order mark."""
    head = data[:4096]
    if len(head) < 4 or len(head) % 2 or b"\x00" not in head:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{1,2}|[\xf0-\xf4][\x80-\xbf]{1,3}"
)


def _is_single_byte(data: bytes) -> bool:
    """Whether hardly any of the bytes above 127 look like UTF-8, cut off or whole."""
    high = sum(1 for _ in re.finditer(rb"[\x80-\xff]", data))
    in_sequences = sum(len(found) for found in _SEQUENCE.findall(data))
    return in_sequences * 2 < high
