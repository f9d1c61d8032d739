"""Anki exports: the notes of a deck, whichever version of Anki wrote it.

The collection is opened in memory from its bytes. Its own code (views, triggers) is not run:
only plain tables are read, and nothing may be attached or written.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from questions.importers.archive import Archive, decompress_zstd
from questions.importers.card import Card, Footing, Reading
from questions.importers.field_card import Surroundings, card_of_fields, has_question
from questions.importers.html_text import html_to_text
from questions.importers.label import find_label
from questions.importers.limits import LIMITS, Limits
from questions.importers.naming import read_level, role_in
from questions.importers.problem import ImportProblem
from questions.importers.repair import repair
from questions.importers.source import File

# Newest first: an export for newer versions holds an old collection that only says so.
COLLECTIONS: Final = ("collection.anki21b", "collection.anki21", "collection.anki2")
SQLITE: Final = b"SQLite format 3\x00"
_SEPARATOR: Final = "\x1f"
_CLOZE: Final = re.compile(r"\{\{c(\d+)::(.*?)(?:::([^{}]*?))?\}\}", re.DOTALL)
MEDIA: Final = re.compile(r"\[(?:sound|anki:[^\]:]*):[^\]]*\]")
_TAGGED: Final = re.compile(r"<[a-zA-Z/!]|&[a-zA-Z#]")
_STEPS: Final = 1_000
_MAX_STEPS: Final = 200_000


@dataclass(frozen=True)
class _NoteType:
    name: str
    fields: tuple[str, ...]


def read_apkg(file: File, limits: Limits = LIMITS) -> Reading:
    """Read an Anki export.

    Raises:
        ImportProblem: it is broken, or no Anki export.
    """
    archive = Archive(file, limits)
    names = set(archive.names())
    name = next((name for name in COLLECTIONS if name in names), None)
    if name is None:
        raise ImportProblem(file.name, "it holds no Anki collection")
    data = archive.read(name)
    if name.endswith("21b"):
        data = decompress_zstd(data, file.name, limits)
    return read_collection(File(name=file.name, data=data), limits)


def read_collection(file: File, limits: Limits = LIMITS) -> Reading:
    """Read an Anki collection, which is a SQLite database.

    Raises:
        ImportProblem: it is broken, or no collection of notes.
    """
    if not file.data.startswith(SQLITE) or len(file.data) < 512:
        raise ImportProblem(file.name, "its collection is no SQLite database")
    try:
        with closing(_open(file.data)) as connection:
            return _read(connection, file.name, limits)
    except (sqlite3.Error, UnicodeDecodeError, OverflowError, ValueError) as error:
        raise ImportProblem(file.name, "its collection is broken") from error


def _open(data: bytes) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    # A database in WAL mode can't be opened from memory; its header says so in two bytes.
    connection.deserialize(data[:18] + b"\x01\x01" + data[20:])
    connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
    connection.create_collation("unicase", _compare)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.set_authorizer(_authorise)
    steps = iter(range(_MAX_STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
    return connection


def _compare(left: str, right: str) -> int:
    first, second = left.casefold(), right.casefold()
    return (first > second) - (first < second)


def _authorise(action: int, _one: str | None, two: str | None, *_: str | None) -> int:
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
    if action in allowed or (action == sqlite3.SQLITE_FUNCTION and two in {"count", "length"}):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _read(connection: sqlite3.Connection, origin: str, limits: Limits) -> Reading:
    tables = {
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    if "notes" not in tables:
        raise ImportProblem(origin, "its collection holds no notes")
    types = _note_types(connection, tables)
    decks = _decks(connection, tables)
    reading = Reading()
    rows = connection.execute("SELECT id, mid, tags, flds FROM notes ORDER BY id")
    for number, (note_id, type_id, tags, fields) in enumerate(rows, start=1):
        if number > limits.drafts:
            raise ImportProblem(origin, f"it holds more than {limits.drafts:,} notes")
        values = [
            plain_field(str(value), origin, limits) for value in str(fields).split(_SEPARATOR)
        ]
        kind = types.get(int(type_id), _NoteType("", ()))
        names = [
            *kind.fields,
            *(f"field {n}" for n in range(len(kind.fields) + 1, len(values) + 1)),
        ]
        around = surroundings_of(decks.get(int(note_id), ""), str(tags))
        card = card_of_note(names, values, f"{origin} › note {number}", around)
        if card is None:
            reading.leave(origin, "a note without a question", "\n".join(values))
            continue
        card.skills += [tag.replace("_", " ") for tag in str(tags).split() if ":" not in tag]
        reading.cards.append(card)
    return reading


def card_of_note(
    names: list[str], values: list[str], origin: str, around: Surroundings
) -> Card | None:
    """Return the card of a note; ``None`` where it asks nothing.

    Args:
        names: of its fields.
        values: of its fields, as plain text.
        origin: the file, and the part of it.
        around: what its deck and its tags say.
    """
    text = values[0] if values else ""
    if _CLOZE.search(text):
        shown = _CLOZE.sub(lambda m: f"[{m[3]}]" if m[3] else "[…]", text)
        card = Card(origin=origin, prompt=f"Fill the gaps, and say why:\n\n{shown}")
        card.answer = _CLOZE.sub(r"\2", text)
        card.notes = [value for value in values[1:] if value]
        card.prompt_footing = Footing.SHAPED
        card.role, card.topic, card.level = around.role, around.topic, around.level
        return card
    fields = list(zip(names, values, strict=False))
    if not has_question(name for name, value in fields if value.strip()):
        # Fields with names of their own: the first asks, the second answers.
        first = [("Question", values[0])] if values else []
        second = [("Answer", value) for value in values[1:2]]
        rest = [(name, value) for name, value in fields[2:] if find_label(name) is None or value]
        fields = [*first, *second, *rest]
    return card_of_fields(dict(fields), origin=origin, around=around)


def plain_field(value: str, origin: str, limits: Limits = LIMITS) -> str:
    """Return a field's HTML as text, without sounds."""
    value = repair(MEDIA.sub("", value)).text
    return html_to_text(value, origin, limits)[0] if _TAGGED.search(value) else value.strip()


