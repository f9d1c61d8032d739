from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

from bot.retrieval.openai_embedder import BATCH_TEXTS, MAX_CHARACTERS, OpenAIEmbedder
from bot.retrieval.unavailable import EmbedderUnavailable
from questions.ports import RetrievalUnavailable
from tests.bot.retrieval.fake_embeddings import FakeEmbeddings, serve_embeddings


@pytest.fixture
def fake() -> Iterator[FakeEmbeddings]:
    with serve_embeddings() as running:
        yield running


@pytest.fixture
def embedder(fake: FakeEmbeddings) -> Iterator[OpenAIEmbedder]:
    made = OpenAIEmbedder(api_key="secret-key", base_url=fake.url, model="Text-Embed/3.small")
    yield made
    made.close()


def test_the_name_carries_the_model(embedder: OpenAIEmbedder) -> None:
    assert embedder.name == "openai-text-embed-3-small"


def test_it_asks_the_endpoint_with_key_and_model(
    embedder: OpenAIEmbedder, fake: FakeEmbeddings
) -> None:
    embedder.embed(["a cache"])

    (request,) = fake.requests
    assert request["path"] == "/v1/embeddings"
    assert request["authorization"] == "Bearer secret-key"
    assert request["model"] == "Text-Embed/3.small"
    assert request["input"] == ["a cache"]


def test_the_length_is_learnt_from_the_first_reply_and_asked_for_once(
    embedder: OpenAIEmbedder, fake: FakeEmbeddings
) -> None:
    fake.dimensions = 48

    assert (embedder.dimensions, embedder.dimensions) == (48, 48)
    assert len(fake.requests) == 1


def test_many_texts_go_in_batches_and_come_back_in_order(
    embedder: OpenAIEmbedder, fake: FakeEmbeddings
) -> None:
    fake.shuffled = True
    texts = [f"word{i}" for i in range(BATCH_TEXTS + 3)]

    vectors = embedder.embed(texts)

    assert [len(request["input"]) for request in fake.requests] == [BATCH_TEXTS, 3]
    assert vectors[-1] == pytest.approx(embedder.embed([texts[-1]])[0])
    assert vectors[0] == pytest.approx(embedder.embed([texts[0]])[0])


def test_empty_texts_are_not_sent_and_long_ones_are_cut(
    embedder: OpenAIEmbedder, fake: FakeEmbeddings
) -> None:
    embedder.embed(["", "x" * (MAX_CHARACTERS + 1)])

    assert [len(text) for text in fake.requests[0]["input"]] == [MAX_CHARACTERS]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "refused the API key"),
        (404, "does not know the embedding model"),
        (429, "over its limit"),
        (500, "can't be reached or failed"),
    ],
)
def test_a_refusal_is_one_readable_failure_without_a_second_try(
    embedder: OpenAIEmbedder, fake: FakeEmbeddings, status: int, said: str
) -> None:
    fake.status, fake.body = status, b'{"error": {"message": "secret-key is wrong"}}'

    with pytest.raises(RetrievalUnavailable, match=said) as caught:
        embedder.embed(["text"])
    assert "secret-key" not in str(caught.value)
    assert len(fake.requests) == 1


def _reply(*embeddings: object) -> bytes:
    data = [{"index": i, "embedding": e} for i, e in enumerate(embeddings)]
    return json.dumps({"object": "list", "data": data, "model": "m"}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"<html>gateway</html>",
        b"{}",
        b'{"object": "list", "data": [], "model": "m"}',
        _reply("!!! no base64 !!!"),
        _reply([[1.0], [2.0]]),
        _reply(["a", "b"]),
        _reply([0.0, 0.0]),
        _reply([float("nan"), 1.0]),
    ],
)
def test_a_reply_without_usable_vectors_is_a_failure(
    embedder: OpenAIEmbedder, fake: FakeEmbeddings, body: bytes
) -> None:
    fake.body = body

    with pytest.raises(EmbedderUnavailable):
        embedder.embed(["text"])


def test_a_model_that_changes_its_length_is_a_failure(
    embedder: OpenAIEmbedder, fake: FakeEmbeddings
) -> None:
    embedder.embed(["text"])
    fake.dimensions = 32

    with pytest.raises(EmbedderUnavailable, match="changed its vectors' length"):
        embedder.embed(["text"])


def test_plain_number_lists_are_understood(embedder: OpenAIEmbedder, fake: FakeEmbeddings) -> None:
    fake.body = _reply([3.0, 4.0])

    assert embedder.embed(["text"])[0] == pytest.approx(np.array([0.6, 0.8]))


def test_nobody_listening_is_a_failure() -> None:
    with serve_embeddings() as gone:
        url = gone.url
    embedder = OpenAIEmbedder(api_key="k", base_url=url, model="m")

    with pytest.raises(EmbedderUnavailable, match="can't be reached"):
        embedder.embed(["text"])
    embedder.close()
