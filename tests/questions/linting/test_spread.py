from __future__ import annotations

from pathlib import Path

import pytest

from questions.linting.spread import QUESTIONS_PER_ROLE, uneven_spread
from questions.packs import SHIPPED, shipped_bank
from questions.question import Kind, Question
from questions.role import Role

ROLE = Role.DATA_SCIENTIST


def read(questions: list[Question]) -> list[tuple[Path, Question]]:
    return [(SHIPPED / q.role.value / f"{q.id}.md", q) for q in questions]


def changed(**update: object) -> list[Question]:
    """The shipped bank with every question of one role changed."""
    return [q.model_copy(update=update) if q.role is ROLE else q for q in shipped_bank()]


def without(*, difficulty: int | None = None, kind: Kind | None = None) -> list[Question]:
    """The shipped bank with another difficulty or kind in the place of one."""
    return [
        q.model_copy(update={"difficulty": 3 if q.difficulty == difficulty else q.difficulty})
        if q.role is ROLE and difficulty
        else q.model_copy(update={"kind": Kind.CONCEPT if q.kind is kind else q.kind})
        if q.role is ROLE
        else q
        for q in shipped_bank()
    ]


def test_the_shipped_bank_is_even() -> None:
    assert list(uneven_spread(read(list(shipped_bank())))) == []


@pytest.mark.parametrize(
    ("bank", "message"),
    [
        (changed(difficulty=3), "30 of 30 are of difficulty 3; at most 40% should be"),
        (without(difficulty=1), "no question of difficulty 1"),
        (changed(kind=Kind.CONCEPT), "30 of 30 are of the kind concept; at most 40% should be"),
        (without(kind=Kind.CODE_READING), "no question of the kind code-reading"),
        ([q for q in shipped_bank() if q.role is not ROLE], "0 questions; 30 are wanted"),
        (
            [q for q in shipped_bank() if q.id != "significant-on-day-four"],
            f"{QUESTIONS_PER_ROLE - 1} questions; 30 are wanted",
        ),
    ],
    ids=[
        "one difficulty",
        "a difficulty missing",
        "one kind",
        "a kind missing",
        "none",
        "one less",
    ],
)
def test_what_is_uneven_is_named_with_its_folder(bank: list[Question], message: str) -> None:
    findings = list(uneven_spread(read(bank)))

    assert message in {finding.message for finding in findings}
    assert {finding.path for finding in findings} == {SHIPPED / ROLE.value}


def test_no_bank_lacks_every_role() -> None:
    assert len(list(uneven_spread([]))) == len(Role)
