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
_CELL: Final = re.compile(r"(?<!\\)\|")
_RULE_CELL: Final = re.compile(r"^\s*:?-{1,}:?\s*$")


def read_delimited(source: Source, limits: Limits = LIMITS) -> Reading | None:
    """Read a comma-, semicolon-, tab- or bar-separated file; ``None`` where it is none.

    Raises:
        ImportProblem: a row can't be read.
    """
    delimiter = _sniff(source)
    if delimiter is None:
        return None
    before = csv.field_size_limit(limits.row)
    try:
        rows = list(_rows(source.text, delimiter))
    except csv.Error as error:
        raise ImportProblem(source.name, f"it is no table: {error}") from error
    finally:
        csv.field_size_limit(before)
    return _cards(source, rows)


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
    # A head that names no question, over cells that ask: a table of something else.
    is_other = is_headed and bool(rows) and not _may_head(rows[0][1])
    found = _cards(source, rows) if len(rows) > 1 and not is_other else None
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
            for _, row in _rows(source.text, delimiter):
                rows.append(row)
                if len(rows) >= _SAMPLE_ROWS:
                    break
        except csv.Error:
            continue
        widths = [len(row) for row in rows]
        if len(rows) < 2 or widths[0] < 2:
            continue
        even = widths.count(widths[0]) / len(widths)
        headed = has_question(rows[0])
        if (headed and (named or even > 0.8)) or (named and even > 0.7):
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
    around = Surroundings(role=source.role, topic=source.topic)
    for line, row in rows[1:]:
        fields: dict[str, str | list[str]] = {}
        for name, cell in zip(names, row, strict=False):
            text = re.sub(r"(?i)<br\s*/?>", "\n", cell)
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


def _headless(source: Source, rows: list[tuple[int, list[str]]]) -> Reading | None:
    """Read a table whose columns have no names: most cells of one column must ask."""
    width = min(len(row) for _, row in rows)
    asking = [sum(asks(row[column]) for _, row in rows) for column in range(width)]
    if width < 2 or not asking or max(asking) < max(2, len(rows) * 0.6):
        return None
    column = asking.index(max(asking))
    reading = Reading()
    for line, row in rows:
        rest = [cell.strip() for at, cell in enumerate(row) if at != column and cell.strip()]
        if not asks(row[column]):
            reading.leave(source.name, "a row without a question", " | ".join(row))
            continue
        answer = max(rest, key=len, default="")
        card = Card(
            origin=source.name,
            line=line,
            role=source.role,
            topic=source.topic,
            prompt=bare_line(row[column]),
            answer=answer,
            prompt_footing=Footing.SHAPED,
        )
        card.notes = [cell for cell in rest if cell != answer and not find_label(cell)]
        reading.cards.append(card)
    return reading
