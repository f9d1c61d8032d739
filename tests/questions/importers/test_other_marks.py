"""Documents whose parts other people mark in other ways than the examples do."""

from __future__ import annotations

import pytest

from questions.importers.card import Card
from tests.questions.importers.samples import cards, read


def only(text: str, name: str = "material.md") -> Card:
    (card,) = cards(text, name)
    return card


def pairs(text: str, name: str = "material.md") -> list[tuple[str, str]]:
    return [(card.prompt, card.answer) for card in cards(text, name)]


def test_what_stands_below_a_question_answers_it_without_a_word_for_it() -> None:
    text = (
        "# NLP Engineer\n\n*Difficulty: mixed*\n\n## Tokens\n\n### Q1: Why subwords?\n\n"
        "No word is unknown.\n\n*What this tests: sparsity*\n\n## Metrics\n\n"
        "### Q.2 Name two metrics.\nBLEU, COMET.\n"
    )
    first, second = cards(text)
    assert (first.prompt, first.answer) == ("Why subwords?", "No word is unknown.")
    assert (first.topic, first.tests) == ("Tokens", ["sparsity"])
    assert (second.prompt, second.answer) == ("Name two metrics.", "BLEU, COMET.")
    assert second.topic == "Metrics"


@pytest.mark.parametrize(
    "text",
    [
        "Question: What is drift, and what do you do\nabout it?\nAnswer: Watch it.",
        "### Question\n\n> What is drift?\n>\n> Say how you noticed.\n\n### Answer\n\nWatch it.",
    ],
)
def test_a_question_of_several_lines_stays_whole(text: str) -> None:
    assert only(text).answer == "Watch it."


def test_a_level_behind_the_answer_is_the_answer_s() -> None:
    text = "".join(
        f"## Question {n}\n\n**Prompt:** Why {n}?\n\n**Model answer:** Because.\n\n"
        f"**Difficulty:** {n}/5\n\n**Tests:** habit {n}\n\n"
        for n in (2, 4)
    )
    assert [(c.level, c.tests) for c in cards(text)] == [("2/5", ["habit 2"]), ("4/5", ["habit 4"])]


def test_a_level_before_the_question_is_the_question_s() -> None:
    text = "".join(f"Level: {n}\nQuestion: Why {n}?\nAnswer: Because.\n\n" for n in (2, 4))
    assert [card.level for card in cards(text)] == ["2", "4"]


def test_a_table_may_say_whose_question_it_is() -> None:
    table = "| Field | Value |\n|---|---|\n| Role | AI Engineer |\n| Topic | Security |\n\n"
    card = only(f"# Injection\n\n{table}## Question\nWhy?\n\n## Answer\nData is no order.\n")
    assert (card.role, card.topic) == ("AI Engineer", "Security")


def test_a_title_that_asks_is_the_question() -> None:
    card = only(
        "# How would you halve p95?\n\n**Role:** AI Engineer  \n**Topic:** Latency\n\n"
        "## Why interviewers ask this\n\nTo see whether you measure.\n\n"
        "## Sample answer\n\nTrace first.\n\n## Pitfalls\n\n- Quoting the mean\n"
    )
    assert (card.prompt, card.answer) == ("How would you halve p95?", "Trace first.")
    assert (card.topic, card.mistakes) == ("Latency", ["Quoting the mean"])
    assert card.tests == ["To see whether you measure."]


def test_headings_that_ask_have_their_parts_marked_in_bold() -> None:
    part = "**Expected Answer:**\n- a switch\n\n**Evaluation Criteria:**\n- Names {0}\n\n"
    text = "# Kit\n\n## Sample Questions\n\n" + "".join(
        f"### {n}. How would you ship {n}?\n\n{part.format(n)}" for n in (1, 2)
    )
    assert [(c.prompt, c.answer, c.criteria) for c in cards(text)] == [
        (f"How would you ship {n}?", "- a switch", [f"Names {n}"]) for n in (1, 2)
    ]


