"""The interviewer's own words: quotes stand in the answer, replies in the description."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers.practice import wording
from handlers.practice.record import Level
from handlers.practice.selection import difficulties
from questions.grading import find_quote

JOB = (
    "We build search for hospitals. The team has six engineers and one designer.\n"
    "You will work three days a week from the office in Leeds."
)


def test_a_job_description_answers_by_its_own_sentence() -> None:
    found = wording.find_in_background("How many engineers are in the team?", JOB)
    assert found == "The team has six engineers and one designer."
    assert wording.find_in_background("What is the salary?", JOB) is None


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_quote_is_verbatim_or_none(words: str, text: str) -> None:
    quote = wording.short_quote(words, text)
    if quote is not None:
        assert quote in text
        assert len(quote) <= wording.MAX_QUOTE


def test_a_long_quote_is_cut_at_a_word() -> None:
    text = "I would look at the queue first " * 10
    quote = wording.short_quote(text.strip(), text)
    assert quote is not None
    assert len(quote) <= wording.MAX_QUOTE
    assert f"{quote} " in text


def test_a_probe_asks_about_the_persons_own_words() -> None:
    answer = "Yes. I would look at the age of the queue before anything else."
    text, quote = wording.probe(answer, ())
    assert find_quote(quote, answer)
    assert f"“{quote}”" in text
    other, _ = wording.probe(answer, (text,))
    assert other != text


def test_the_banks_follow_up_is_not_one_that_was_asked() -> None:
    follow_ups = ("How would you test it?", "Who owns the budget for it?")
    asked = ("And how would you test it?",)
    assert wording.bank_follow_up(follow_ups, asked) == "Who owns the budget for it?"
    assert wording.bank_follow_up(follow_ups[:1], asked) is None


def test_unknown_things_are_said_to_be_unknown() -> None:
    said = wording.reply(None, has_background=True, was_unknown=False, invites=True)
    assert said.startswith("I don't know that")
    again = wording.reply(None, has_background=True, was_unknown=True, invites=False)
    assert again != said
    assert wording.ONE_MORE not in again


def test_difficulty_follows_how_it_goes() -> None:
    assert list(difficulties(Level.INTERMEDIATE, ())) == [2, 3, 4]
    assert list(difficulties(Level.INTERMEDIATE, (4.5, 4.5))) == [3, 4, 5]
    assert list(difficulties(Level.INTERMEDIATE, (4.5, 1.0, 1.0))) == [1, 2, 3]
    assert list(difficulties(Level.JUNIOR, (0.0, 0.0))) == [1, 2, 3]
    assert list(difficulties(Level.SENIOR, (5.0, 5.0))) == [3, 4, 5]
