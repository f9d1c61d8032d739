"""JSON as it survives pasting: in table rows, with broken lines, cut off at the end.

Strict JSON is read by the standard library. What it refuses is read again, with bars between
values passed over, unescaped line breaks kept and unknown escapes taken literally.
"""

from __future__ import annotations

import json
import re
from typing import Final

from questions.importers.limits import LIMITS, Limits
from questions.importers.lost import NEXT_LINE
from questions.importers.problem import ImportProblem

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

BEHIND: Final = "what stands behind the JSON value, from line {line} on, is not read"
CUT_OFF: Final = "the text ends in the middle of a value; what stood before it is imported"
_GAP: Final = re.compile(r"(?:[\s|]|```(?:json)?)*")
_PLAIN: Final = re.compile(r'[^"\\\n]+')
_ROW_BREAK: Final = re.compile(r"[ \t]*\|?\n\|?[ \t]?")
_WORD: Final = re.compile(r"[-+.\w]+")
_WORDS: Final[dict[str, Json]] = {"true": True, "false": False, "null": None, "None": None}
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class NotJson(Exception):
    """The text is no JSON, not even a damaged one.

    Attributes:
        line: where it stops being one, counted from 1.
    """

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def looks_like_json(text: str) -> bool:
    """Whether ``text`` begins like a JSON object or list, as it is or pasted in table rows."""
    gap = _GAP.match(text)
    start = gap.end() if gap else 0
    return bool(re.match(r'\{[\s|]*["}]|\[[\s|]*[\[{"\]]', text[start : start + 400]))


def parse_loosely(text: str, origin: str, limits: Limits = LIMITS) -> tuple[Json, tuple[str, ...]]:
    """Return the value that ``text`` holds, and what a person should know of how it was read.

    A line break that stood unescaped in a string comes back as U+0085: it is no line's end of
    the original, but what is left of a character.

    Raises:
        NotJson: it holds none.
        ImportProblem: it is nested deeper, or holds more values, than is read.
    """
    try:
        value: Json = json.loads(text)
        remarks: tuple[str, ...] = ()
    except RecursionError:
        raise _too_deep(origin, limits) from None
    except ValueError:
        value, remarks = _Reader(text, origin, limits).all()
    _check_size(value, origin, limits)
    return value, remarks


def _check_size(value: Json, origin: str, limits: Limits) -> None:
    """Refuse what is nested too deeply or holds too many values."""
    level, depth, nodes = [value], 0, 0
    while level:
        depth += 1
        nodes += len(level)
        if depth > limits.nesting:
            raise _too_deep(origin, limits)
        if nodes > limits.nodes:
            raise ImportProblem(origin, f"it holds more than {limits.nodes:,} values")
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]


def _too_deep(origin: str, limits: Limits) -> ImportProblem:
    return ImportProblem(origin, f"its values are nested deeper than {limits.nesting} levels")


class _Reader:
    """Reads one value by recursive descent, and remembers whether the text ended early."""

    def __init__(self, text: str, origin: str, limits: Limits) -> None:
        self._text = text
        self._origin = origin
        self._limits = limits
        self._at = 0
        self.is_cut = False

    def all(self) -> tuple[Json, tuple[str, ...]]:
        """Read every value there is; several become a list."""
        values = [self.value(1)]
        remarks: list[str] = []
        while self._peek() and not self.is_cut:
            line = self._text.count("\n", 0, self._at) + 1
            try:
                if self._peek() not in "{[":
                    raise self._wrong()
                values.append(self.value(1))
            except NotJson:
                remarks.append(BEHIND.format(line=line))
                break
        if self.is_cut:
            remarks.append(CUT_OFF)
        return values[0] if len(values) == 1 else values, tuple(remarks)

    def value(self, depth: int) -> Json:
        """Read the value that comes next."""
        if depth > self._limits.nesting:
            raise _too_deep(self._origin, self._limits)
        match self._peek():
            case "{":
                return self._object(depth)
            case "[":
                return self._list(depth)
            case '"':
                return self._string()
            case "":
                self.is_cut = True
                return None
        word = _WORD.match(self._text, self._at)
        if word is None:
            raise self._wrong()
        self._at = word.end()
        if word[0] in _WORDS or word[0].lower() in _WORDS:
            return _WORDS.get(word[0], _WORDS.get(word[0].lower()))
        try:
            return int(word[0]) if word[0].lstrip("-").isdecimal() else float(word[0])
        except ValueError:
            raise self._wrong() from None

    def _object(self, depth: int) -> Json:
        found: dict[str, Json] = {}
        self._at += 1
        while (char := self._peek()) != "}":
            if char == ",":
                self._at += 1
                continue
            if char == "":
                self.is_cut = True
                return found
            if char != '"':
                raise self._wrong()
            key = self._string()
            if self._peek() != ":":
                if self._peek() == "":
                    self.is_cut = True
                    return found
                raise self._wrong()
            self._at += 1
            found[key] = self.value(depth + 1)
        self._at += 1
        return found

    def _list(self, depth: int) -> Json:
        found: list[Json] = []
        self._at += 1
        while (char := self._peek()) != "]":
            if char == ",":
                self._at += 1
                continue
            if char == "":
                self.is_cut = True
                return found
            found.append(self.value(depth + 1))
        self._at += 1
        return found

    def _string(self) -> str:
        text, parts = self._text, []
        self._at += 1
        while self._at < len(text):
            if plain := _PLAIN.match(text, self._at):
                parts.append(plain[0])
                self._at = plain.end()
                continue
            char = text[self._at]
            if char == '"' and self._closes():
                self._at += 1
                return "".join(parts)
            if char == "\\":
                parts.append(self._escape())
            elif char == "\n":
                row = _ROW_BREAK.match(text, self._at)
                parts.append(NEXT_LINE)
                self._at = row.end() if row else self._at + 1
            else:
                parts.append(char)
                self._at += 1
        self.is_cut = True
        return "".join(parts)

    def _closes(self) -> bool:
        """Whether the quotation mark here ends the string: what follows belongs to no text."""
        gap = _GAP.match(self._text, self._at + 1)
        after = gap.end() if gap else self._at + 1
        return self._text[after : after + 1] in {"", ",", ":", "}", "]"}

    def _escape(self) -> str:
        char = self._text[self._at + 1 : self._at + 2]
        code = self._text[self._at + 2 : self._at + 6]
        if char == "u" and re.fullmatch(r"[0-9a-fA-F]{4}", code):
            self._at += 6
            return self._surrogates(chr(int(code, 16)))
        self._at += 2
        return _ESCAPES.get(char, char)

    def _surrogates(self, first: str) -> str:
        """Join the two halves of a character beyond 16 bits."""
        second = re.match(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})", self._text[self._at : self._at + 6])
        if not "\ud800" <= first <= "\udbff" or second is None:
            return first
        self._at += 6
        pair = first + chr(int(second[1], 16))
        return pair.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _peek(self) -> str:
        gap = _GAP.match(self._text, self._at)
        self._at = gap.end() if gap else self._at
        return self._text[self._at : self._at + 1]

    def _wrong(self) -> NotJson:
        return NotJson(self._text.count("\n", 0, self._at) + 1)
