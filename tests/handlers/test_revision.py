"""What becomes of an edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.answers.revision import EditFate, fate_of, is_same
from handlers.records import Answer, AnswerSource, AnswerState
from tests.factory import CHANNEL

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=10)
TEXT = "I would look at the queue first, then compare the index with its source."
OTHER = "I would look at the cache first, since it is the cheapest thing to rule out."

SAME = [
    ("I would look at the queue.", "i would look at the queue"),
    ("Look at the queue -- then the index", "Look at the queue – then, the index!"),
    ("the retreival step", "the retrieval step"),
    ("a seperation of the embeding", "a seperation of the embedding"),
    ("two  spaces\nand a line", "two spaces and a line"),
]
OTHERWISE = [
    ("I would use micro averages", "I would use macro averages"),
    ("the precision is stable", "the precision is unstable"),
    ("it can scale", "it can't scale"),
    ("latency of 10 ms", "latency of 100 ms"),
    ("above 90% recall", "above 90 recall"),
    ("it should work", "it shouldn't work"),
    ("we include it", "we exclude it"),
    ("inter annotator", "intra annotator"),
    ("it increases", "it decreases"),
    ("a > b", "a < b"),
    ("look at the queue", "look at the queue first"),
    ("not good", "now good"),
    ("supervised learning", "unsupervised learning"),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_slips_of_the_pen_change_nothing(before: str, after: str) -> None:
    assert is_same(before, after)
    assert is_same(after, before)


@pytest.mark.parametrize(("before", "after"), OTHERWISE)
def test_another_word_is_another_answer(before: str, after: str) -> None:
    assert not is_same(before, after)
    assert not is_same(after, before)


@given(st.text(max_size=200), st.text(max_size=200))
def test_sameness_has_no_direction(before: str, after: str) -> None:
    assert is_same(before, before)
    assert is_same(before, after) == is_same(after, before)


def an_answer(**changes: object) -> Answer:
    fresh = Answer(
        id="a1",
        team_id="team",
        member_id="ada",
        occurrence_id="o1",
        question_id="q1",
        question_version=1,
        source=AnswerSource.MESSAGE,
        key="k",
        text=TEXT,
        show_in=CHANNEL,
        created_at=NOW,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


def fate(
    answer: Answer, text: str = OTHER, *, minutes: float = 5, is_final: bool = False
) -> EditFate:
    edited_at = NOW + timedelta(minutes=minutes)
    return fate_of(answer, text, edited_at, window=WINDOW, is_final=is_final)


GRADED = an_answer(state=AnswerState.GRADED, begun=True)
JUDGED = an_answer(begun=True)


@pytest.mark.parametrize(
    ("answer", "minutes", "is_final", "expected"),
    [
        (an_answer(), 5, False, EditFate.REPLACE),
        (an_answer(), 600, False, EditFate.REPLACE),
        (an_answer(), 5, True, EditFate.REFUSE),
        (JUDGED, 5, False, EditFate.WAIT),
        (JUDGED, 11, False, EditFate.REFUSE),
        (GRADED, 10, False, EditFate.REGRADE),
        (GRADED, 10.1, False, EditFate.REFUSE),
        (GRADED, 5, True, EditFate.REFUSE),
        (replace(GRADED, round=2), 5, False, EditFate.REFUSE),
        (replace(GRADED, state=AnswerState.UNGRADED), 5, False, EditFate.REGRADE),
        (replace(GRADED, state=AnswerState.WITHDRAWN), 5, False, EditFate.IGNORE),
        (replace(GRADED, edited_at=NOW + timedelta(minutes=6)), 5, False, EditFate.IGNORE),
        (replace(JUDGED, waiting_text=OTHER), 5, False, EditFate.IGNORE),
        # Put back as it was, while it is being graded: then nothing is left to grade again.
        (replace(JUDGED, text=OTHER, waiting_text=TEXT), 5, False, EditFate.WAIT),
        # The second round's text is pinned when that begins, too.
        (an_answer(round=2), 5, False, EditFate.REPLACE),
        (replace(JUDGED, round=2), 5, False, EditFate.REFUSE),
    ],
)
def test_what_becomes_of_an_edit(
    answer: Answer, minutes: float, is_final: bool, expected: EditFate
) -> None:
    assert fate(answer, minutes=minutes, is_final=is_final) is expected


@pytest.mark.parametrize("answer", [an_answer(), JUDGED, GRADED])
def test_the_same_text_is_no_edit(answer: Answer) -> None:
    assert fate(answer, TEXT) is EditFate.IGNORE


def test_a_slip_that_is_mended_before_grading_is_graded_as_mended() -> None:
    mended = TEXT.replace("source.", "source")
    assert fate(an_answer(), mended) is EditFate.REPLACE
    assert fate(GRADED, mended) is EditFate.IGNORE
