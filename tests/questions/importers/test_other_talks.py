"""Interviews as other programs write them down."""

from __future__ import annotations

import json

import pytest

from questions.importers.evaluation import read_evaluation
from tests.questions.importers.samples import cards, read

SAID = [
    ("How would you find a leak in a churn model?", "Look at when features were written."),
    ("What would you log to debug an answer?", "The prompt's hash and the retrieved ids."),
    ("Explain recall to a child.", "How many of the hidden eggs you found."),
]


def named(pattern: str, asker: str, other: str) -> str:
    lines = []
    for n, (question, answer) in enumerate(SAID):
        lines.append(pattern.format(who=asker, text=question, n=f"{n:02}"))
        lines.append(pattern.format(who=other, text=answer, n=f"{n:02}"))
    return "\n".join(lines)


TURNS = [turn for q, a in SAID for turn in ({"role": "assistant", "content": q},
                                            {"role": "user", "content": a})]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        named("[00:{n}:04] {who}: {text}", "AI", "Tom"),
        named("00:{n}:04 {who}: {text}", "Maria Lopez", "Kim"),
        named("[12/03/2026, 10:{n}:13] {who}: {text}", "Recruiter Bot", "Sam"),
        named("{who}  00:{n}\n{text}\n", "Speaker 1", "Speaker 2"),
        named("{who} said:\n{text}", "ChatGPT", "You"),
        "WEBVTT\n\n" + named("00:{n}:00.000 --> 00:{n}:09.000\n<v {who}>{text}</v>\n", "Ada", "Bo"),
        json.dumps({"position": "AI Engineer", "messages": TURNS}),
        "\n".join(json.dumps(turn) for turn in TURNS),
    ],
)
def test_whoever_speaks_is_told_apart(text: str) -> None:
    found = cards(text, "talk.txt")
    assert [(card.prompt, card.samples[0].text) for card in found] == SAID


@pytest.mark.parametrize(
    "leak",
    [
        '<tool_call>{"name": "next_question", "arguments": {"index": 1}}</tool_call>',
        '```json\n{"tool": "score_answer", "args": {"score": 4}}\n```',
        "[TOOL: get_time]",
        '<function=next>{"a": 1}',
        "print(default_api.save_score(question=2, score=4))",
    ],
)
def test_a_leaked_call_is_in_no_question_and_not_lost(leak: str) -> None:
    text = f"Interviewer: {leak}\n{SAID[0][0]}\nCandidate: {SAID[0][1]}\n{leak}\n" + named(
        "{who}: {text}", "Interviewer", "Candidate"
    )
    first = cards(text, "talk.txt")[0]
    assert (first.prompt, first.samples[0].text) == SAID[0]
    (one,) = read(text, "talk.txt").texts
    assert not one.notices


REPORT = "".join(f"Interviewer: {q}\nCandidate: {a}\n" for q, a in SAID[:2]) + "\n"
BY_HEADINGS = (
    "# Report\n\n### Question 1: Leak\n**Score:** 9/10\n**Feedback:** Crisp.\n\n"
    "### Question 2: Logs\n**Score:** 6/10\n\n## Overall\n**Overall Score:** 7/10\n"
)
IN_A_TABLE = (
    "## Evaluation\n\n| # | About | Score |\n|--|--|--|\n| 1 | leak | 9/10 |\n| 2 | logs | 6/10 |\n"
)


@pytest.mark.parametrize(
    ("report", "scores"),
    [
        ("EVALUATION\nQ1 (leak): Score: 7/10\nGood.\nQ2 (logs): Score: 8 out of 10\n", [7, 8]),
        ("Evaluation\n----------\n1. Leak - Rating: ★★★★☆\n2. Logs - Rating: ★★★☆☆\n", [4, 3]),
        ("Scores: Q1: 8/10 | Q2: 5/10\n", [8, 5]),
        (BY_HEADINGS, [9, 6]),
        (IN_A_TABLE, [9, 6]),
    ],
)
def test_an_evaluation_in_another_shape_gives_its_scores(report: str, scores: list[int]) -> None:
    found = cards(REPORT + report, "talk.md")
    assert [card.samples[0].score for card in found] == scores


def test_stars_are_out_of_five() -> None:
    (verdict,) = read_evaluation("1. Leak: ★★★☆☆")
    assert (verdict.score, verdict.scale) == (3, 5)


def test_rows_with_a_candidate_s_answer_are_scored_samples() -> None:
    pairs = [
        {"question": q, "candidate_answer": a, "score": 4, "max_score": 5, "feedback": "clear"}
        for q, a in SAID
    ]
    found = cards(json.dumps({"job_role": "ML Engineer", "qa_pairs": pairs}), "x.json")
    assert [card.samples[0].score for card in found] == [4, 4, 4]
    assert {card.role for card in found} == {"ML Engineer"}
    assert not any(card.answer for card in found)


def test_very_long_evaluations_are_matched_in_order() -> None:
    count = 400
    talk = "\n".join(
        f"Interviewer: How would you handle case {n} of it?\nCandidate: By rule {n}."
        for n in range(count)
    )
    report = "\n\nEVALUATION\n\n" + "\n".join(f"{n}. Case - Score: {n % 5}/5" for n in range(count))
    found = cards(talk + report, "talk.txt")
    assert [card.samples[0].score for card in found] == [n % 5 for n in range(count)]


def test_a_score_may_stand_below_each_answer() -> None:
    text = "\n".join(
        f"Interviewer: {q}\nCandidate: {a}\n\nEvaluation: {n}.5/5 - concise"
        for n, (q, a) in enumerate(SAID)
    )
    found = cards(text, "talk.txt")
    assert [(c.samples[0].text, c.samples[0].score) for c in found] == [
        (answer, n + 0.5) for n, (_, answer) in enumerate(SAID)
    ]
