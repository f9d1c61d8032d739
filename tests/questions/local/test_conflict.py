from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.retrieval.minilm import MiniLM
from questions.evaluation.contradiction import deny
from questions.evaluation.row import Row
from questions.evaluation.subject import subject_of
from questions.grading import FactualError, Judgement
from questions.local.grader import LocalGrader
from questions.packs import SHIPPED, read_pack
from questions.question import Band, Question

QUESTION = read_pack(SHIPPED / "ai-engineer" / "small-tenants-find-nothing.md")
GOOD = next(e.text for e in QUESTION.exemplars if e.band is Band.STRONG)


@pytest.fixture(scope="module")
def grader() -> Iterator[LocalGrader]:
    encoder = MiniLM()
    yield LocalGrader(encoder)
    encoder.close()


async def errors(
    grader: LocalGrader, reply: str, question: Question = QUESTION
) -> tuple[FactualError, ...]:
    judged = await grader.judge(question, reply, [])
    assert isinstance(judged, Judgement)
    return judged.errors


async def test_a_good_answer_has_no_errors(grader: LocalGrader) -> None:
    assert await errors(grader, GOOD) == ()
    assert await errors(grader, QUESTION.model_answer) == ()


async def test_a_common_mistake_told_as_advice_is_an_error(grader: LocalGrader) -> None:
    mistake = QUESTION.common_mistakes[0]
    told = f"The right thing to do is this: {mistake[0].lower()}{mistake[1:]}"

    (error,) = await errors(grader, f"{GOOD}\n\n{told}")

    assert error.quote == told
    assert error.correction.startswith("This is a common mistake here: ")


async def test_a_common_mistake_told_as_a_warning_is_none(grader: LocalGrader) -> None:
    mistake = QUESTION.common_mistakes[0]
    warned = f"I would never do this: {mistake[0].lower()}{mistake[1:]}"

    assert await errors(grader, f"{GOOD}\n\n{warned}") == ()


async def test_a_denied_statement_is_an_error_with_what_is_right(grader: LocalGrader) -> None:
    statement = QUESTION.model_answer.split(". ")[1] + "."
    denied = deny(statement)

    (error,) = await errors(grader, f"{GOOD}\n\n{denied}")

    assert error.quote == denied
    assert error.correction.startswith(
        ("The opposite is right: ", "You say the opposite as well: ")
    )


async def test_saying_the_same_with_and_without_a_not_is_an_error(grader: LocalGrader) -> None:
    said = GOOD.split(". ")[0] + "."
    announced = f"One thing is certain: {deny(said)}"

    (error,) = await errors(grader, f"{GOOD}\n\n{announced}")

    assert error.quote == announced
    assert error.correction.startswith("You say the opposite as well: ")


async def test_a_reference_answer_costs_nobody_points(grader: LocalGrader) -> None:
    row = Row(
        qid="1",
        question="What does a router do?",
        reference="A router forwards packets between networks.",
        answer="A router does not forward packets between networks.",
        score=0,
        max_score=1,
    )

    assert await errors(grader, row.answer, subject_of(row).question) == ()


async def test_more_than_three_errors_are_not_told(grader: LocalGrader) -> None:
    found = await errors(grader, deny(QUESTION.model_answer))

    assert len(found) == 3
