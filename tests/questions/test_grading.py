from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.grading import (
    MAX_REPLY_CHARACTERS,
    CriterionVerdict,
    FactualError,
    Grade,
    Judgement,
    Rewording,
    Ungraded,
    UngradedReason,
    assemble_grade,
    find_quote,
    refuse_reply,
    weighted_score,
)
from questions.question import Rubric, Verdict
from tests.factory import a_rubric

verdicts = st.sampled_from(Verdict)
weighted = st.lists(st.tuples(st.integers(1, 5), verdicts), min_size=1, max_size=7)
REPLY = "I replay the failing questions first. Then I read the “retrieved” chunks,\n and compare."


def shares(pairs: list[tuple[int, Verdict]]) -> list[tuple[int, float]]:
    return [(weight, verdict.share) for weight, verdict in pairs]


def grade(rubric: Rubric, judged: list[CriterionVerdict], reply: str = REPLY) -> Grade | Ungraded:
    return assemble_grade(
        rubric, Judgement(verdicts=tuple(judged)), reply, grader="test", is_estimate=False
    )


def judged(id_: str, verdict: Verdict, quote: str = "") -> CriterionVerdict:
    return CriterionVerdict(criterion_id=id_, verdict=verdict, quote=quote)


@given(weighted)
def test_a_score_lies_between_0_and_5_in_tenths(pairs: list[tuple[int, Verdict]]) -> None:
    score = weighted_score(shares(pairs))
    assert 0 <= score <= 5
    assert round(score * 10) == pytest.approx(score * 10)


@given(weighted, st.randoms())
def test_the_order_of_criteria_does_not_matter(
    pairs: list[tuple[int, Verdict]], random: object
) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert weighted_score(shares(shuffled)) == weighted_score(shares(pairs))


@given(weighted, st.data())
def test_a_better_verdict_never_lowers_the_score(
    pairs: list[tuple[int, Verdict]], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(pairs) - 1))
    weight, verdict = pairs[index]
    better = data.draw(st.sampled_from([v for v in Verdict if v.share >= verdict.share]))
    raised = [*pairs[:index], (weight, better), *pairs[index + 1 :]]
    assert weighted_score(shares(raised)) >= weighted_score(shares(pairs))


def test_all_met_is_5_and_all_missed_is_0() -> None:
    assert weighted_score([(3, 1.0), (1, 1.0)]) == 5
    assert weighted_score([(3, 0.0), (1, 0.0)]) == 0


def test_no_criteria_is_no_score() -> None:
    with pytest.raises(ValueError, match="at least one criterion"):
        weighted_score([])


def test_a_verdict_counts_only_with_a_quote_that_stands_in_the_reply() -> None:
    outcome = grade(
        a_rubric(1, 1, 1, 1),
        [
            judged("c1", Verdict.MET, "I replay the failing questions"),
            judged("c2", Verdict.MET, "I measure recall at ten"),
            judged("c3", Verdict.PARTIAL, ""),
            judged("c4", Verdict.MISSED, "whatever"),
        ],
    )
    assert isinstance(outcome, Grade)
    assert [c.verdict for c in outcome.criteria] == [
        Verdict.MET,
        Verdict.MISSED,
        Verdict.MISSED,
        Verdict.MISSED,
    ]
    assert outcome.score == 1.2
    assert outcome.criteria[0].quote == "I replay the failing questions"
    assert "not in your answer" in outcome.criteria[1].comment


@pytest.mark.parametrize(
    "ids", [["c1", "c2", "c3"], ["c1", "c2", "c3", "c4", "c9"], ["c1", "c2", "c3", "c4", "c4"]]
)
def test_a_judgement_that_leaves_out_invents_or_repeats_a_criterion_is_no_grade(
    ids: list[str],
) -> None:
    outcome = grade(a_rubric(1, 1, 1, 1), [judged(id_, Verdict.MISSED) for id_ in ids])
    assert isinstance(outcome, Ungraded)
    assert outcome.reason is UngradedReason.MALFORMED


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("i REPLAY the failing questions", "I replay the failing questions"),
        ('the "retrieved" chunks, and compare', "the “retrieved” chunks,\n and compare"),
        ("“I replay the failing questions first.”", "I replay the failing questions first"),
        ("re\u200bplay the failing", "replay the failing"),
        ("failing answers", None),
        ("", None),
        ("…", None),
        ("I", None),
    ],
)
def test_a_quote_is_found_but_for_case_space_and_typography(quote: str, found: str | None) -> None:
    assert find_quote(quote, REPLY) == found


