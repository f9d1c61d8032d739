"""Tables: comma- and tab-separated files, and the tables of Markdown."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from questions.importers.card import Card, Footing, Reading
from questions.importers.field_card import Surroundings, card_of_fields, has_question
from questions.importers.label import find_label
from questions.importers.limits import LIMITS, Limits
from questions.importers.outline import LineKind, outline
from questions.importers.problem import ImportProblem
from questions.importers.source import Source
from questions.importers.wording import asks, bare_line

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_ROWS: Final = 50
# How many rows of titles may stand above the names of the columns.
_TITLES: Final = 4
_SHARE: Final = 0.6
_BREAK: Final = re.compile(r"(?i)<br\s*/?>")
_EXCEL: Final = re.compile(r"^\ufeff?sep=(?P<delimiter>.)[ \t]*\n", re.IGNORECASE)
_CELL: Final = re.compile(r"(?<!\\)\|")
_RULE_CELL: Final = re.compile(r"^\s*:?-{1,}:?\s*$")


def read_delimited(source: Source, limits: Limits = LIMITS) -> Reading | None:
    """Read a comma-, semicolon-, tab- or bar-separated file; ``None`` where it is none.

    Raises:
        ImportProblem: a row can't be read.
    """
    excel = _EXCEL.match(source.text)
    # A blank line in its place keeps the numbers of the others.
    text = f"\n{source.text[excel.end() :]}" if excel else source.text
    delimiter = excel["delimiter"] if excel else _sniff(source)
    if delimiter is None:
        return None
    before = csv.field_size_limit(limits.row)
    try:
        rows = list(_rows(text, delimiter))
    except csv.Error as error:
        raise ImportProblem(source.name, f"it is no table: {error}") from error
    finally:
        csv.field_size_limit(before)
    head = _head(rows)
    reading = _cards(source, rows[head:])
    if reading is not None:
        above = [excel[0]] if excel else []
        above += [" | ".join(row) for _, row in rows[:head]]
        reading.leave(source.name, "above the table", "\n".join(above))
    return reading


def _head(rows: list[tuple[int, list[str]]]) -> int:
    """Return which row names the columns: a title may stand above it."""
    for index, (_, row) in enumerate(rows[:_TITLES]):
        if sum(bool(cell.strip()) for cell in row) > 1 and has_question(map(bare_line, row)):
            return index
    return 0


def read_pipe_tables(source: Source) -> Reading | None:
    """Read the Markdown tables that have a column of questions; ``None`` where there is none.

    Everything around them is left out.
    """
    reading = Reading()
    rows: list[tuple[int, list[str]]] = []
    outside: list[str] = []
    is_headed = False
    for line in outline(source.text):
        raw = line.raw.strip()
        if line.kind is LineKind.TEXT and raw.count("|") >= (2 if raw.startswith("|") else 1):
            cells = [cell.strip().replace("\\|", "|") for cell in _CELL.split(raw.strip("|"))]
            if all(_RULE_CELL.match(cell) for cell in cells):
                is_headed = True
            else:
                rows.append((line.number, cells))
            continue
        _end_table(source, rows, reading, outside, is_headed=is_headed)
        is_headed = False
        outside.append(line.raw)
    _end_table(source, rows, reading, outside, is_headed=is_headed)
    if not reading.cards:
        return None
    reading.leave(source.name, "text around the table", "\n".join(outside).strip())
    return reading


def _end_table(
    source: Source,
    rows: list[tuple[int, list[str]]],
    reading: Reading,
    outside: list[str],
    *,
    is_headed: bool,
) -> None:
    # Cells that lead to a place further down list what is there.
    is_contents = sum(any("](#" in cell for cell in cells) for _, cells in rows) * 2 > len(rows)
    # A head that names no question, over cells that ask: a table of something else.
    is_other = is_headed and bool(rows) and not _may_head(rows[0][1])
    is_asked = len(rows) > 1 and not is_other and not is_contents
    found = _cards(source, rows) if is_asked else None
    if found is not None:
        reading.add(found)
    else:
        outside += [" | ".join(cells) for _, cells in rows]
    rows.clear()


def _may_head(head: list[str]) -> bool:
    plain = [bare_line(cell) for cell in head]
    return has_question(plain) or not any(plain) or any(asks(cell) for cell in plain)


def _sniff(source: Source) -> str | None:
    """Return the delimiter by which the first rows have the same number of columns."""
    named = source.path.lower().endswith((".csv", ".tsv"))
    best: tuple[float, str] | None = None
    for delimiter in _DELIMITERS:
        try:
            rows = []
            for number, row in _rows(source.text, delimiter):
                rows.append((number, row))
                if len(rows) >= _SAMPLE_ROWS:
                    break
        except csv.Error:
            continue
        # Above a table of Markdown stands a text.
        head = _head(rows) if delimiter != "|" else 0
        widths = [len(row) for _, row in rows[head:]]
        if len(widths) < 2 or widths[0] < 2:
            continue
        even = widths.count(widths[0]) / len(widths)
        headed = has_question(rows[head][1])
        # Lines of two sides with a tab between, as programs for flash cards write them.
        paired = delimiter == "\t" and even > 0.9 and _asking(rows) is not None
        if (headed and (named or even > 0.8)) or (named and even > 0.7) or paired:
            score = even + 2 * headed
            best = max(best, (score, delimiter)) if best else (score, delimiter)
    return best[1] if best else None


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    start = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield start, row
        start = reader.line_num + 1


def _cards(source: Source, rows: list[tuple[int, list[str]]]) -> Reading | None:
    """Return the rows as cards; the first one names the columns, or the questions tell theirs."""
    if not rows:
        return None
    reading = Reading()
    head = [cell.strip().lstrip("\ufeff") for cell in rows[0][1]]
    if not has_question(bare_line(cell) for cell in head):
        return _headless(source, rows)
    names = [bare_line(cell) or f"column {n}" for n, cell in enumerate(head, start=1)]
    reading.leave(source.name, "the columns' names", " | ".join(head))
    around = Surroundings(role=source.role, topic=source.topic)
    for line, row in rows[1:]:
        fields: dict[str, str | list[str]] = {}
        for name, cell in zip(names, row, strict=False):
            text = _BREAK.sub("\n", cell)
            fields[name] = f"{fields[name]}\n{text}" if name in fields else text
        beyond = [cell for cell in row[len(names) :] if cell.strip()]
        card = card_of_fields(fields, origin=source.name, line=line, around=around)
        if card is None:
            reading.leave(source.name, "a row without a question", " | ".join(row))
            continue
        if beyond:
            card.notes += beyond
            card.remarks.append("the row has more columns than the head: look for a stray comma")
        reading.cards.append(card)
    return reading if reading.cards else None


def _asking(rows: list[tuple[int, list[str]]]) -> int | None:
    """Return the column most of whose cells ask, if there is one beside another."""
    width = min(len(row) for _, row in rows)
    asking = [sum(asks(row[column]) for _, row in rows) for column in range(width)]
    if width < 2 or not asking or max(asking) < max(2, len(rows) * _SHARE):
        return None
    return asking.index(max(asking))


def _headless(source: Source, rows: list[tuple[int, list[str]]]) -> Reading | None:
    """Read a table whose columns have no names: most cells of one column must ask."""
    column = _asking(rows)
    if column is None:
        return None
    reading = Reading()
    for line, row in rows:
        cells = [_BREAK.sub("\n", cell).strip() for cell in row]
        rest = [cell for at, cell in enumerate(cells) if at != column and cell]
        if not (rest and cells[column]) and not asks(cells[column]):
            reading.leave(source.name, "a row without a question", " | ".join(row))
            continue
        answer = max(rest, key=len, default="")
        card = Card(
            origin=source.name,
            line=line,
            role=source.role,
            topic=source.topic,
            prompt=bare_line(cells[column]),
            answer=answer,
            prompt_footing=Footing.SHAPED,
        )
        if not asks(cells[column]):
            card.prompt_footing = Footing.PROPOSED
            card.remarks.append("this row names a term and asks nothing: word a question for it")
        card.notes = [cell for cell in rest if cell != answer and not find_label(cell)]
        reading.cards.append(card)
    return reading
