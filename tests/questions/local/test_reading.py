from __future__ import annotations

from questions.local.reading import read_reply
from questions.packs import SHIPPED, read_pack

QUESTION = read_pack(SHIPPED / "ai-engineer" / "small-tenants-find-nothing.md")


def read(*sentences: str) -> list[str]:
    return [span.text for span in read_reply(" ".join(sentences), QUESTION).spans]


def test_a_sentence_is_read_once() -> None:
    assert read("The filter runs after the search.", "The filter runs after the search.") == [
        "The filter runs after the search."
    ]


def test_a_row_of_results_is_read() -> None:
    results = [f"With {n} shards the recall is {n + 50} percent." for n in range(1, 7)]

    assert read(*results) == results


def test_what_only_counts_upwards_is_not_read() -> None:
    remarks = [f"Remark {n} is that this went quite well indeed." for n in range(1, 40)]

    assert read("The filter runs after the search.", *remarks) == [
        "The filter runs after the search."
    ]
