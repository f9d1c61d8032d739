from __future__ import annotations

import pytest

from questions.linting.spelling import Speller
from questions.question import Band, Exemplar, Question, Verdict
from tests.factory import a_question

SPELLER = Speller()


def misspelt(text: str) -> list[str]:
    question = a_question().model_copy(update={"model_answer": text})
    return [word for word, _ in SPELLER.misspelt(question)]


@pytest.mark.parametrize(
    "text",
    [
        "We optimise, analyse and centre the colour of a labelled catalogue.",
        "We optimize, analyze and center the color of a labeled catalog.",
        "The tokeniser and the tokenizer, quantised and quantized.",
        "It doesn't, they wouldn’t, it's what you'd do; we've seen the customers' data.",
        "Call `recieve_all` now:\n\n```python\ndef recieve(): ...\n```",
        "Zylphora Quandt of Brzeg wrote ABCDX in PyTorchX.",
        "At p99 it took 12msx, see x_qz and foo.qzx().",
        'The log says “konnection refyused” and "unabel to open".',
        "A re-ranked, state-of-the-art, pre-trained model.",
    ],
    ids=[
        *("British", "American", "of the field", "shortened", "code", "names", "data"),
        *("quoted", "hyphens"),
    ],
)
def test_what_passes(text: str) -> None:
    assert misspelt(text) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("They recieve it untill it occured.", ["recieve", "untill", "occured"]),
        ("A well-knwon treshold.", ["knwon", "treshold"]),
        ("The colur of teh centre, teh colur.", ["colur", "teh"]),
    ],
)
def test_slips_are_named_once(text: str, wrong: list[str]) -> None:
    assert misspelt(text) == wrong


def test_the_likeliest_word_is_offered() -> None:
    question = a_question().model_copy(update={"model_answer": "They recieve qxzzyqk."})

    assert dict(SPELLER.misspelt(question)) == {"recieve": "receive", "qxzzyqk": None}


def an_exemplar(question: Question, band: Band) -> Exemplar:
    verdicts = dict.fromkeys(question.rubric.ids, Verdict.MET)
    return Exemplar(band=band, text="i wuold just definately cache it", verdicts=verdicts)


@pytest.mark.parametrize(
    ("band", "wrong"),
    [(Band.WEAK, []), (Band.MIDDLING, []), (Band.STRONG, ["wuold", "definately"])],
)
def test_only_strong_exemplars_are_typed_with_care(band: Band, wrong: list[str]) -> None:
    question = a_question()
    question = question.model_copy(update={"exemplars": (an_exemplar(question, band),)})

    assert [word for word, _ in SPELLER.misspelt(question)] == wrong
