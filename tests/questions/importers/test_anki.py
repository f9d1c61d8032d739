"""Anki exports of every age, made here with SQLite."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from typing import Any

import pytest
import zstandard

from questions.importers.card import Card, Footing
from questions.importers.limits import Limits
from questions.importers.read import read_file
from questions.importers.source import File
from tests.questions.importers.samples import cards

NOTES = [
    (
        1,
        10,
        " retrieval hard ",
        "What is <b>HNSW</b>?\x1fA graph:<ul><li>layers</li></ul>&amp; more",
    ),
    (2, 10, "", "Why rerank?\x1f<div>Precision.</div><div>[sound:a.mp3]</div>"),
    (3, 20, "", "BM25 is {{c1::lexical}} and {{c2::sparse::a kind}}\x1fSee the notes."),
    (4, 30, "", "\x1f"),
]
MODELS: dict[str, Any] = {
    "10": {"name": "Basic", "flds": [{"name": "Front"}, {"name": "Back"}]},
    "20": {"name": "Cloze", "flds": [{"name": "Text"}, {"name": "Extra"}]},
    "30": {"name": "Odd", "flds": [{"name": "Alpha"}, {"name": "Beta"}]},
}
DECKS = {"5": {"name": "NLP Engineer::Search"}}


def collection(*, new: bool = False, wal: bool = False, extra: str = "") -> bytes:
    """A collection; ``new`` has the tables of schema 18, with a collation that SQLite lacks."""
    with sqlite3.connect(":memory:") as db:
        db.create_collation("unicase", lambda a, b: (a > b) - (a < b))
        db.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, mid INT, tags TEXT, flds TEXT)")
        db.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, nid INT, did INT)")
        db.executemany("INSERT INTO notes VALUES (?, ?, ?, ?)", NOTES)
        db.executemany("INSERT INTO cards (nid, did) VALUES (?, 5)", [(n[0],) for n in NOTES])
        db.execute("CREATE TABLE col (id INT, models TEXT, decks TEXT)")
        db.execute(
            "INSERT INTO col VALUES (1, ?, ?)",
            ("", "") if new else (json.dumps(MODELS), json.dumps(DECKS)),
        )
        if new:
            db.execute("CREATE TABLE decks (id INT, name TEXT COLLATE unicase)")
            db.execute("INSERT INTO decks VALUES (5, ?)", ("NLP Engineer\x1fSearch",))
            db.execute("CREATE TABLE notetypes (id INT, name TEXT COLLATE unicase)")
            db.execute("CREATE TABLE fields (ntid INT, ord INT, name TEXT COLLATE unicase)")
            for key, model in MODELS.items():
                db.execute("INSERT INTO notetypes VALUES (?, ?)", (int(key), model["name"]))
                for n, field in enumerate(model["flds"]):
                    db.execute("INSERT INTO fields VALUES (?, ?, ?)", (int(key), n, field["name"]))
        if extra:
            db.executescript(extra)
        db.commit()
        data = bytearray(db.serialize())
    db.close()
    if wal:
        data[18:20] = b"\x02\x02"
    return bytes(data)


def apkg(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"collection.{name}", data)
        archive.writestr("media", b"{}")
    return buffer.getvalue()


STUB = collection(
    extra="DELETE FROM notes; INSERT INTO notes VALUES (1, 10, '', 'Please update\x1f.')"
)


@pytest.mark.parametrize(
    "data",
    [
        apkg(anki2=collection()),
        apkg(anki2=STUB, anki21=collection(wal=True)),
        apkg(anki2=STUB, anki21b=zstandard.compress(collection(new=True))),
        collection(),
    ],
    ids=["anki2", "anki21 in WAL mode", "anki21b", "bare collection"],
)
def test_every_age_of_export_gives_its_notes(data: bytes) -> None:
    found = cards(data, "deck.apkg")
    first, second, cloze = found
    assert (first.prompt, first.answer) == ("What is **HNSW**?", "A graph:\n- layers\n\n& more")
    assert first.skills == ["retrieval", "hard"]
    assert (second.prompt, second.answer) == ("Why rerank?", "Precision.")
    assert cloze.prompt.endswith("BM25 is […] and [a kind]")
    assert (cloze.answer, cloze.notes) == ("BM25 is lexical and sparse", ["See the notes."])
    assert cloze.prompt_footing is Footing.SHAPED
    assert {(card.role, card.topic) for card in found} == {("NLP Engineer", "Search")}


def test_notes_whose_fields_have_names_of_their_own_ask_with_the_first() -> None:
    extra = "UPDATE notes SET flds = 'Precision at k' || char(31) || 'Share of hits' WHERE id = 4"
    card: Card = cards(collection(extra=extra), "deck.anki2")[3]
    assert (card.prompt, card.answer) == ("Precision at k", "Share of hits")


def problem(data: bytes, limits: Limits = Limits()) -> str:  # noqa: B008  (frozen)
    (told,) = read_file(File(name="d.apkg", data=data), limits).problems
    return told.reason


def test_a_view_in_place_of_notes_is_not_run() -> None:
    endless = (
        "DROP TABLE notes; CREATE VIEW notes AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL "
        "SELECT id + 1 FROM n) SELECT id, 1 AS mid, '' AS tags, 'q' AS flds FROM n"
    )
    assert problem(apkg(anki2=collection(extra=endless))) == "its collection holds no notes"


def test_what_is_broken_is_named() -> None:
    assert problem(apkg(anki2=b"nothing")) == "its collection is no SQLite database"
    assert "broken" in problem(apkg(anki21b=b"no frame"))
    torn = collection()
    assert "broken" in problem(torn[:100] + b"\xff" * (len(torn) - 100))


def test_a_compressed_bomb_is_cut_off() -> None:
    bomb = zstandard.compress(b"\0" * 50_000_000)
    assert "times its size" in problem(apkg(anki21b=bomb))


def test_a_deck_of_too_many_notes_is_named() -> None:
    assert problem(apkg(anki2=collection()), Limits(drafts=2)) == "it holds more than 2 notes"
