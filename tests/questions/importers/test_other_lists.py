"""Lists, tables and values in shapes that other people keep their questions in."""

from __future__ import annotations

import json

import pytest

from tests.questions.importers.samples import cards, read

PAIRS = [
    ("What is a transformer?", "Attention and feed-forward blocks."),
    ("How does dropout help?", "It averages thinner nets."),
    ("Why quantise?", "Memory."),
]

CONTENTS = "|No.| Questions|\n|--| ---|\n" + "\n".join(
    f"|{n}|[{q}](#q{n})|" for n, (q, _) in enumerate(PAIRS, 1)
)
IN_ITEMS = f"# List\n\n{CONTENTS}\n\n" + "\n".join(
    f"{n}. ### {q}\n\n     {a}\n\n  **[⬆ Back to Top](#top)**\n"
    for n, (q, a) in enumerate(PAIRS, 1)
)
MIXED_FOLDS = (
    f"<details>\n<summary><b>1. {PAIRS[0][0]}</b></summary>\n<br>\n\n{PAIRS[0][1]}\n\n</details>\n"
    f"<details><summary>{PAIRS[1][0]}</summary>{PAIRS[1][1]}</details>\n"
    f"### 3. {PAIRS[2][0]}\n\n<details><summary>Answer</summary>\n\n{PAIRS[2][1]}\n\n</details>\n"
)
CARDS = "\n".join(f"{q}::{a}" for q, a in PAIRS)
ARROWS = "\n".join(f"{q} -> {a}" for q, a in PAIRS)
SIDES = "\n".join(f"{q}\n?\n{a}\n" for q, a in PAIRS)
BOLD_BULLETS = "\n".join(f"* **{q}** {a}" for q, a in PAIRS)
ASCIIDOC = "= Questions\n:toc:\n\n== Nets\n\n" + "\n".join(f"=== {q}\n\n{a}\n" for q, a in PAIRS)
TABBED = "\n".join(f"{q}\t{a}" for q, a in PAIRS)
ANKI_TEXT = "#separator:tab\n#html:true\n#deck column:1\n" + "\n".join(
    f"ML Engineer::Nets\t<b></b>{q}\t{a}" for q, a in PAIRS
)
EXCEL = "sep=;\r\nQuestion;Answer\r\n" + "".join(f"{q};{a}\r\n" for q, a in PAIRS)
TITLED = "Bank export,\n,\nQuestion,Answer\n" + "".join(f"{q},{a}\n" for q, a in PAIRS)
BUTTONS = "<html><body><h1>Nets</h1>" + "".join(
    f"<div><h2><button>{q}</button></h2><div><p>{a}</p></div></div>" for q, a in PAIRS
)
IN_CHAT = (
    "Sure! Here you are:\n\n```json\n"
    + json.dumps([{"question": q, "ideal_answer": a} for q, a in PAIRS])
    + "\n```\n\nMore?\n"
)
TUNING = "\n".join(json.dumps({"instruction": q, "input": "", "output": a}) for q, a in PAIRS)
NESTED = json.dumps(
    {"data": [{"title": "Nets", "qas": [
        {"question": q, "answers": [{"text": a, "answer_start": 3}]} for q, a in PAIRS
    ]}]}
)  # fmt: skip
CHECKED = "\n".join(f"- [ ] **{q}**\n\n    *Good answer:* {a}\n" for q, a in PAIRS)
WIKI = "== Nets ==\n\n" + "\n".join(f"=== {q} ===\n{a}\n" for q, a in PAIRS)
ITEMS = "<html><body><h1>Nets</h1><ol>" + "".join(
    f"<li><p><strong>{q}</strong></p><p>{a}</p></li>" for q, a in PAIRS
)
RST = "Nets\n====\n\n" + "\n".join(f"{q}\n{'-' * 30}\n\n{a}\n" for q, a in PAIRS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (IN_ITEMS, "list.md"),
        (MIXED_FOLDS, "folds.md"),
        (CARDS, "cards.md"),
        (ARROWS, "arrows.txt"),
        (SIDES, "sides.md"),
        (BOLD_BULLETS, "bullets.md"),
        (ASCIIDOC, "list.adoc"),
        (TABBED, "sides.txt"),
        (ANKI_TEXT, "notes.txt"),
        (EXCEL, "table.csv"),
        (TITLED, "titled.csv"),
        (BUTTONS, "page.html"),
        (IN_CHAT, "chat.txt"),
        (TUNING, "tuning.jsonl"),
        (NESTED, "dataset.json"),
        (RST, "list.rst"),
        (CHECKED, "kit.md"),
        (WIKI, "wiki.txt"),
        (ITEMS, "course.html"),
    ],
)
def test_every_shape_gives_the_same_questions_and_answers(text: str, name: str) -> None:
    found = cards(text, name)
    assert [(card.prompt, card.answer) for card in found] == PAIRS
    (one,) = read(text, name).texts
    assert not one.notices


