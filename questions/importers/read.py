"""Which reader a file needs, told from its content; a name only helps where content is silent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from questions.importers.anki import COLLECTIONS, SQLITE, read_apkg, read_collection
from questions.importers.anki_text import read_anki_text
from questions.importers.archive import Archive, too_large
from questions.importers.asciidoc import asciidoc_to_markdown, looks_like_asciidoc
from questions.importers.card import Footing, Reading
from questions.importers.coverage import missing_words
from questions.importers.dump import files_in
from questions.importers.guide import read_guide
from questions.importers.html_text import html_to_text, looks_like_html
from questions.importers.labelled import read_labelled
from questions.importers.limits import LIMITS, Limits
from questions.importers.listing import read_listing
from questions.importers.loose_json import Json, NotJson, looks_like_json, parse_loosely
from questions.importers.lost import find_damage
from questions.importers.naming import role_of_path, topic_of_path
from questions.importers.pack_draft import (
    apply_front_matter,
    read_pack_text,
    split_front_matter,
)
from questions.importers.pasted import head_off, unpaste
from questions.importers.problem import ImportProblem
from questions.importers.records import (
    looks_like_yaml,
    parse_yaml,
    read_json_lines,
    read_records,
)
from questions.importers.repair import Damage, decode, repair
from questions.importers.source import File, Source
from questions.importers.table import read_delimited, read_pipe_tables
from questions.importers.transcript import read_transcript
from questions.question import Question

_FENCE: Final = re.compile(r"^```(?:json\w*)?[ \t]*$")
# Above so many it is a document with examples.
_MOST_FENCES: Final = 50
_FOREIGN: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "it is a PDF: save it as text or HTML first"),
    (b"\x89PNG", "it is a picture"),
    (b"\xff\xd8\xff", "it is a picture"),
    (b"GIF8", "it is a picture"),
    (b"RIFF", "it is a picture or a recording"),
    (b"\x1f\x8b", "it is compressed with gzip: unpack it first"),
    (b"7z\xbc\xaf", "it is a 7-Zip archive: unpack it first"),
    (b"Rar!", "it is a RAR archive: unpack it first"),
    (b"\xd0\xcf\x11\xe0", "it is an old Office file: save it as text or HTML first"),
    (b"\x7fELF", "it is a program"),
    (b"PAR1", "it is a Parquet file: save it as CSV or JSON first"),
)


@dataclass(frozen=True, kw_only=True)
class Read:
    """What was read from one text.

    Attributes:
        source: the text.
        reading: its cards, and what is in none of them.
        pack: its question, where the text is a pack file.
        notices: what a person should know of the whole text.
    """

    source: Source
    reading: Reading
    pack: Question | None = None
    notices: tuple[str, ...] = ()


@dataclass(kw_only=True)
class FileRead:
    """What was read from one file.

    Attributes:
        texts: its texts in which questions were found.
        unread: its texts in which none was found; a model may.
        problems: what can't be read of it.
    """

    texts: list[Read] = field(default_factory=list)
    unread: list[Source] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


def read_file(file: File, limits: Limits = LIMITS) -> FileRead:
    """Read one file; what is wrong with it, or with parts of it, is in the result."""
    found = FileRead()
    try:
        _read_bytes(file, found, limits)
    except ImportProblem as problem:
        found.problems.append(problem)
    return found


def _read_bytes(file: File, found: FileRead, limits: Limits, *, inside: bool = False) -> None:
    data = file.data
    if len(data) > limits.file_bytes:
        raise ImportProblem(file.name, too_large(limits))
    if not data.strip():
        raise ImportProblem(file.name, "it is empty")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if inside:
            raise ImportProblem(file.name, "it is an archive within an archive")
        _read_archive(file, found, limits)
        return
    if data.startswith(SQLITE):
        reading = read_collection(file, limits)
        _keep(Source(name=file.name, path=file.name, text=""), reading, found)
        return
    for magic, reason in _FOREIGN:
        if data.startswith(magic):
            raise ImportProblem(file.name, reason)
    raw = decode(data)
    if raw.count("\x00") or sum(raw.count(chr(c)) for c in (1, 2, 3, 4, 5, 6, 7)) > len(raw) / 50:
        raise ImportProblem(file.name, "it is no text")
    _read_raw(file.name, raw, found, limits)


def _read_archive(file: File, found: FileRead, limits: Limits) -> None:
    archive = Archive(file, limits)
    names = set(archive.names())
    if names & set(COLLECTIONS):
        reading = read_apkg(file, limits)
        _keep(Source(name=file.name, path=file.name, text=""), reading, found)
        return
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise ImportProblem(file.name, "it is an Office file or a book: save it as text first")
    unpacked = archive.unpack()
    found.problems += unpacked.problems
    for member in unpacked.files:
        try:
            _read_bytes(member, found, limits, inside=True)
        except ImportProblem as problem:
            found.problems.append(problem)


def _read_raw(name: str, raw: str, found: FileRead, limits: Limits) -> None:
    misread = "" if raw.isascii() else find_damage(raw)
    whole = Source(name=name, path=name.rpartition(" › ")[2], text="", misread=misread)
    bare = head_off(raw)
    if looks_like_json(bare):
        value = _json(whole, bare, found, limits)
        if value is not None:
            _read_value(whole, value[0], value[1], found, limits)
            return
    if _read_fenced(whole, raw, found, limits):
        return
    fixed = repair(raw, misread)
    read_source(replace(whole, text=unpaste(fixed.text), damage=fixed.damage), found, limits)


def _read_fenced(whole: Source, raw: str, found: FileRead, limits: Limits) -> bool:
    """Read JSON that stands in fences with a few words around it, as a chat answers."""
    values, around = _fenced(raw)
    told = sum(len(text) for _, text in values)
    if told * 2 < len(raw) or not values or len(values) > _MOST_FENCES:
        return False
    for line, text in values:
        value = _json(whole, "\n" * line + text, found, limits)
        if value is not None:
            _read_value(whole, value[0], value[1], found, limits)
    if found.texts:
        said = repair(around, whole.misread).text
        found.texts[-1].reading.leave(whole.name, "what stands around the values", said)
    return True


def _fenced(raw: str) -> tuple[list[tuple[int, str]], str]:
    """Return the JSON values in fences, each with the lines above it, and the rest of the text."""
    values: list[tuple[int, str]] = []
    around: list[str] = []
    lines = raw.replace("\r\n", "\n").split("\n")
    start = 0
    for index, line in enumerate(lines):
        if not _FENCE.match(line):
            continue
        inside = "\n".join(lines[start:index])
        if looks_like_json(inside):
            values.append((start, inside))
        else:
            around.append(inside)
        start = index + 1
    around += lines[start:]
    return values, "\n".join(around)


def _json(
    source: Source, raw: str, found: FileRead, limits: Limits
) -> tuple[Json, tuple[str, ...]] | None:
    """Return the value of a JSON text, or ``None`` where another reader may have it."""
    plain = raw.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        json.loads(plain)
    except ValueError:
        fixed = repair(plain, source.misread)
        lines = read_json_lines(replace(source, text=fixed.text), limits)
        if lines is not None:
            _keep(replace(source, damage=fixed.damage), lines, found)
            return None, ()
    except RecursionError:
        pass
    try:
        return parse_loosely(plain, source.name, limits)
    except NotJson as error:
        if source.path.lower().endswith((".json", ".jsonl", ".ipynb")):
            reason = "it begins like JSON, and here it stops being any"
            raise ImportProblem(source.name, reason, error.line) from error
        return None


def _read_value(
    source: Source, value: Json, notices: tuple[str, ...], found: FileRead, limits: Limits
) -> None:
    if value is None:
        return
    files = list(files_in(value))
    if len(files) > limits.files:
        raise ImportProblem(source.name, f"it holds more than {limits.files:,} files")
    before = len(found.texts)
    if files:
        for path, text in files:
            read_source(source.part(path, text), found, limits)
    elif (notebook := _notebook(value)) is not None:
        read_source(source.part("notebook", notebook), found, limits)
    else:
        fixed = repair(json.dumps(value, ensure_ascii=False), source.misread)
        _keep(replace(source, damage=fixed.damage), read_records(value, source), found)
    if notices and len(found.texts) > before:
        last = found.texts[-1]
        found.texts[-1] = replace(last, notices=(*last.notices, *notices))
    elif notices:
        found.problems.append(ImportProblem(source.name, notices[0]))


def _notebook(value: Json) -> str | None:
    """Return the text of a Jupyter notebook."""
    cells = value.get("cells") if isinstance(value, dict) else None
    if not isinstance(cells, list) or not cells:
        return None
    parts = []
    for cell in cells:
        if not isinstance(cell, dict) or "cell_type" not in cell:
            return None
        lines = cell.get("source", "")
        text = "".join(map(str, lines)) if isinstance(lines, list) else str(lines)
        parts.append(f"```\n{text}\n```" if cell["cell_type"] == "code" else text)
    return "\n\n".join(parts)


def read_source(source: Source, found: FileRead, limits: Limits = LIMITS) -> None:
    """Read one repaired text; what was found, or that nothing was, is added to ``found``."""
    if not source.text.strip():
        found.unread.append(source)
        return
    pack = read_pack_text(source)
    if pack is not None:
        found.texts.append(Read(source=source, reading=Reading(), pack=pack))
        return
    menus = ""
    if looks_like_html(source.text, source.path):
        text, menus = html_to_text(source.text, source.name, limits)
        source = replace(source, text=text)
    elif looks_like_asciidoc(source.text):
        source = replace(source, text=asciidoc_to_markdown(source.text))
    body, around, others = split_front_matter(source, limits)
    reading = _read_marked(body, limits) or _read_listed(body)
    if reading is None:
        found.unread.append(source)
        return
    reading.leave(source.name, "navigation of the page", menus)
    apply_front_matter(reading, around, others)
    _keep(source, reading, found)


def _read_marked(source: Source, limits: Limits) -> Reading | None:
    """Try the readers of shapes that can't be mistaken for one another."""
    readers: list[Callable[[], Reading | None]] = [
        lambda: read_anki_text(source, limits),
        lambda: read_transcript(source),
        lambda: read_guide(source),
        lambda: read_delimited(source, limits),
    ]
    for read in readers:
        reading = read()
        if reading is not None and reading.cards:
            return reading
    if looks_like_yaml(source.text, source.path):
        named = source.path.lower().endswith((".yaml", ".yml"))
        try:
            documents = parse_yaml(source, limits)
        except ImportProblem:
            if named:
                raise
            return None
        reading = Reading()
        for document in documents:
            reading.add(read_records(document, source))
        return reading if reading.cards else None
    return None