PAGE = """\
We use cookies. By clicking "Accept all" you agree.
Accept all
Home
Log in

Machine Learning Engineer
Category: Compression
Level: Advanced

Interview Question
How do you halve a model?

Speaking Blueprint
Hook — "Start with what is free."
Core — "Quantise, then distil."
Punchline — "Stop at the first that is enough."

Expert Answer
Quantise to int8 first.

Overview
It tests shipping.

More like this
What is pruning?
"""


def test_a_page_may_have_a_banner_and_another_order() -> None:
    card = only(PAGE, "page.txt")
    assert (card.prompt, card.answer) == ("How do you halve a model?", "Quantise to int8 first.")
    assert (card.role, card.topic, card.level) == (
        "Machine Learning Engineer", "Compression", "Advanced",
    )  # fmt: skip
    assert (card.hook, card.punchline) == (
        "Start with what is free.",
        "Stop at the first that is enough.",
    )
    assert card.overview == "It tests shipping."


def test_ways_back_and_pleas_for_stars_are_in_no_answer() -> None:
    text = (
        "## Q1\nWhat is a teacher?\n\n**Answer**\n\nThe large model.\n\n"
        "[Back to top](#contents)\n\n"
        "## Q2\nWhat is a student?\n\n**Answer**\n\nThe small one.\n\n"
        "⭐ Star this repo if it helped!\n"
    )
    assert pairs(text) == [
        ("What is a teacher?", "The large model."),
        ("What is a student?", "The small one."),
    ]


def test_an_answer_with_a_score_below_it_is_somebody_s() -> None:
    text = (
        "Q1. What is a baseline for?\nA1. It lowers variance.\nScore: 3/5 – too short\n\n"
        "Q2. How would you design an ablation?\nA2. One change at a time.\nScore: 5/5\n\n"
        "Q3. Where do you see yourself in five years?\nA3. Leading.\n"
    )
    first, second = cards(text)
    assert not first.answer
    assert (first.samples[0].text, first.samples[0].score) == ("It lowers variance.", 3)
    assert first.samples[0].remark == "too short"
    assert second.samples[0].score == 5


@pytest.mark.parametrize(
    ("question", "answer", "asked"),
    [
        ("问题", "答案", "什么是微调？"),
        ("Frage", "Antwort", "Was ist Überanpassung?"),
        ("Вопрос", "Ответ", "Что такое токен?"),
    ],
)
def test_other_languages_mark_alike(question: str, answer: str, asked: str) -> None:
    assert only(f"{question}：{asked}\n{answer}：OK so.\n", "q.txt").prompt == asked


def test_headings_about_the_repository_ask_nothing() -> None:
    found = read(
        "# Bank\n\n## How to use this repository\n\n1. Pick a role that you want\n"
        "2. Read what the answers have in common\n\n- What does it test?\n"
    )
    assert not found.texts
    assert found.unread


GUIDE = """\
ML Engineer
Skill Guide
Keeping features consistent.

Scenario 1: Two truths
The offline AUC is .86, online it is .71.
How to Execute
1. Log features
2. Diff them

Question: How do you prevent skew?
Strategy: The interviewer is assessing your understanding of pipelines.
Sample Response: 'One definition of each feature.'
"""


def test_a_guide_may_title_its_scenarios_and_ask_its_questions() -> None:
    scenario, question = cards(GUIDE)
    assert scenario.prompt == "The offline AUC is .86, online it is .71."
    assert (scenario.title, scenario.answer) == ("Two truths", "1. Log features\n2. Diff them")
    assert (question.prompt, question.answer) == (
        "How do you prevent skew?",
        "One definition of each feature.",
    )
    assert question.tests
    assert {card.role for card in (scenario, question)} == {"ML Engineer"}


def test_a_strategy_may_belong_to_the_scenario_above_it() -> None:
    text = "".join(
        f"**Scenario:** Page {n} tells the agent to send mail.\n\n"
        f"**Answer strategy:** Talk about privilege {n}.\n\n"
        for n in (1, 2)
    )
    assert [(c.prompt, c.tests) for c in cards(text)] == [
        (f"Page {n} tells the agent to send mail.", [f"Talk about privilege {n}."]) for n in (1, 2)
    ]
