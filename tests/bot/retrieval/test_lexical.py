from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from bot.retrieval.lexical import LexicalEmbedder


def test_the_name_says_that_it_matches_words() -> None:
    assert LexicalEmbedder(512).name == "lexical-512"


def test_typing_errors_cost_little_and_other_words_cost_all() -> None:
    right, typo, other = LexicalEmbedder().embed(
        ["retrieval latency budget", "retreival latancy budget", "football weather holiday"]
    )

    assert right @ typo > 0.4
    assert abs(right @ other) < 0.15


def test_case_accents_and_frequent_words_do_not_matter() -> None:
    plain, dressed = LexicalEmbedder().embed(["cafe index", "The CAFÉ and its index"])

    assert plain == pytest.approx(dressed, abs=1e-6)


def test_a_repeated_word_counts_less_each_time() -> None:
    once, twice, often, both = LexicalEmbedder().embed(
        ["cache queue", "cache cache queue", "cache " * 50 + "queue", "queue"]
    )

    assert once @ both > twice @ both > often @ both > 0


def test_vectors_do_not_depend_on_the_process() -> None:
    program = (
        "from bot.retrieval.lexical import LexicalEmbedder;"
        "print(LexicalEmbedder(64).embed(['vector index'])[0].tobytes().hex())"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    here = LexicalEmbedder(64).embed(["vector index"])[0]

    assert np.array_equal(np.frombuffer(bytes.fromhex(run.stdout.strip()), dtype=np.float32), here)


def test_token_states_keep_both_texts_apart() -> None:
    states, empty = LexicalEmbedder().encode_pairs([("Why cache?", "Caches save work"), ("", "")])

    assert states.tokens == ("why", "cache", "caches", "save", "work")
    assert states.segment.tolist() == [0, 0, 1, 1, 1]
    close, far = states.vectors[1] @ states.vectors[2], states.vectors[1] @ states.vectors[4]
    assert close > 0.4 > far
    assert empty.vectors.shape == (0, 1024)
