"""The local grader keeps the relations: on a sample here, on the whole bank in the soak tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from math import ceil

import pytest

from bot.retrieval.minilm import MiniLM
from questions.evaluation.exemplar import compare_exemplars, sum_up_exemplars
from questions.evaluation.judging import grade_reply
from questions.evaluation.relation import Relation
from questions.evaluation.robustness import RelationReport, RobustnessReport, check_robustness
from questions.grading import Grade
from questions.local.grader import LocalGrader
from questions.packs import shipped_bank
from questions.question import Question

BANK = shipped_bank()
# Spread over the roles; the rest of the bank is the soak test's.
SAMPLE = BANK[1 :: max(1, len(BANK) // 3)][:3]
# Of these there are one or two checks a question, so three questions would say little.
FEW = (
    Relation.MODEL_ANSWER,
    Relation.HALF,
    Relation.INCREASING,
    Relation.WEAK_AND_KEYWORDS,
    Relation.FILLER,
)
MORE = BANK[:: len(BANK) // 24]
# Three sample answers to a question say little of how close a grader comes.
EXEMPLARS = BANK[:: len(BANK) // 16]

# The first test of the module carries the whole run.
pytestmark = pytest.mark.timeout(600)

Run = Callable[[Sequence[Question]], RobustnessReport]


@pytest.fixture(scope="module")
def encoder() -> Iterator[MiniLM]:
    made = MiniLM()
    yield made
    made.close()


@pytest.fixture(scope="module")
def run(encoder: MiniLM) -> Run:
    """Check all relations of some questions, or the few relations of more of them, once."""

    @cache
    def check(questions: tuple[int, ...], only: tuple[Relation, ...]) -> RobustnessReport:
        chosen = [BANK[index] for index in questions]
        return asyncio.run(
            check_robustness(LocalGrader(encoder), chosen, BANK, at_once=2, only=only)
        )

    return lambda questions: check(
        tuple(BANK.index(q) for q in questions), FEW if questions is MORE else tuple(Relation)
    )


def the(report: RobustnessReport, relation: Relation) -> RelationReport:
    return next(r for r in report.relations if r.relation is relation)


@pytest.mark.parametrize("relation", list(Relation))
def test_a_sample_of_the_bank_keeps_its_relations(run: Run, relation: Relation) -> None:
    found = the(run(MORE if relation in FEW else SAMPLE), relation)
    assert found.total - found.held <= ceil(found.total * relation.floor), found.worst


async def test_exemplars_come_out_close_and_mostly_in_order(encoder: MiniLM) -> None:
    grader = LocalGrader(encoder)
    compared = []
    for question in EXEMPLARS:
        scores = {}
        for exemplar in question.exemplars:
            graded = await grade_reply(grader, question, exemplar.text)
            scores[exemplar.text] = graded.score if isinstance(graded, Grade) else None
        compared.append(compare_exemplars(question, scores))
    report = sum_up_exemplars(compared)

    assert report.keeps_floor, report
    assert report.ordered >= 0.85 * len(EXEMPLARS), report


@pytest.mark.soak
@pytest.mark.parametrize("relation", list(Relation))
def test_the_whole_bank_keeps_its_relations(run: Run, relation: Relation) -> None:
    found = the(run(BANK), relation)
    assert found.keeps_floor, (found.share_broken, found.worst)


@pytest.mark.soak
def test_the_whole_bank_s_exemplars_come_out_close(run: Run) -> None:
    assert run(BANK).exemplars.keeps_floor, run(BANK).exemplars