@given(st.text(max_size=200), st.data())
def test_every_stretch_of_a_reply_is_found_in_it_and_comes_back_from_it(
    reply: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(reply)))
    end = data.draw(st.integers(start, len(reply)))
    found = find_quote(reply[start:end], reply)
    assert found is None or found in reply


@given(st.text(max_size=300), st.text(max_size=60))
def test_what_is_found_is_always_a_stretch_of_the_reply(reply: str, quote: str) -> None:
    found = find_quote(quote, reply)
    assert found is None or found in reply


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", UngradedReason.EMPTY),
        (" \n\t ", UngradedReason.EMPTY),
        ("👍 !!", UngradedReason.EMPTY),
        ("yes", UngradedReason.TOO_SHORT),
        ("\x00\x01PNG data here", UngradedReason.NOT_TEXT),
        ("word " * (MAX_REPLY_CHARACTERS // 5 + 1), UngradedReason.TOO_LONG),
    ],
)
def test_what_can_not_be_graded_is_refused_with_one_sentence_or_two(
    reply: str, reason: UngradedReason
) -> None:
    refusal = refuse_reply(reply)
    assert refusal is not None
    assert refusal.reason is reason
    assert refusal.detail.endswith(".")


@pytest.mark.parametrize(
    "reply", ["two words", "x" * 10 + " y", "检查检索到的内容", "a b" * 13_000]
)
def test_an_ordinary_reply_is_not_refused(reply: str) -> None:
    assert refuse_reply(reply) is None


def test_a_degree_counts_in_place_of_the_verdicts_worth() -> None:
    verdicts = [
        CriterionVerdict(
            criterion_id=f"c{n}", verdict=Verdict.PARTIAL, degree=0.4, quote="failing questions"
        )
        for n in range(1, 5)
    ]
    outcome = grade(a_rubric(1, 1, 1, 1), verdicts)
    assert isinstance(outcome, Grade)
    assert outcome.score == 2.0


@pytest.mark.parametrize(("errors", "score"), [(0, 5.0), (1, 4.5), (3, 3.5), (9, 2.5)])
def test_each_factual_error_costs_half_a_point_down_to_half_of_what_was_earned(
    errors: int, score: float
) -> None:
    judgement = Judgement(
        verdicts=tuple(judged(f"c{n}", Verdict.MET, "failing questions") for n in range(1, 5)),
        errors=(FactualError(quote="failing", correction="No."),) * errors,
    )
    outcome = assemble_grade(
        a_rubric(1, 1, 1, 1), judgement, REPLY, grader="test", is_estimate=False
    )
    assert isinstance(outcome, Grade)
    assert outcome.score == score


def test_an_error_or_a_rewording_of_words_that_are_not_there_is_dropped() -> None:
    judgement = Judgement(
        verdicts=tuple(judged(f"c{n}", Verdict.MET, "failing questions") for n in range(1, 5)),
        errors=(FactualError(quote="the moon is cheese", correction="It is not."),),
        rewording=Rewording(original="I never said this", stronger="Better."),
    )
    outcome = assemble_grade(
        a_rubric(1, 1, 1, 1), judgement, REPLY, grader="test", is_estimate=False
    )
    assert isinstance(outcome, Grade)
    assert (outcome.score, outcome.errors, outcome.rewording) == (5.0, (), None)


def test_samples_that_disagree_by_more_than_a_band_mean_low_confidence() -> None:
    def sample(verdict: Verdict) -> tuple[CriterionVerdict, ...]:
        return tuple(judged(f"c{n}", verdict, "failing questions") for n in range(1, 5))

    def confidence(*verdicts: Verdict) -> bool:
        judgement = Judgement(
            verdicts=sample(verdicts[0]), samples=tuple(sample(v) for v in verdicts)
        )
        outcome = assemble_grade(
            a_rubric(1, 1, 1, 1), judgement, REPLY, grader="test", is_estimate=False
        )
        assert isinstance(outcome, Grade)
        return outcome.low_confidence

    assert confidence(Verdict.MET, Verdict.PARTIAL)
    assert not confidence(Verdict.MET, Verdict.MET)