def test_anki_s_columns_say_where_a_note_belongs() -> None:
    assert {(card.role, card.topic) for card in cards(ANKI_TEXT)} == {("ML Engineer", "Nets")}


def test_a_term_beside_questions_is_kept_and_remarked_on() -> None:
    *_, term = cards(f"{TABBED}\nPerplexity\tThe exponential of the loss.\n")
    assert (term.prompt, term.answer) == ("Perplexity", "The exponential of the loss.")
    assert term.remarks


def test_a_design_is_answered_under_headings_of_its_own() -> None:
    text = (
        "## 1. Design a search for documents\n\n### Clarifying questions\n\n- How fast?\n"
        "- How often do they change?\n- Who may read them?\n\n### Architecture\n\nShards.\n\n"
        "## 2. Design an evaluation for a chatbot\n\n### Clarifying questions\n\n- Who reads it?\n"
    )
    assert [card.prompt for card in cards(text, "design.md")] == [
        "Design a search for documents",
        "Design an evaluation for a chatbot",
    ]


def test_code_of_restructured_text_is_no_heading() -> None:
    (card,) = cards(
        "What is a Dockerfile?\n---------------------\n\nA recipe.\n\n"
        ".. code-block:: docker\n\n   # base\n   FROM python\n",
        "q.rst",
    )
    assert card.answer.endswith("FROM python")


def test_choices_stand_with_their_question() -> None:
    text = json.dumps([{"question": "Which ranks?", "options": ["nDCG", "RMSE"], "answer": "nDCG"}])
    (card,) = cards(text, "quiz.json")
    assert card.prompt == "Which ranks?\n\n- nDCG\n- RMSE"


def test_an_answer_kept_in_parts_is_whole() -> None:
    (card,) = cards(
        json.dumps(
            {"sections": [{"name": "Deployment", "role": "ML Engineer", "items": [
                {"question": "What is a canary?", "answer": {"short": "A few.", "long": "5 %."}}
            ]}]}
        ),
        "q.json",
    )  # fmt: skip
    assert (card.answer, card.topic, card.role) == ("A few.\n\n5 %.", "Deployment", "ML Engineer")


LINES = [
    "# ML Engineer Interview Question",
    "## Topic: Feature stores",
    "### Question",
    "> Why a feature store?",
    "### Answer",
    "One definition.",
    "- point-in-time joins",
    "### What This Question Tests",
    "- judgement",
]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"| {line} |" for line in LINES),
        "\n".join(f"| {line} |" for line in LINES),
        "| x |\n|---|\n" + "\n".join(f"| {line} |" for line in LINES),
    ],
)
def test_markdown_pasted_as_cells_is_read(text: str) -> None:
    (card,) = cards(text, "pasted.txt")
    assert card.prompt == "Why a feature store?"
    assert "One definition." in card.answer
    assert (card.topic, card.tests) == ("Feature stores", ["judgement"])


def test_json_pasted_below_a_table_s_head_is_read() -> None:
    rows = json.dumps([{"question": q, "answer": a} for q, a in PAIRS], indent=0).split("\n")
    text = "| a |\n|---|\n" + "\n".join(f"| {row} |" for row in rows)
    assert [(card.prompt, card.answer) for card in cards(text)] == PAIRS


def test_characters_without_width_are_dropped() -> None:
    (card,) = cards("**Q:**\u00a0What is drift?\n\n**A:** The world\u200b moves.\ufeff\n", "q.md")
    assert (card.prompt, card.answer) == ("What is drift?", "The world moves.")
