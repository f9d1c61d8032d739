"""How well an index finds the question that somebody means, from what they would type."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Final

from questions.question import Frozen

RECALL_AT: Final = 5
GAIN_AT: Final = 10


class Query(Frozen):
    """What somebody might type, and the question that they mean.

    Attributes:
        text: a sentence or two in words of its own.
        question: the id of the question that answers it.
    """

    text: str
    question: str


class RetrievalScore(Frozen):
    """How well an index did.

    Attributes:
        embedding: what made its vectors.
        queries: how many were asked.
        recall: share of the queries whose question is among the first `RECALL_AT`.
        gain: mean normalised discounted cumulative gain of the first `GAIN_AT`.
        reciprocal_rank: mean of 1 / rank, 0 where it was not found.
    """

    embedding: str
    queries: int
    recall: float
    gain: float
    reciprocal_rank: float


class Miss(Frozen):
    """A query whose question was not among the first `RECALL_AT`.

    Attributes:
        query: what was asked.
        rank: where its question was found; 0 where it was not.
        first: the question found first; empty where none was.
    """

    query: Query
    rank: int
    first: str

    @classmethod
    def of(cls, query: Query, found: Sequence[str]) -> Miss | None:
        """Return what went wrong with ``query``, or None where its question was found."""
        rank = rank_of(query.question, found)
        if 0 < rank <= RECALL_AT:
            return None
        return cls(query=query, rank=rank, first=found[0] if found else "")


def shipped_queries() -> list[Query]:
    """Return the paraphrase queries that ship with the bank, in the file's order.

    Raises:
        ValueError: a line of the file is no query.
    """
    text = files("questions").joinpath("evaluation", "queries.jsonl").read_text("utf-8")
    return [Query.model_validate(json.loads(line)) for line in text.splitlines() if line.strip()]


def rank_of(wanted: str, found: Sequence[str]) -> int:
    """Return the place of ``wanted`` in ``found``, from 1; 0 where it is missing."""
    return found.index(wanted) + 1 if wanted in found else 0


def score_ranks(embedding: str, ranks: Iterable[int]) -> RetrievalScore:
    """Return the measures over the places at which the meant questions were found.

    With one relevant document the ideal gain is 1, so nDCG is 1 / log2(rank + 1) (Järvelin and
    Kekäläinen, 2002).

    Args:
        embedding: what made the vectors.
        ranks: one a query, from 1; 0 where it was not found.

    Raises:
        ValueError: there is no query.
    """
    places = list(ranks)
    if not places:
        raise ValueError("no query to measure by")
    count = len(places)
    return RetrievalScore(
        embedding=embedding,
        queries=count,
        recall=sum(0 < rank <= RECALL_AT for rank in places) / count,
        gain=sum(1 / math.log2(rank + 1) for rank in places if 0 < rank <= GAIN_AT) / count,
        reciprocal_rank=sum(1 / rank for rank in places if rank > 0) / count,
    )
