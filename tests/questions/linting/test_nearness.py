"""Questions that ask the same: in the same words, and in others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.retrieval.hybrid import HybridEmbedder
from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.minilm import MiniLM
from questions.linting.nearness import repeated_meanings, repeated_texts
from questions.packs import find_shipped
from questions.question import Question
from tests.factory import a_question

SHARDS = (
    "Vector search over 400 million items was on 16 shards. We moved to 64 smaller ones on four "
    "times as many machines, no replicas in either case. Each shard's median got faster but its "
    "p99 did not; for the whole query both median and p99 got worse. All shards are asked each "
    "time. One person suggests 128 shards, another a cache of results. Explain and advise."
)
CALM = (
    "Each of our teams keeps its own notes on customers. How would you bring them together, and "
    "what would you leave out?"
)


@pytest.fixture(scope="module")
def embedder() -> Iterator[HybridEmbedder]:
    made = HybridEmbedder(MiniLM(), LexicalEmbedder())
    yield made
    made.close()


def asking(id_: str, prompt: str) -> tuple[Path, Question]:
    return Path(f"{id_}.md"), a_question(id_).model_copy(update={"prompt": prompt})


def shipped(id_: str) -> tuple[Path, Question]:
    question, _ = find_shipped(id_)
    assert question is not None
    return Path(f"{id_}.md"), question


def test_a_question_in_other_words_is_found(embedder: HybridEmbedder) -> None:
    seen: list[tuple[int, int]] = []
    read = [
        shipped("p99-worse-after-more-shards"),
        asking("calm", CALM),
        asking("told-again", SHARDS),
    ]

    (found,) = repeated_meanings(read, embedder, lambda *at: seen.append(at))

    assert list(repeated_texts(read)) == []
    assert found.path == Path("told-again.md")
    assert "means nearly the same as p99-worse-after-more-shards.md" in found.message
    assert seen == [(3, 3)]


def test_the_same_words_are_said_once(embedder: HybridEmbedder) -> None:
    read = [asking("first", SHARDS), asking("second", f"So. {SHARDS}")]

    (by_text,) = repeated_texts(read)
    assert by_text.message == "asks nearly the same as first.md"
    assert list(repeated_meanings(read, embedder, lambda *_: None)) == []


@pytest.mark.parametrize(
    "pair",
    [
        ("project-that-failed-on-you", "asked-not-to-write-it-down"),
        ("decision-you-reversed", "sceptical-board-second-chance"),
        ("ann-filters-pq-recall-ceiling", "two-billion-vectors-on-nvme"),
        ("dpo-loss-with-two-symptoms", "dpo-longer-not-better"),
    ],
)
def test_the_nearest_of_the_shipped_questions_are_two(
    pair: tuple[str, str], embedder: HybridEmbedder
) -> None:
    assert list(repeated_meanings([*map(shipped, pair)], embedder, lambda *_: None)) == []


def test_no_questions_repeat_nothing(embedder: HybridEmbedder) -> None:
    assert list(repeated_meanings([], embedder, lambda *_: None)) == []
