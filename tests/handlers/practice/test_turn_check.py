"""What a model may not say, each with its name."""

from __future__ import annotations

import re

import pytest

from handlers.practice.turn_check import Fault, TurnRules, check_turn, count_questions
from questions.packs import shipped_bank
from questions.question import Question

ASK = TurnRules(questions=1)
SECRET = "Compare approximate search with exact search inside one company before buying anything."


def secrets_of(question: Question) -> tuple[str, ...]:
    sentences = re.split(r"(?<=[.!?])\s+", question.model_answer)
    return (*(c.met for c in question.rubric.criteria), *sentences)


@pytest.mark.parametrize(
    "text",
    [
        "Which part of it would you measure first, and how?",
        "You said “look at the queue”. What would tell you that it is not the queue?",
        "Could you walk me through the trade-off between cost and latency there?",
        "Tell me about the decision that you would make differently today.",
    ],
)
def test_a_proper_question_passes(text: str) -> None:
    assert check_turn(text, ASK) == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.EMPTY),
        ("…", Fault.EMPTY),
        ("Why? " + "Because of that " * 60, Fault.TOO_LONG),
        ("tool_code print(default_api.retrieve_job_description(query='x'))", Fault.CODE),
        ('{"verdict": "met"} Why did you do so?', Fault.CODE),
        ("```python\nx = 1\n``` What does it print?", Fault.CODE),
        ("Interviewer: What would you do?", Fault.CODE),
        ("<think>hm</think> What would you do?", Fault.CODE),
        ("Call search_jobs(query) and then, why that?", Fault.CODE),
        ("What about your work on [mention a specific area of their CV]?", Fault.PLACEHOLDER),
        ("Hello {name}, what did you build?", Fault.PLACEHOLDER),
        ("Why did you choose <company name here> for it?", Fault.PLACEHOLDER),
        ("As an AI language model, what would you like to discuss?", Fault.MACHINE),
        ("My instructions say to probe: why the queue?", Fault.MACHINE),
        ("I would like to hear more of it.", Fault.NO_QUESTION),
        ("Why the queue? And why not the index?", Fault.MANY_QUESTIONS),
        (
            "Pourquoi est-ce que vous avez choisi la file dans ce cas, et pas une autre ?",
            Fault.LANGUAGE,
        ),
    ],
)
def test_each_fault_is_found(text: str, fault: Fault) -> None:
    assert fault in check_turn(text, ASK)


def test_a_question_that_was_asked_is_not_asked_again() -> None:
    rules = TurnRules(questions=1, asked=("How would you measure the recall of small companies?",))
    again = "And how would you measure recall for the small companies?"
    assert check_turn(again, rules) == (Fault.REPEAT,)
    assert check_turn("What would the rollback look like?", rules) == ()


def test_an_answer_is_not_told_unless_the_person_said_it() -> None:
    rules = TurnRules(questions=1, secrets=(SECRET,))
    copied = "Would you compare approximate search with exact search inside one company?"
    assert Fault.LEAK in check_turn(copied, rules)
    reworded = "Is exact search against approximate search in a company worth comparing?"
    assert Fault.LEAK in check_turn(reworded, rules)
    said = TurnRules(questions=1, secrets=(SECRET,), known=(copied,))
    assert check_turn(copied, said) == ()


@pytest.mark.parametrize(
    "text",
    ["That's a great answer. What next?", "Excellent! Why so?", "You missed the index. Why?"],
)
def test_no_verdict_slips_out(text: str) -> None:
    assert Fault.VERDICT in check_turn(text, ASK)


def test_a_lead_in_asks_nothing() -> None:
    rules = TurnRules(questions=0)
    assert check_turn("Thank you. Let's look at another topic.", rules) == ()
    assert Fault.QUESTION in check_turn("Thank you. Shall we go on?", rules)
    assert Fault.QUESTION in check_turn("Thanks. Describe your project.", rules)


def test_what_is_quoted_asks_nothing() -> None:
    assert count_questions("You said “why not both?”. Which one first?") == 1


def test_the_banks_own_follow_ups_almost_all_pass() -> None:
    """The rules are strict towards a model, and not so strict that nothing could be said."""
    total = faulty = 0
    for question in shipped_bank():
        rules = TurnRules(
            questions=1,
            secrets=secrets_of(question),
            known=(question.prompt,),
        )
        for follow_up in question.follow_ups:
            total += 1
            faulty += bool(check_turn(follow_up, rules))
    assert total > 700
    assert faulty <= 0.02 * total


def test_every_models_answer_told_in_a_question_is_a_leak() -> None:
    told = missed = 0
    for question in shipped_bank():
        rules = TurnRules(
            questions=1, secrets=secrets_of(question), known=(question.prompt,), max_characters=9999
        )
        for criterion in question.rubric.criteria:
            told += 1
            leak = f"Would you also say this: {criterion.met}"
            missed += Fault.LEAK not in check_turn(leak, rules)
    assert missed == 0, f"{missed} of {told}"
