from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.evaluation.points import derive_points, points_wanted
from questions.evaluation.row import Row, read_rows
from questions.evaluation.subject import subject_of
from questions.grading import CriterionVerdict, Grade, Judgement, assemble_grade
from questions.question import Verdict


def a_row(**change: object) -> Row:
    values = {
        "qid": "q",
        "question": "What does a cache do?",
        "reference": "It keeps computed results close. Later requests find them without work.",
        "answer": "Keeps results close by.",
        "score": 1.0,
        "max_score": 1.0,
        **change,
    }
    return read_rows([json.dumps(values).encode()]).rows[0]


def test_sentences_bullets_and_lines_are_points() -> None:
    reference = (
        "Differences:\n- The UDP header is much shorter than the TCP header\n"
        "-Sequence number\n-Acknowledgment number\n"
        "2.The sender port field is optional in UDP. TCP needs its source port."
    )
    assert derive_points(reference) == (
        "Differences: The UDP header is much shorter than the TCP header",
        "Sequence number Acknowledgment number",
        "The sender port field is optional in UDP.",
        "TCP needs its source port.",
    )


@pytest.mark.parametrize("reference", ["42", "Yes.", "diameter decreases", "?", "3.5"])
def test_a_short_reference_is_one_point(reference: str) -> None:
    assert derive_points(reference) == (reference,)


def test_the_shortest_neighbours_are_joined_until_seven_are_left() -> None:
    sentences = [
        f"Point number {n} states a separate network fact{' again' * n}." for n in range(9)
    ]
    points = derive_points(" ".join(sentences))
    assert len(points) == 7
    assert " ".join(points) == " ".join(sentences)
    assert points[-1] == sentences[-1]


@given(st.text(min_size=1).filter(str.strip))
def test_there_are_always_one_to_seven_points_that_say_something(reference: str) -> None:
    points = derive_points(reference)
    assert 1 <= len(points) <= 7
    assert all(point.strip() for point in points)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("State at least 4 of the differences between UDP and TCP.", 4),
        ("Please NAME and DESCRIBE two challenges.", 2),
        ("List any three of them.", 3),
        ("Name 9 of them.", 6),
        ("Name 7 of them.", 6),
        ("Name the 2 phases and explain both.", 6),
        ("How likely are at least 3 heads?", 6),
        ("What is it? Give 1 advantage.", 6),
        ("Why?", 6),
    ],
)
def test_some_questions_want_only_some_of_the_points(question: str, wanted: int) -> None:
    assert points_wanted(question, 6) == wanted


def graded(row: Row, *verdicts: Verdict) -> tuple[float, Grade]:
    subject = subject_of(row)
    judgement = Judgement(
        verdicts=tuple(
            CriterionVerdict(criterion_id=c.id, verdict=v, quote=row.answer)
            for c, v in zip(subject.question.rubric.criteria, verdicts, strict=True)
        )
    )
    grade = assemble_grade(
        subject.question.rubric, judgement, row.answer, grader="test", is_estimate=False
    )
    assert isinstance(grade, Grade)
    return subject.score(grade), grade


def test_given_criteria_keep_their_proportions() -> None:
    points = [{"text": "It keeps results.", "points": 0.25}, {"text": "Nearby.", "points": 0.75}]
    score, _ = graded(a_row(criteria=points), Verdict.MISSED, Verdict.MET)
    assert score == pytest.approx(3.75, abs=0.06)


def test_where_two_of_three_are_wanted_two_earn_everything() -> None:
    reference = "It saves repeated work. It lowers network load. It shortens waiting times."
    row = a_row(reference=reference, question="Name two advantages of a cache.")
    met, partial, missed = Verdict.MET, Verdict.PARTIAL, Verdict.MISSED
    assert graded(row, met, met, missed)[0] == 5
    assert graded(row, met, met, met)[0] == 5
    assert graded(row, met, partial, missed)[0] == pytest.approx(3.75, abs=0.06)
    assert graded(row, missed, missed, missed)[0] == 0


def test_a_question_is_named_by_what_its_answers_are_judged_by() -> None:
    one, same, other = a_row(), a_row(qid="x", answer="Else."), a_row(reference="It is a store.")
    assert subject_of(one).question.id == subject_of(same).question.id
    assert subject_of(one).question.id != subject_of(other).question.id
