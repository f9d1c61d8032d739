from __future__ import annotations

from collections.abc import Sequence

import pytest

from questions.evaluation.agreement import by_question, measure, without_blanks
from questions.evaluation.benchmark import Benchmark
from questions.evaluation.judging import for_each, grade_reply, warm_up
from questions.evaluation.wording import FILLER
from questions.grading import Grade, Judgement, Ungraded, UngradedReason
from questions.ports import GraderUnavailable, RelatedAnswer
from questions.question import Question
from tests.factory import a_question
from tests.questions.evaluation.builder import ScriptedGrader, a_row, observed


def by_length(_: Question, reply: str) -> float | None:
    """A fifth for each word, up to all; nothing in German."""
    return None if "nicht" in reply else min(len(reply.split()) / 10, 1.0)


async def test_rows_are_graded_in_their_order_and_refusals_kept_apart() -> None:
    rows = [
        a_row("five words are half marks", qid="b"),
        a_row("", qid="a"),
        a_row("cache", qid="b"),
        a_row("das ist nicht Englisch", qid="a"),
        a_row(" ".join(["word"] * 12), qid="c"),
    ]
    told: list[tuple[int, int]] = []
    grader = ScriptedGrader(by_length)
    seen = await Benchmark(grader, at_once=2).observe(rows, lambda *it: told.append(it))

    assert [o.row for o in seen] == rows
    assert [o.outcome.score for o in seen] == [2.5, 0, 0, None, 5]
    assert [o.outcome.reason for o in seen] == [
        None,
        UngradedReason.EMPTY,
        UngradedReason.TOO_SHORT,
        UngradedReason.LANGUAGE,
        None,
    ]
    assert told == [(n, 5) for n in range(1, 6)]
    assert len(grader.judged) == 3


def test_ungraded_is_left_out_and_an_empty_answer_counts_as_0() -> None:
    agreement = measure(
        [
            observed(None, 5, reason=UngradedReason.LANGUAGE),
            observed(0.0, 1, answer="", reason=UngradedReason.EMPTY),
            observed(3.0, 4),
            observed(5.0, 5),
        ]
    )
    assert (agreement.n, agreement.graded, agreement.share_ungraded) == (4, 3, 0.25)
    assert agreement.ungraded == {"language": 1}
    assert agreement.counted_as_zero == {"empty": 1}
    assert agreement.mean_bias == pytest.approx(-2 / 3)
    assert agreement.macro_f1 is None


def test_right_or_wrong_has_an_f1() -> None:
    agreement = measure([observed(4.0, 5), observed(2.0, 0), observed(3.0, 0)])
    assert agreement.macro_f1 == pytest.approx((2 / 3 + 2 / 3) / 2)


def test_groups() -> None:
    rows = [observed(1, 1, qid="b"), observed(2, 2, qid="a", answer="No idea"), observed(3, 3)]
    assert list(by_question(rows)) == ["b", "a", "q1"]
    assert without_blanks(rows) == [rows[0], rows[2]]


async def test_a_calibration_is_measured_on_the_rest_and_anchored_by_rubbish() -> None:
    rows = [
        a_row(" ".join(["word"] * (n % 8 + 3)), score=min(5.0, n % 8 / 2 + 2), qid=f"q{n % 3}")
        for n in range(48)
    ]
    grader = ScriptedGrader(lambda q, r: 0.0 if r in (q.prompt, FILLER) else len(r.split()) / 20)
    benchmark = Benchmark(grader)
    observations = await benchmark.observe(rows)
    found = await benchmark.calibrate(observations, 20)

    assert (found.used, found.before.n, found.after.n) == (20, 28, 28)
    assert found.before.rmse is not None
    assert found.after.rmse is not None
    assert found.after.rmse < found.before.rmse
    judged = [reply for _, reply in grader.judged[len(rows) :]]
    assert FILLER in judged
    assert rows[0].question in judged
    assert rows[1].reference in judged
    # The other questions' references have twelve words and scored 3 here, but an anchor is at
    # most 1, or it would switch the calibration off.
    assert found.calibration.anchor == 1
    assert found.calibration(1) <= 1


@pytest.mark.parametrize("count", [2, 9])
async def test_too_few_answers_to_calibrate_by(count: int) -> None:
    benchmark = Benchmark(ScriptedGrader(by_length))
    observations = await benchmark.observe([a_row(), a_row("A second answer of some words.")])
    with pytest.raises(ValueError, match="2 answers can be used"):
        await benchmark.calibrate(observations, count)


class Unreachable(ScriptedGrader):
    """Answers only from the ``after``-th try on."""

    def __init__(self, after: int) -> None:
        super().__init__(by_length)
        self._left = after

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement | Ungraded:
        self._left -= 1
        if self._left > 0:
            raise GraderUnavailable("the endpoint is down")
        return await super().judge(question, reply, related)


async def test_a_grader_that_comes_back_is_asked_again() -> None:
    graded = await grade_reply(Unreachable(3), a_question(), "one two three", waits=(0, 0))
    assert isinstance(graded, Grade)
    refused = await grade_reply(Unreachable(4), a_question(), "one two three", waits=(0, 0))
    assert isinstance(refused, Ungraded)
    assert refused.reason is UngradedReason.UNAVAILABLE


async def test_warming_up_says_why_nothing_can_be_graded() -> None:
    assert await warm_up(Unreachable(2), a_question()) == "the endpoint is down"
    assert await warm_up(Unreachable(1), a_question()) is None


async def test_what_fails_ends_everything() -> None:
    done: list[int] = []

    async def work(n: int) -> int:
        if n == 2:
            raise RuntimeError("two")
        done.append(n)
        return n

    with pytest.raises(RuntimeError, match="two"):
        await for_each(range(9), work, at_once=1)
    assert done == [0, 1]
    assert await for_each([], work, at_once=4) == []
