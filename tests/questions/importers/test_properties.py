"""Whatever comes in: no reader fails, and no text is lost without a word."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.importers.card import Card, Sample
from questions.importers.limits import Limits
from questions.importers.loose_json import NotJson, parse_loosely
from questions.importers.problem import ImportProblem
from questions.importers.read import read_file
from questions.importers.repair import decode, repair
from questions.importers.source import File
from tests.questions.importers.samples import (
    GUIDE,
    PAGE,
    REPOSITORY_FILE,
    TRANSCRIPT,
    cards,
    dump,
    read,
)

NAMES = st.sampled_from(
    ["a.md", "a.txt", "a.html", "a.csv", "a.tsv", "a.yaml", "a.json", "a.jsonl", "a.apkg", "a.zip"]
)
# Lines that readers react to, in any order and number.
LINES = st.sampled_from(
    [
        "# AI Engineer",
        "## Topic: Cache",
        "### Question",
        "> What is a cache?",
        "### Answer",
        "It keeps things.",
        "- one",
        "1. What is a queue?",
        "   It waits.",
        "**Q: Why?**",
        "**A:** Because.",
        "| Question | Answer |",
        "|---|---|",
        "| What is x? | y |",
        "---",
        "",
        "```",
        "<details>",
        "<summary>What is z?</summary>",
        "</details>",
        'Hook: "Hi."',
        'Core Execution: "Do."',
        'Punchline: "Done."',
        "Speaking Blueprint:",
        "Overview",
        "Interviewer: How would you test it?",
        "Candidate: With care.",
        "Score: 4/5",
        "EVALUATION REPORT",
        "=====",
        "Scenario",
        "Answer Strategy",
        "Sample answer: 'Yes.'",
        "question,answer",
        "question: what",
        '{"question": "Why?", "answer": "So."}',
        "[1, 2",
        "What is the point of it all?",
        "Expert Answer:",
        "What This Question Tests",
        "\x85",
        "β",
        "—",
    ]
)
MARKS = {
    "question",
    "answer",
    "topic",
    "tests",
    "what",
    "this",
    "hook",
    "core",
    "execution",
    "punchline",
    "overview",
    "speaking",
    "blueprint",
    "expert",
    "sample",
    "scenario",
    "strategy",
    "score",
    "summary",
    "details",
    "the",
}
WORDS = re.compile(r"[^\W\d_]{2,}")
TIGHT = Limits(file_bytes=20_000, nesting=8, nodes=400, files=5, drafts=50)


@given(st.binary(max_size=400), NAMES)
def test_any_bytes_are_read_or_named(data: bytes, name: str) -> None:
    found = read_file(File(name=name, data=data))
    assert found.texts or found.unread or found.problems or not decode(data).strip()


@settings(max_examples=300)
@given(st.lists(LINES, max_size=30), NAMES)
def test_any_order_of_marks_is_read_or_named(lines: list[str], name: str) -> None:
    found = read_file(File(name=name, data="\n".join(lines).encode()), TIGHT)
    assert all(isinstance(problem, ImportProblem) for problem in found.problems)


@settings(max_examples=300)
@given(st.lists(LINES, min_size=1, max_size=25))
def test_no_word_of_a_text_is_lost_without_a_word(lines: list[str]) -> None:
    for one in read("\n".join(lines), "a.md").texts:
        kept = [text for card in one.reading.cards for text in _texts(card)]
        kept += [left.text for left in one.reading.left_out]
        have = set(WORDS.findall(" ".join(kept).casefold()))
        gone = set(WORDS.findall(one.source.text.casefold())) - have - MARKS
        assert not gone or "of it are in no draft" in " ".join(one.notices)


@given(st.text(max_size=300))
def test_repaired_text_stays_repaired_and_loses_no_letter(text: str) -> None:
    once = repair(text)
    assert repair(once.text).text == once.text
    assert [ch for ch in once.text if ch.isascii() and ch.isalnum()] == [
        ch for ch in text if ch.isascii() and ch.isalnum()
    ]


@given(st.text(alphabet=st.characters(codec="cp1252"), max_size=60))
def test_text_misread_once_comes_back_or_stays(text: str) -> None:
    wrong = text.encode().decode("cp1252", errors="ignore")
    assert isinstance(repair(wrong).text, str)


def _texts(card: Card) -> Iterator[str]:
    for value in vars(card).values():
        for item in value if isinstance(value, list) else [value]:
            yield f"{item.text} {item.remark}" if isinstance(item, Sample) else str(item)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_json_in_table_rows_is_the_same_json(value: object) -> None:
    text = json.dumps(value, indent=1)
    rows = re.sub(r"(?m)^\s*(.*)$", r"| \1 |", text)
    for pasted in (rows, rows.replace("\n", " ")):
        assert parse_loosely(pasted, "x")[0] == value


@given(VALUES.filter(lambda v: isinstance(v, dict | list)), st.integers(0, 400))
def test_json_that_breaks_off_is_no_crash(value: object, at: int) -> None:
    with contextlib.suppress(NotJson):
        parse_loosely(json.dumps(value)[:at], "x")


@pytest.mark.parametrize(
    "sample", [REPOSITORY_FILE, PAGE, TRANSCRIPT, GUIDE, dump({"a/q.md": PAGE})]
)
@given(data=st.data())
def test_a_text_cut_anywhere_is_no_crash(sample: str, data: st.DataObject) -> None:
    raw = sample.encode()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    found = read(raw[start:end], "a.txt")
    assert found.texts or found.unread or found.problems or not raw[start:end].strip()


@pytest.mark.parametrize("sample", [REPOSITORY_FILE, PAGE, TRANSCRIPT, GUIDE])
def test_line_ends_change_nothing(sample: str) -> None:
    plain, windows = cards(sample), cards(sample.replace("\n", "\r\n"))
    assert [vars(card) for card in plain] == [vars(card) for card in windows]