def _read_listed(source: Source) -> Reading | None:
    """Take the reading that knows the questions best: marked ones, else the one that has most."""
    marked = read_labelled(source)
    if marked is not None and all(
        card.prompt_footing is Footing.STATED and card.prompt and (card.answer or card.samples)
        for card in marked.cards
    ):
        return marked
    candidates = [
        reading
        for reading in (marked, read_pipe_tables(source), read_listing(source))
        if reading is not None and reading.cards
    ]
    return max(candidates, key=_worth, default=None)


def _worth(reading: Reading) -> tuple[float, int]:
    stated = sum(card.prompt_footing is Footing.STATED for card in reading.cards)
    answered = sum(bool(card.answer.strip() or card.samples) for card in reading.cards)
    return stated + answered + 0.5 * len(reading.cards), stated


def _keep(source: Source, reading: Reading, found: FileRead) -> None:
    """Add a reading, with the role and topic that the file's place tells."""
    if not reading.cards:
        found.unread.append(source)
        return
    role = source.role or role_of_path(source.path)
    topic = topic_of_path(source.path) if len(reading.cards) == 1 else ""
    for card in reading.cards:
        card.role = card.role or role
        card.topic = card.topic or topic
    notices = []
    if source.damage.places:
        notices.append(str(source.damage))
    gone = missing_words(source.text, reading) if source.text else []
    if gone:
        shown = ", ".join(f"“{word}”" for word in gone[:5])
        notices.append(f"{len(gone)} words of it are in no draft: {shown}")
    found.texts.append(Read(source=source, reading=reading, notices=tuple(notices)))


def damage_of(texts: list[Read]) -> Damage:
    """Return the damage of all texts together."""
    total = Damage()
    for text in texts:
        total += text.source.damage
    return total
