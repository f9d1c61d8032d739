from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest

from bot.retrieval.choose import OwnedEmbedder
from bot.retrieval.hybrid import HybridEmbedder
from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.minilm import MiniLM
from bot.retrieval.openai_embedder import OpenAIEmbedder
from tests.bot.retrieval.fake_embeddings import serve_embeddings

TEXTS = (
    "A cache keeps answers that were expensive to compute.",
    "Caching stores costly results so that they need not be computed again.",
    "Our football team lost the match in heavy rain on Saturday.",
    "naïve Bayes & “smart” quotes … 数据",
    "retry",
)


@pytest.fixture(scope="module", params=["minilm", "lexical", "hybrid", "openai"])
def embedder(request: pytest.FixtureRequest) -> Iterator[OwnedEmbedder]:
    match request.param:
        case "minilm":
            made: OwnedEmbedder = MiniLM()
            yield made
            made.close()
        case "lexical":
            yield LexicalEmbedder()
        case "hybrid":
            made = HybridEmbedder(MiniLM(), LexicalEmbedder())
            yield made
            made.close()
        case _:
            with serve_embeddings() as fake:
                made = OpenAIEmbedder(api_key="k", base_url=fake.url, model="embed-small")
                yield made
                made.close()


def test_vectors_have_unit_length_and_the_stated_dimensions(embedder: OwnedEmbedder) -> None:
    vectors = embedder.embed(TEXTS)

    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_an_empty_text_has_a_zero_row_and_leaves_the_others_alone(embedder: OwnedEmbedder) -> None:
    vectors = embedder.embed(["", TEXTS[0], " \n\t"])

    assert not vectors[0].any()
    assert not vectors[2].any()
    assert vectors[1] == pytest.approx(embedder.embed([TEXTS[0]])[0], abs=1e-5)


def test_only_empty_texts_and_no_texts_keep_the_shape(embedder: OwnedEmbedder) -> None:
    dimensions = embedder.dimensions

    assert embedder.embed(["", ""]).shape == (2, dimensions)
    assert embedder.embed([]).shape == (0, dimensions)


def test_the_same_text_gives_the_same_vector(embedder: OwnedEmbedder) -> None:
    assert np.array_equal(embedder.embed(TEXTS), embedder.embed(TEXTS))


def test_a_vector_does_not_depend_on_what_it_was_embedded_with(embedder: OwnedEmbedder) -> None:
    together = embedder.embed([*TEXTS, "long " * 400])
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])

    assert together[: len(TEXTS)] == pytest.approx(alone, abs=1e-5)


def test_rows_come_in_the_order_of_the_texts(embedder: OwnedEmbedder) -> None:
    texts = [f"{word} " * n for n, word in enumerate(("zebra", "apple", "mango", "cedar"), 1)]
    forwards, backwards = embedder.embed(texts), embedder.embed(texts[::-1])

    assert forwards == pytest.approx(backwards[::-1], abs=1e-5)
    assert not np.allclose(forwards, backwards)


def test_texts_about_one_thing_are_closer_than_unrelated_ones(embedder: OwnedEmbedder) -> None:
    cache, caching, football = embedder.embed(TEXTS[:3])

    assert cache @ caching > cache @ football


def test_a_very_long_text_is_embedded_by_its_beginning(embedder: OwnedEmbedder) -> None:
    (vector,) = embedder.embed(["queue worker broker " * 10_000])

    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_the_name_is_a_slug(embedder: OwnedEmbedder) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", embedder.name)
