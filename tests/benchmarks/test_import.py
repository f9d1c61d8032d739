"""Import of 10 000 questions takes less than twice the time of embedding them."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import pytest

from bot.retrieval.choose import choose_embedder
from questions.importers.collect import Collector
from questions.importers.finish import Finisher
from questions.importers.role_guess import RoleGuess
from questions.packs import shipped_bank

pytestmark = pytest.mark.bench

QUESTIONS = 10_000
EMBEDDED = 300
LIMIT = 2.0


def written(folder: Path) -> list[str]:
    """Write 10 000 questions with answers of 80 to 160 words, half as a list, half as lines."""
    words = sorted({w for q in shipped_bank() for w in q.model_answer.split() if w.isalpha()})
    chance = random.Random(7)
    listed, lines, texts = ["# ML Engineer interview questions\n"], [], []
    for number in range(QUESTIONS):
        prompt = f"How would you {' '.join(chance.choices(words, k=14))} in case {number}?"
        sentences = [
            " ".join(chance.choices(words, k=16)).capitalize() for _ in range(chance.randint(5, 10))
        ]
        answer = ". ".join(sentences) + "."
        texts.append(f"{prompt} {answer}")
        if number % 2:
            listed.append(f"### {number}. {prompt}\n\n{answer}\n")
        else:
            lines.append(json.dumps({"question": prompt, "answer": answer}))
    (folder / "list.md").write_text("\n".join(listed))
    (folder / "lines.jsonl").write_text("\n".join(lines))
    return texts


def test_importing_takes_less_than_twice_the_time_of_embedding(tmp_path: Path) -> None:
    texts = written(tmp_path)
    embedder = choose_embedder("minilm")
    try:
        embedder.embed(texts[:8])
        start = time.perf_counter()
        embedder.embed(texts[:EMBEDDED])
        embedding = (time.perf_counter() - start) * QUESTIONS / EMBEDDED
    finally:
        embedder.close()
    bank = shipped_bank()
    start = time.perf_counter()
    result = Collector(Finisher(guess=RoleGuess(bank)), bank).collect([tmp_path])
    importing = time.perf_counter() - start
    ratio = importing / embedding
    print(f"import {importing:.1f} s, embedding {embedding:.1f} s, ratio {ratio:.3f}")
    assert len(result.drafts) == QUESTIONS
    assert ratio < LIMIT
