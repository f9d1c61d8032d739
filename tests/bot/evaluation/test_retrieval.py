"""How well each embedding finds questions: a handful here, the whole bank in the soak tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.cli.evaluate_retrieval import retrieval_json, retrieval_lines
from bot.evaluation.remembering import RememberingEncoder
from bot.evaluation.retrieval import (
    GAIN_FLOOR,
    RECALL_FLOOR,
    Finding,
    RetrievalReport,
    measure_retrieval,
)
from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.minilm import MiniLM
from bot.retrieval.piece import pieces_of
from questions.evaluation.retrieval import (
    Query,
    RetrievalScore,
    rank_of,
    score_ranks,
    shipped_queries,
)
from questions.packs import shipped_bank
from questions.ports import Vectors
from tests.bot.retrieval.samples import a_bank

# What word matching alone finds, a little under what was measured.
LEXICAL_GAIN = 0.75


def a_finding(setting: str, *, gain: float, recall: float) -> Finding:
    score = RetrievalScore(
        embedding=f"{setting}-1", queries=2, recall=recall, gain=gain, reciprocal_rank=0.5
    )
    return Finding(setting=setting, score=score, misses=())


async def test_the_real_index_is_asked_with_every_embedding(tmp_path: Path) -> None:
    queries = [
        Query(text="keep expensive results at hand and let them expire", question="cache-first"),
        Query(text="smooth out sudden peaks of work", question="queue-bursts"),
        Query(text="does the population of inputs move", question="cache-first"),
    ]
    seen: list[tuple[int, int]] = []
    model = MiniLM()

    report = await measure_retrieval(
        a_bank(),
        queries,
        folder=tmp_path,
        meaning=model,
        advance=lambda done, total: seen.append((done, total)),
    )
    model.close()

    assert [finding.setting for finding in report.findings] == ["lexical", "minilm", "hybrid"]
    assert report.default.queries == 3
    assert report.findings[1].score.gain > 0.6
    assert seen == [(9, 27), (18, 27), (27, 27)]


@pytest.mark.parametrize(
    ("gain", "recall", "other", "kept"),
    [
        (GAIN_FLOOR, RECALL_FLOOR, GAIN_FLOOR, True),
        (GAIN_FLOOR - 0.01, 1.0, 0.5, False),
        (1.0, RECALL_FLOOR - 0.01, 0.5, False),
        (GAIN_FLOOR, 1.0, GAIN_FLOOR + 0.01, False),
    ],
    ids=["all kept", "too little gain", "too little recall", "another ahead"],
)
def test_the_default_must_find_enough_and_most(
    gain: float, recall: float, other: float, kept: bool
) -> None:
    report = RetrievalReport(
        findings=(
            a_finding("lexical", gain=other, recall=1.0),
            a_finding("hybrid", gain=gain, recall=recall),
        )
    )

    assert report.keeps_floors is kept
    assert retrieval_json(report)["keeps_floors"] is kept
    (line,) = (line for line in retrieval_lines(report) if line[2:].startswith("hybrid  "))
    assert line.startswith(" " if kept else "!")


class CountingModel(MiniLM):
    """The real model, remembering what it embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return super().embed(texts)


def test_a_text_is_embedded_once() -> None:
    model = CountingModel()
    encoder = RememberingEncoder(model)

    first = encoder.embed(["a queue", "a cache", "a queue"])
    again = encoder.embed(["a cache", "a queue"])
    model.close()

    assert model.texts == ["a queue", "a cache"]
    assert np.array_equal(again, first[[1, 0]])
    assert encoder.embed([]).shape == (0, encoder.dimensions)


def test_word_matching_alone_finds_most_questions() -> None:
    bank, queries, words = shipped_bank(), shipped_queries(), LexicalEmbedder()
    pieces = [piece for question in bank for piece in pieces_of(question)]
    ids = [piece.question.id for piece in pieces]
    close = words.embed([q.text for q in queries]) @ words.embed([p.text for p in pieces]).T

    ranks = []
    for query, row in zip(queries, close, strict=True):
        found = list(dict.fromkeys(ids[at] for at in np.argsort(-row)))
        ranks.append(rank_of(query.question, found))

    assert score_ranks("lexical", ranks).gain >= LEXICAL_GAIN
