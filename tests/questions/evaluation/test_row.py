from __future__ import annotations

import json

import pytest

from questions.evaluation.row import read_rows

ROW = {
    "qid": "q1",
    "question": "What does a cache do?",
    "reference": "It keeps results so that they need not be computed again.",
    "answer": "It keeps results.",
    "score": 1,
    "max_score": 2,
}


def line(**change: object) -> bytes:
    return json.dumps({**ROW, **change}).encode()


def test_a_row_is_read_and_further_keys_are_ignored() -> None:
    data = read_rows([line(feedback="good", label=None)])
    assert data.faults == ()
    assert data.rows[0].human == 2.5
    assert data.rows[0].criteria is None


def test_blank_lines_and_a_byte_order_mark_are_no_faults() -> None:
    data = read_rows([b"\xef\xbb\xbf" + line(), b"\n", b"  \r\n", line(qid=7)])
    assert [row.qid for row in data.rows] == ["q1", "7"]
    assert data.faults == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"{", "this is not JSON"),
        (b"[" * 100_000, "this is not JSON"),
        (b"[1, 2]", "this is not a JSON object"),
        (b'{"qid": "\xff"}', "this is not UTF-8 text"),
        (line(question=None), "question: "),
        (line(reference=" "), "reference: is empty"),
        (line(answer=3), "answer: "),
        (line(answer="\ud800"), "answer: holds half a character"),
        (line(score="1"), "score: "),
        (line(score=True), "score: "),
        (line(score=-1), "score: "),
        (line(score=3), "the score 3 is above max_score 2"),
        (line(score=float("nan")), "score: "),
        (line(max_score=0), "max_score: "),
        (line(max_score=float("inf")), "max_score: "),
        (line(criteria="a"), "criteria: "),
        (line(criteria=[{"text": "a", "points": 0}]), "criteria.0.points: "),
        (line(criteria=[{"points": 1}]), "criteria.0.text: "),
    ],
)
def test_a_malformed_line_is_named_and_the_others_are_read(raw: bytes, reason: str) -> None:
    data = read_rows([line(), raw, line()])
    assert len(data.rows) == 2
    assert [fault.line for fault in data.faults] == [2]
    assert data.faults[0].reason.startswith(reason)


@pytest.mark.parametrize(
    ("answer", "is_blank"), [("", True), ("No submission", True), ("It stores results.", False)]
)
def test_two_words_or_fewer_are_blank(answer: str, is_blank: bool) -> None:
    assert read_rows([line(answer=answer)]).rows[0].is_blank is is_blank
