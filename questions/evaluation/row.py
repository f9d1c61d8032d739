"""The rows of a data set: an answer that a person has scored."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from questions.question import MAX_SCORE

# Scores are written with rounding; a hair above the most is the most.
_SLACK: Final = 1e-6
_BLANK_WORDS: Final = 2


def _is_text(text: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("holds half a character")
    return text


def _says_something(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return _is_text(text)


AnyText = Annotated[str, AfterValidator(_is_text)]
SomeText = Annotated[str, AfterValidator(_says_something)]
Number = Annotated[float, Field(allow_inf_nan=False, strict=True)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Point(_Value):
    """A criterion of a row.

    Attributes:
        text: what the answer should say.
        points: what it is worth, in any unit.
    """

    text: SomeText
    points: Annotated[Number, Field(gt=0)]


class Row(_Value):
    """One scored answer; further keys of the file are ignored.

    Attributes:
        qid: what the data set calls the question.
        question: its words.
        reference: a right answer.
        answer: what the person wrote; may be empty.
        score: what people gave, 0 to ``max_score``.
        max_score: the most they could give.
        criteria: what they looked for; derived from the reference where there are none.
    """

    qid: SomeText
    question: SomeText
    reference: SomeText
    answer: AnyText
    score: Annotated[Number, Field(ge=0)]
    max_score: Annotated[Number, Field(gt=0)]
    criteria: tuple[Point, ...] | None = None

    @model_validator(mode="after")
    def _score_is_within_reach(self) -> Row:
        if self.score > self.max_score + _SLACK:
            raise ValueError(f"the score {self.score:g} is above max_score {self.max_score:g}")
        return self

    @property
    def human(self) -> float:
        """What people gave, 0 to 5."""
        return min(MAX_SCORE * self.score / self.max_score, float(MAX_SCORE))

    @property
    def is_blank(self) -> bool:
        """Whether the answer has two words or fewer, such as "No submission"."""
        return len(self.answer.split()) <= _BLANK_WORDS


@dataclass(frozen=True)
class Fault:
    """A line that is no row.

    Attributes:
        line: counted from 1.
        reason: what is wrong with it, one clause.
    """

    line: int
    reason: str


@dataclass(frozen=True)
class DataSet:
    """What a file holds."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read_rows(lines: Iterable[bytes]) -> DataSet:
    """Read JSON lines; blank ones are passed over and malformed ones named."""
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, raw in enumerate(lines, start=1):
        if not raw.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        try:
            rows.append(_read_row(raw))
        except _Malformed as error:
            faults.append(Fault(number, str(error)))
    return DataSet(rows=tuple(rows), faults=tuple(faults))


class _Malformed(Exception):
    """A line is no row; the text is one clause."""


def _read_row(raw: bytes) -> Row:
    try:
        values = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _Malformed("this is not UTF-8 text") from error
    except (ValueError, RecursionError) as error:
        raise _Malformed("this is not JSON") from error
    if not isinstance(values, dict):
        raise _Malformed("this is not a JSON object")
    if isinstance(values.get("qid"), int):
        values["qid"] = str(values["qid"])
    if values.get("criteria") == []:
        del values["criteria"]
    try:
        return Row.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        clause = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
        raise _Malformed(f"{where}: {clause}" if where else clause) from error
