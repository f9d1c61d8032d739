"""How well each embedding finds the questions that people mean, in the real index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.evaluation.remembering import RememberingEncoder
from bot.retrieval.chroma import ChromaRetriever
from bot.retrieval.hybrid import HybridEmbedder
from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.minilm import MiniLM
from questions.evaluation.retrieval import Miss, Query, RetrievalScore, rank_of, score_ranks
from questions.ports import Embedder
from questions.question import Question

GAIN_FLOOR: Final = 0.90
RECALL_FLOOR: Final = 0.95
# A question further down than this counts as not found.
_DEPTH: Final = 50

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """How one embedding did.

    Attributes:
        setting: what `PREPBOT_EMBEDDINGS` calls it.
        score: the measures.
        misses: the queries whose question was not among the first.
    """

    setting: str
    score: RetrievalScore
    misses: tuple[Miss, ...]


@dataclass(frozen=True, kw_only=True)
class RetrievalReport:
    """How the embeddings did. The last is the default."""

    findings: tuple[Finding, ...]

    @property
    def default(self) -> RetrievalScore:
        """The score of the embedding that `auto` takes."""
        return self.findings[-1].score

    @property
    def keeps_floors(self) -> bool:
        """Whether the default finds enough, and no other finds more."""
        best = max(finding.score.gain for finding in self.findings)
        return (
            self.default.gain >= GAIN_FLOOR
            and self.default.recall >= RECALL_FLOOR
            and self.default.gain == best
        )


async def measure_retrieval(
    bank: Sequence[Question],
    queries: Sequence[Query],
    *,
    folder: Path,
    meaning: MiniLM,
    advance: Progress,
) -> RetrievalReport:
    """Index ``bank`` with each embedding and look every query up.

    Args:
        bank: all questions.
        queries: what is asked, with the question that is meant.
        folder: where the indexes may be put.
        meaning: the model that gives vectors of meaning; the caller closes it.
        advance: told ``(done, total)``, from any thread.

    Raises:
        RetrievalUnavailable: an index can't be used.
        ValueError: there is no query.
    """
    # Two of the three embeddings need the model's vectors, which take nearly all of the time.
    remembered, words = RememberingEncoder(meaning), LexicalEmbedder()
    embedders: dict[str, Embedder] = {
        "lexical": words,
        "minilm": remembered,
        "hybrid": HybridEmbedder(remembered, words),
    }
    findings = []
    for done, (setting, embedder) in enumerate(embedders.items()):

        def tell(part: int, parts: int, done: int = done) -> None:
            advance(done * parts + part, len(embedders) * parts)

        retriever = ChromaRetriever(embedder, data_dir=folder / setting)
        try:
            await retriever.index(bank, progress=tell)
            findings.append(await _look_up(retriever, embedder, queries, setting))
        finally:
            await retriever.close()
    return RetrievalReport(findings=tuple(findings))


async def _look_up(
    retriever: ChromaRetriever, embedder: Embedder, queries: Sequence[Query], setting: str
) -> Finding:
    ranks, misses = [], []
    for query in queries:
        found = [answer.question_id for answer in await retriever.find(query.text, limit=_DEPTH)]
        ranks.append(rank_of(query.question, found))
        if miss := Miss.of(query, found):
            misses.append(miss)
    return Finding(setting=setting, score=score_ranks(embedder.name, ranks), misses=tuple(misses))
