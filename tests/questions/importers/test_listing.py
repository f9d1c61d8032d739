"""The shapes of public lists, tables and records."""

from __future__ import annotations

import json

import pytest

from questions.importers.card import Footing
from tests.questions.importers.samples import cards, read

PAIRS = [
    ("What is attention?", "Weighing all tokens."),
    ("How does LoRA work?", "It adds low-rank matrices."),
    ("Why quantise?", "Memory."),
]

HEADINGS = """\
# LLM Interview Questions and Answers

[![stars](https://img.example.org/x.svg)](https://example.org)

## Table of Contents

1. [What is attention?](#what-is-attention)
2. [How does LoRA work?](#how-does-lora-work)

## Basics

### 1. What is attention?

Weighing all tokens.

**[⬆ Back to Top](#table-of-contents)**

### 2. How does LoRA work?

It adds low-rank matrices.

## Advanced

### Why quantise?

Memory.
"""
NUMBERED = "\n".join(f"{n}. {q}\n   {a}\n" for n, (q, a) in enumerate(PAIRS, 1))
BOLD_NUMBERED = "\n".join(f"{n}. **{q}**\n\n   {a}\n" for n, (q, a) in enumerate(PAIRS, 1))
BOLD = "\n".join(f"**Q{n}: {q}**\n\n**A:** {a}\n" for n, (q, a) in enumerate(PAIRS, 1))
PLAIN = "\n".join(f"Q: {q}\nA: {a}\n" for q, a in PAIRS)
MIXED = "\n".join(f"**Question {n}: {q}**\nAns: {a}\n" for n, (q, a) in enumerate(PAIRS, 1))
BELOW = "\n".join(f"Q{n}. {q}\n\nAnswer:\n\n{a}\n" for n, (q, a) in enumerate(PAIRS, 1))
FOLDS = "\n".join(f"<details>\n<summary>{q}</summary>\n\n{a}\n\n</details>\n" for q, a in PAIRS)
HIDDEN = "\n".join(
    f"### {q}\n<details><summary>Show answer</summary>\n<p>{a}</p></details>\n" for q, a in PAIRS
)
TABLE = "# Prep\n\n| No. | Question | Answer |\n|---|:--|---|\n" + "\n".join(
    f"| {n} | {q} | {a} |" for n, (q, a) in enumerate(PAIRS, 1)
)
CSV = "question;answer\r\n" + "".join(f'"{q}";"{a}"\r\n' for q, a in PAIRS)
TSV = "Questions\tAnswers\n" + "".join(f"{q}\t{a}\n" for q, a in PAIRS)
HEADLESS = "".join(f'"{q}","{a}"\n' for q, a in PAIRS)
LINES = "\n".join(json.dumps({"prompt": q, "response": a}) for q, a in PAIRS)
LIST = json.dumps({"items": [{"Question": q, "Expected Answer": a} for q, a in PAIRS]})
MAPPING = json.dumps({"Transformers": dict(PAIRS)})
ARRAYS = json.dumps([list(pair) for pair in PAIRS])
YAML = "questions:\n" + "".join(f"  - q: {q}\n    a: |\n      {a}\n" for q, a in PAIRS)
NOTEBOOK = json.dumps({"cells": [{"cell_type": "markdown", "source": [NUMBERED]}]})
HTML = "<dl>" + "".join(f"<dt>{q}</dt><dd>{a}</dd>" for q, a in PAIRS) + "</dl>"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (HEADINGS, "a.md"),
        (NUMBERED, "a.md"),
        (BOLD_NUMBERED, "a.md"),
        (BOLD, "a.md"),
        (PLAIN, "a.txt"),
        (MIXED, "a.md"),
        (BELOW, "a.txt"),
        (FOLDS, "a.md"),
        (HIDDEN, "a.md"),
        (TABLE, "a.md"),
        (CSV, "a.csv"),
        (CSV, "a.txt"),
        (TSV, "a.tsv"),
        (HEADLESS, "a.csv"),
        (LINES, "a.jsonl"),
        (LINES, "a.txt"),
        (LIST, "a.json"),
        (MAPPING, "a.txt"),
        (ARRAYS, "a.json"),
        (YAML, "a.yaml"),
        (YAML, "a.txt"),
        (NOTEBOOK, "a.ipynb"),
        (f"<html><body>{HTML}</body></html>", "a.html"),
    ],
    ids=[
        "headings", "numbered", "bold numbers", "bold", "plain", "mixed", "below", "folds",
        "hidden answers", "table", "csv", "csv unnamed", "tsv", "headless", "lines",
        "lines unnamed", "list", "mapping", "arrays", "yaml", "yaml unnamed", "notebook", "html",
    ],
)  # fmt: skip
def test_every_shape_gives_the_same_questions_and_answers(text: str, name: str) -> None:
    assert [(card.prompt, card.answer) for card in cards(text, name)] == PAIRS


