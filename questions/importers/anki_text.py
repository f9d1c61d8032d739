"""Anki's export as text: notes in rows, below lines that say how they are written."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from questions.importers.anki import MEDIA, card_of_note, plain_field, surroundings_of
from questions.importers.card import Reading
from questions.importers.limits import LIMITS, Limits
from questions.importers.problem import ImportProblem
from questions.importers.source import Source

_LINE: Final = re.compile(r"^\ufeff?#(?P<name>[a-z][a-z ]{2,24}):(?P<value>.*)$")
_DELIMITERS: Final = {
    "tab": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "space": " ",
    "colon": ":",
}
_COLUMN: Final = " column"
# Columns that say where a note belongs, and not what stands in it.
_PLACES: Final = frozenset({"notetype", "deck", "tags", "guid"})


def read_anki_text(source: Source, limits: Limits = LIMITS) -> Reading | None:
    """Read the notes of a text that Anki wrote; ``None`` where it did not.

    Raises:
        ImportProblem: a row can't be read.
    """
    said = _said(source.text)
    if "separator" not in said:
        return None
    named = said["separator"]
    delimiter = _DELIMITERS.get(named.casefold(), named[:1] or "\t")
    places = {
        int(value) - 1: name.removesuffix(_COLUMN)
        for name, value in said.items()
        if name.endswith(_COLUMN) and name.removesuffix(_COLUMN) in _PLACES and value.isdigit()
    }
    titles = said["columns"].split(delimiter) if said.get("columns") else []
    text = "\n" * len(said) + source.text.split("\n", len(said))[-1]
    reading = Reading()
    try:
        for line, row in _rows(text, delimiter, limits):
            _take(source, reading, line, row, places, titles, limits)
    except csv.Error as error:
        raise ImportProblem(source.name, f"it is no table: {error}") from error
    reading.leave(source.name, "how the notes are written", source.text[: -len(text.lstrip())])
    return reading


def _said(text: str) -> dict[str, str]:
    """Return what the lines at the top say of the rows below."""
    said: dict[str, str] = {}
    for line in text.split("\n", 20)[:20]:
        found = _LINE.match(line)
        if found is None:
            break
        said[found["name"]] = found["value"].strip()
    return said


def _rows(text: str, delimiter: str, limits: Limits) -> list[tuple[int, list[str]]]:
    before = csv.field_size_limit(limits.row)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows, start = [], 1
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((start, row))
            start = reader.line_num + 1
        return rows
    finally:
        csv.field_size_limit(before)


def _take(
    source: Source,
    reading: Reading,
    line: int,
    row: list[str],
    places: dict[int, str],
    titles: list[str],
    limits: Limits,
) -> None:
    place = {name: row[at] for at, name in places.items() if at < len(row)}
    own = [at for at in range(len(row)) if at not in places]
    names = [titles[at] if at < len(titles) else f"field {n}" for n, at in enumerate(own, 1)]
    values = [plain_field(row[at], source.name, limits) for at in own]
    around = surroundings_of(place.get("deck", ""), place.get("tags", ""))
    card = card_of_note(names, values, source.name, around)
    if card is None:
        reading.leave(source.name, "a note without a question", "\n".join(values))
        return
    card.line = line
    sounds = " ".join(found for at in own for found in MEDIA.findall(row[at]))
    reading.leave(source.name, "sounds", sounds)
    card.skills += [
        tag.replace("_", " ") for tag in place.get("tags", "").split() if ":" not in tag
    ]
    kept = {"deck": place.get("deck", ""), "tags": place.get("tags", "")}
    reading.leave(
        source.name, "where a note belongs", " ".join([*kept.values(), place.get("notetype", "")])
    )
    reading.cards.append(card)