def surroundings_of(deck: str, tags: str) -> Surroundings:
    """Return what a deck's name and a note's tags say of it."""
    parts = [part.strip() for part in re.split(r"::|\x1f", deck) if part.strip()]
    role = next((found for part in parts if (found := role_in(part))), "")
    topics = [part for part in parts if part.lower() != "default" and not role_in(part)]
    # "difficulty::medium" says by its last part what it says.
    ends = [tag.rpartition("::")[2] for tag in tags.split()]
    level = next((tag for tag in ends if read_level(tag) and not tag.isdigit()), "")
    return Surroundings(role=role, topic=topics[-1] if topics else "", level=level)


def _note_types(connection: sqlite3.Connection, tables: set[str]) -> dict[int, _NoteType]:
    if "notetypes" in tables and "fields" in tables:
        fields: dict[int, list[str]] = {}
        for type_id, name in connection.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
            fields.setdefault(int(type_id), []).append(str(name))
        names = dict(connection.execute("SELECT id, name FROM notetypes"))
        return {
            int(id_): _NoteType(str(name), tuple(fields.get(int(id_), ())))
            for id_, name in names.items()
        }
    found = {}
    for key, model in _json(connection, tables, "models").items():
        rows = model.get("flds", []) if isinstance(model, dict) else []
        names_ = tuple(str(row.get("name", "")) for row in rows if isinstance(row, dict))
        found[int(key)] = _NoteType(str(model.get("name", "")), names_)
    return found


def _decks(connection: sqlite3.Connection, tables: set[str]) -> dict[int, str]:
    """Return the deck's name of every note."""
    if "decks" in tables:
        names = {int(i): str(n) for i, n in connection.execute("SELECT id, name FROM decks")}
    else:
        names = {
            int(key): str(deck.get("name", ""))
            for key, deck in _json(connection, tables, "decks").items()
            if isinstance(deck, dict)
        }
    if "cards" not in tables:
        return {}
    return {
        int(note): names.get(int(deck), "")
        for note, deck in connection.execute("SELECT nid, did FROM cards")
    }


def _json(connection: sqlite3.Connection, tables: set[str], column: str) -> dict[str, Any]:
    if "col" not in tables:
        return {}
    # Both are constants of this module.
    row = connection.execute(f"SELECT {column} FROM col").fetchone()  # noqa: S608
    try:
        found = json.loads(row[0]) if row and row[0] else {}
    except RecursionError:
        return {}
    return (
        {k: v for k, v in found.items() if k.lstrip("-").isdigit()}
        if isinstance(found, dict)
        else {}
    )
