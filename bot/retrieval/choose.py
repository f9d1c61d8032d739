"""Which embedder the settings ask for."""

from __future__ import annotations

import logging
from typing import Literal, Protocol

from bot.retrieval.hybrid import HybridEmbedder
from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.minilm import MiniLM
from bot.retrieval.minilm_files import find_model
from bot.retrieval.unavailable import EmbedderUnavailable
from bot.startup import StartupError
from questions.ports import Embedder, TokenEncoder

EmbeddingChoice = Literal["auto", "openai", "minilm", "lexical", "hybrid"]

_log = logging.getLogger(__name__)


class OwnedEmbedder(Embedder, Protocol):
    """An embedder that whoever chose it has to close."""

    def close(self) -> None:
        """Let go of connections and weights."""


class LocalEncoder(OwnedEmbedder, TokenEncoder, Protocol):
    """An embedder that also gives token states, on this machine."""


def choose_embedder(
    setting: EmbeddingChoice,
    *,
    openai_api_key: str | None = None,
    openai_base_url: str | None = None,
    embedding_model: str = "text-embedding-3-small",
) -> OwnedEmbedder:
    """Return the embedder that ``setting`` names. Nothing is loaded or reached yet.

    Args:
        setting: ``auto`` is ``hybrid`` where MiniLM's weights are installed, else ``lexical``.
        openai_api_key: the endpoint's key, for ``openai``.
        openai_base_url: the endpoint up to ``/v1``, for ``openai``; ``None`` for OpenAI's own.
        embedding_model: the model, for ``openai``.

    Raises:
        StartupError: what the setting asks for can't be had.
    """
    match setting:
        case "openai":
            return _openai(openai_api_key, openai_base_url, embedding_model)
        case "minilm":
            return _minilm()
        case "lexical":
            return LexicalEmbedder()
        case "hybrid":
            return HybridEmbedder(_minilm(), LexicalEmbedder())
        case "auto":
            encoder = choose_encoder()
            if isinstance(encoder, MiniLM):
                return HybridEmbedder(encoder, LexicalEmbedder())
            return encoder


def choose_encoder() -> LocalEncoder:
    """Return MiniLM where its weights are installed, else word matching with one warning."""
    try:
        return MiniLM(find_model())
    except EmbedderUnavailable as error:
        _log.warning("%s Until then texts are compared by their words alone.", error)
        return LexicalEmbedder()


def encoder_of(embedder: OwnedEmbedder, setting: EmbeddingChoice) -> LocalEncoder:
    """Return what gives token states beside ``embedder``: its own MiniLM where it has one.

    Args:
        embedder: what `choose_embedder` returned.
        setting: what it was asked for.
    """
    inner = embedder.encoder if isinstance(embedder, HybridEmbedder) else embedder
    if isinstance(inner, MiniLM):
        return inner
    # Looked for already, and warned of.
    if setting == "auto" and isinstance(inner, LexicalEmbedder):
        return inner
    return choose_encoder()


def _minilm() -> MiniLM:
    try:
        return MiniLM(find_model())
    except EmbedderUnavailable as error:
        raise StartupError(str(error)) from error


def _openai(api_key: str | None, base_url: str | None, model: str) -> OwnedEmbedder:
    # Imported here because its client takes half a second that other settings need not spend.
    from bot.retrieval.openai_embedder import OpenAIEmbedder  # noqa: PLC0415

    # Servers on one's own machine want no key, but the client insists on some text.
    key = api_key or ("none" if base_url else None)
    if key is None:
        raise StartupError(
            "Embeddings by OpenAI need an API key; set one or choose minilm embeddings."
        )
    return OpenAIEmbedder(api_key=key, base_url=base_url, model=model)
