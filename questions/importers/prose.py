"""Running text in which a model looks for questions: cut into pieces, and what it finds checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from questions.importers.card import Card, Footing
from questions.importers.loose_json import Json, NotJson, parse_loosely
from questions.importers.problem import ImportProblem
from questions.importers.source import Source

PIECE: Final = 8_000
"""Characters of a piece: some 2 000 tokens, so that all of it fits a completion again."""

VERBATIM: Final = 0.9
REWORDED: Final = 0.7
_NOT_MATERIAL: Final = frozenset(
    {"readme", "license", "licence", "contributing", "changelog", "code_of_conduct", "security"}
)


@dataclass(frozen=True)
class Found:
    """A question that a model has found.

    Attributes:
        card: the question.
        worth: what its confidence counts: less where the model's words are not the text's.
    """

    card: Card
    worth: float


def is_material(source: Source) -> bool:
    """Whether a text may hold questions; a repository's notices about itself do not."""
    return PurePosixPath(source.path).stem.casefold() not in _NOT_MATERIAL


def pieces(text: str, size: int = PIECE) -> Iterator[str]:
    """Cut a text between paragraphs, or between words where a paragraph is too long."""
    piece = ""
    for paragraph in re.split(r"(?<=\n)\s*\n", text):
        for part in _within(paragraph, size):
            if piece and len(piece) + len(part) + 2 > size:
                yield piece
                piece = ""
            piece = f"{piece}\n\n{part}" if piece else part
    if piece.strip():
        yield piece


def read_completion(completion: str, piece: str, source: Source) -> list[Found] | None:
    """Return the questions in a model's completion; ``None`` where it is no list of them.

    A question or answer that does not stand in the piece, word for word, is kept and remarked on.
    """
    start = completion.find("{")
    try:
        value, _ = parse_loosely(completion[max(start, 0) :], source.name)
    except (NotJson, ImportProblem):
        return None
    rows = value.get("questions") if isinstance(value, dict) else None
    if not isinstance(rows, list):
        return None
    plain = _plain(piece)
    return [found for row in rows if (found := _found(row, plain, source)) is not None]


def _found(row: Json, piece: str, source: Source) -> Found | None:
    if not isinstance(row, dict):
        return None
    texts = {key: value.strip() for key, value in row.items() if isinstance(value, str)}
    prompt, answer = texts.get("question", ""), texts.get("answer", "")
    if not prompt:
        return None
    is_verbatim = _plain(prompt) in piece and _plain(answer) in piece
    remarks = ["a model found this in running text: compare it with the source"]
    if not is_verbatim:
        remarks.append("some of its words do not stand in the source: the model wrote them")
    card = Card(
        origin=source.name,
        role=source.role,
        topic=texts.get("topic", ""),
        prompt=prompt,
        answer=answer,
        tests=[texts["tests"]] if texts.get("tests") else [],
        remarks=remarks,
        prompt_footing=Footing.SHAPED if is_verbatim else Footing.PROPOSED,
    )
    return Found(card, VERBATIM if is_verbatim else REWORDED)


def _within(paragraph: str, size: int) -> Iterator[str]:
    while len(paragraph) > size:
        cut = paragraph.rfind(" ", 0, size)
        cut = cut if cut > size // 2 else size
        yield paragraph[:cut]
        paragraph = paragraph[cut:].lstrip()
    if paragraph.strip():
        yield paragraph


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