def test_contents_and_links_back_are_left_out() -> None:
    (one,) = read(HEADINGS, "a.md").texts
    left = " ".join(part.text for part in one.reading.left_out)
    assert "#what-is-attention" in left
    assert "Back to Top" in left
    assert [card.level for card in one.reading.cards] == ["Basics", "Basics", "Advanced"]
    assert {card.topic for card in one.reading.cards} == {"LLM"}
    assert one.notices == ()


def test_links_and_pictures_stay_as_text() -> None:
    text = "### What is a B-tree?\n\nSee [this](https://example.org/b) and ![a tree](t.png).\n"
    (card,) = cards(text, "a.md")
    assert card.answer == "See this (https://example.org/b) and [image: a tree]."


def test_a_list_without_answers_comes_in_as_questions() -> None:
    text = "# Questions for a data scientist\n\n- What is lift?\n- Why does it mislead?\n"
    found = cards(text, "a.md")
    assert [(card.prompt, card.answer) for card in found] == [
        ("What is lift?", ""),
        ("Why does it mislead?", ""),
    ]
    assert {card.prompt_footing for card in found} == {Footing.SHAPED}
    assert {card.role for card in found} == {"data scientist"}


def test_questions_inside_an_answer_stay_there() -> None:
    text = (
        "## Question\n\nHow do you debug it?\n\n## Answer\n\nI ask:\n\n- Is it the data?\n"
        "- Is it the code?\n- Is it the clock?\n"
    )
    (card,) = cards(text, "a.md")
    assert "- Is it the clock?" in card.answer


def test_a_table_of_something_else_is_no_table_of_questions() -> None:
    text = (
        '| Role | Focus |\n|---|---|\n| AI | "How do I ship it?" |\n| ML | "How do I train it?" |\n'
    )
    assert read(text, "README.md").texts == []


def test_surroundings_name_role_topic_and_level() -> None:
    text = (
        "role: NLP Engineer\nsections:\n  - name: Embeddings\n    difficulty: hard\n"
        "    questions:\n      - question: What is fastText?\n        answer: Subwords.\n"
        "        tags: [words, vectors]\n"
    )
    (card,) = cards(text, "a.yml")
    assert (card.role, card.level, card.skills) == ("NLP Engineer", "hard", ["words", "vectors"])


def test_fields_without_a_known_name_are_kept_as_notes() -> None:
    (card,) = cards("question,answer,source\nWhat is x?,It is y.,Team wiki\n", "a.csv")
    assert card.notes == ["source: Team wiki"]


def test_a_broken_line_among_json_lines_is_left_out_and_the_rest_goes_on() -> None:
    lines = LINES.split("\n")
    lines[1] = lines[1][:-5]
    (one,) = read("\n".join(lines), "a.jsonl").texts
    assert [card.line for card in one.reading.cards] == [1, 3]
    (left,) = one.reading.left_out
    assert left.origin == "a.jsonl:2"


def test_front_matter_tells_what_the_text_does_not() -> None:
    text = "---\nrole: AI Architect\ntags: [a, b]\ndifficulty: 4\n---\n\n### Why cache?\n\nTime.\n"
    (card,) = cards(text, "a.md")
    assert (card.role, card.level, card.skills) == ("AI Architect", "4", ["a", "b"])
