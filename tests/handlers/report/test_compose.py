"""What a report says, and the words that it rests on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.practice.record import TurnState
from handlers.report.compose import compose
from handlers.report.content import (
    Claim,
    Content,
    Earlier,
    Evidence,
    QuestionResult,
    Recommendation,
    Speaker,
    Standing,
)
from handlers.report.evidence import MAX_QUOTE, Record, cut, unsupported
from handlers.report.score import average_of, recommend
from questions.question import Verdict
from tests.factory import a_question
from tests.handlers.report.session import (
    FIRST,
    MET,
    MISSED,
    MORE,
    OPENING,
    PARTIAL,
    SECOND,
    Interview,
    a_session,
    an_interview,
)

SAID = "\n".join([OPENING, FIRST, MORE, SECOND])


def a_result(score: float | None, number: int = 1) -> QuestionResult:
    return QuestionResult(
        number=number, question_id=f"q{number}", title="T", difficulty=3,
        standing=Standing.GRADED, score=score,
    )  # fmt: skip


def test_every_question_has_its_score_and_what_it_rests_on() -> None:
    queue, cache = compose(an_interview().material()).questions

    # The weights are 3, 2, 1, 1: all but the last, of 5; half of the first.
    assert (queue.score, queue.follow_ups) == (4.3, 1)
    assert (cache.score, cache.follow_ups) == (1.1, 0)
    met = queue.points[0]
    assert met.verdict is Verdict.MET
    assert met.claim.evidence == Evidence(quote="An alert on the queue's age", turn=3)
    assert [p.verdict for p in cache.points] == [PARTIAL, MISSED, MISSED, MISSED]


def test_what_was_missed_is_shown_by_the_words_that_asked_for_it() -> None:
    cache = compose(an_interview().material()).questions[1]

    evidence = cache.points[1].claim.evidence
    assert evidence.speaker is Speaker.INTERVIEWER
    assert evidence.quote == "How would you find out why the index is stale?"


def test_every_quote_of_a_report_stands_in_the_session() -> None:
    interview = an_interview()
    content = compose(interview.material())

    assert unsupported(content, Record(interview.turns, interview.questions)) == []
    yours = [c.evidence.quote for c in content.claims if c.evidence.speaker is Speaker.YOU]
    assert len(yours) > 5
    assert all(quote in SAID for quote in yours)


def test_a_claim_that_nobodys_words_show_is_found() -> None:
    interview = an_interview()
    content = compose(interview.material())
    invented = Claim(text="Led a team of forty", evidence=Evidence(quote="forty", turn=1))
    elsewhere = Claim(text="Knows caches", evidence=Evidence(quote="maybe the cache", turn=2))
    padded = content.model_copy(update={"strengths": (*content.strengths, invented, elsewhere)})

    found = unsupported(padded, Record(interview.turns, interview.questions))
    assert found == [invented, elsewhere]


def test_strengths_and_gaps_name_each_question_once_before_a_second_time() -> None:
    content = compose(an_interview().material())

    assert [c.text for c in content.strengths] == ["Covers c1", "Covers c2", "Covers c3"]
    assert {c.evidence.turn for c in content.strengths} == {3}
    assert [(c.text, c.evidence.turn) for c in content.not_shown[:2]] == [
        ("Covers c1", 4),
        ("Covers c4", 2),
    ]


def test_a_skill_is_shown_by_a_clear_pass_alone() -> None:
    content = compose(an_interview().material())

    assert [skill.name for skill in content.skills] == ["skill queue"]


def test_what_was_not_asked_is_no_gap_of_the_persons() -> None:
    bank = [a_question("other").model_copy(update={"topic": "vector-stores"})]
    content = compose(an_interview().material(bank=bank))

    assert [(gap.topic, gap.question_id) for gap in content.not_asked] == [
        ("vector stores", "other")
    ]
    assert all("vector" not in claim.text for claim in content.not_shown)


def test_topics_beyond_the_first_five_are_counted() -> None:
    bank = [a_question(f"b{n}").model_copy(update={"topic": f"t-{n}"}) for n in range(8)]
    content = compose(an_interview().material(bank=bank))

    assert (len(content.not_asked), content.more_topics) == (5, 3)


def test_three_things_to_practise_begin_with_what_went_worst() -> None:
    alike = a_question("stale-cache").model_copy(
        update={"topic": "caches", "title": "About cache", "skills": ("skill cache", "testing")}
    )
    others = [a_question(f"b{n}").model_copy(update={"topic": f"t-{n}"}) for n in range(4)]
    practise = compose(an_interview().material(bank=[alike, *others])).practise

    assert len(practise) == 3
    assert practise[0].question_id == "stale-cache"
    assert "“About cache” (1.1/5): “Covers c1” was open" in practise[0].why
    assert all("a topic that did not come up" in item.why for item in practise[1:])


def test_where_nothing_is_alike_the_same_question_comes_again() -> None:
    [again] = compose(an_interview().material()).practise

    assert again.question_id == "cache"
    assert again.why.startswith("once more, after 1.1/5")


@pytest.mark.parametrize(
    ("state", "standing"),
    [(TurnState.SKIPPED, Standing.SKIPPED), (TurnState.TIMED_OUT, Standing.TIMED_OUT)],
)
def test_a_question_without_an_answer_counts_as_nothing(
    state: TurnState, standing: Standing
) -> None:
    interview = an_interview().question("left", "", state=state)
    content = compose(interview.material())

    assert (content.questions[-1].standing, content.questions[-1].score) == (standing, 0.0)
    assert content.average == round((4.3 + 1.1 + 0) / 3, 1)
    assert "1 question was skipped or ran out of time and counts as 0." in content.suitability


def test_an_answer_that_could_not_be_graded_counts_neither_way() -> None:
    interview = an_interview().question("odd", "Something.", state=TurnState.UNGRADED)
    content = compose(interview.material())

    assert (content.questions[-1].standing, content.questions[-1].score) == (
        Standing.UNGRADED,
        None,
    )
    assert content.average == 2.7


def test_a_question_that_the_end_came_before_counts_neither_way() -> None:
    interview = an_interview().question("late", "", state=TurnState.LEFT)

    assert compose(interview.material()).questions[-1].standing is Standing.UNANSWERED


def test_what_was_wrong_is_corrected_beside_the_words() -> None:
    interview = Interview().question("q", FIRST, MET, error="a stale index answers confidently")
    [result] = compose(interview.material()).questions

    assert [c.text for c in result.corrections] == ["It is the other way round."]
    assert result.corrections[0].evidence.quote == "a stale index answers confidently"


def test_a_quote_that_runs_on_into_the_next_answer_is_cut_where_the_first_ends() -> None:
    running = f"{FIRST[-30:]}\n\n{MORE[:20]}"
    interview = Interview().question("q", FIRST).follow_up(MORE, MET, quote=running)
    [result] = compose(interview.material()).questions

    evidence = result.points[0].claim.evidence
    assert evidence.turn == 1
    assert FIRST.endswith(f"{evidence.quote}.")


@pytest.mark.parametrize(
    ("scores", "recommended"),
    [
        ([], Recommendation.NONE),
        ([5.0], Recommendation.NONE),
        ([5.0, None], Recommendation.NONE),
        ([4.5, 4.5], Recommendation.STRONG_YES),
        ([5.0, 5.0, 3.5], Recommendation.STRONG_YES),
        ([5.0, 5.0, 5.0, 3.4], Recommendation.YES),
        ([3.5, 3.5], Recommendation.YES),
        ([5.0, 5.0, 5.0, 1.4], Recommendation.NOT_YET),
        ([2.5, 2.5], Recommendation.NOT_YET),
        ([2.4, 2.4], Recommendation.NO),
        ([0.0, 0.0], Recommendation.NO),
    ],
)
def test_the_scale_decides_what_is_recommended(
    scores: list[float | None], recommended: Recommendation
) -> None:
    assert recommend([a_result(score) for score in scores]) is recommended


@given(
    st.lists(st.integers(0, 50).map(lambda n: n / 10), min_size=2, max_size=8), st.integers(0, 7)
)
def test_a_better_answer_never_lowers_the_recommendation(scores: list[float], at: int) -> None:
    order = [
        Recommendation.NO,
        Recommendation.NOT_YET,
        Recommendation.YES,
        Recommendation.STRONG_YES,
    ]
    better = [*scores]
    better[at % len(scores)] = 5.0

    before, after = (
        recommend([a_result(score) for score in chosen]) for chosen in (scores, better)
    )
    assert order.index(after) >= order.index(before)


def test_without_a_score_nothing_is_averaged() -> None:
    assert average_of([a_result(None)]) is None
    content = compose(Interview().opening(OPENING).material())
    assert (content.average, content.recommendation) == (None, Recommendation.NONE)
    assert "no score to judge by" in content.suitability[0]


def test_how_somebody_answers_is_measured_and_shown_in_their_words() -> None:
    communication = compose(an_interview().material()).communication

    assert [m.name for m in communication.measures] == [
        "Length of an answer",
        "Structure",
        "Brevity",
        "Hedging",
    ]
    texts = {remark.text: remark.evidence.quote for remark in communication.remarks}
    [hedging] = [text for text in texts if text.startswith("Hedges such as “i guess”, “maybe”")]
    assert texts[hedging] == "I guess it is maybe the cache, or something."


def test_a_spoken_answer_adds_pace_and_fillers() -> None:
    said = "Um, you know, it is the cache. Um, basically we clear it. " * 3
    interview = Interview().question("q", said, MET, seconds=6)
    communication = compose(interview.material()).communication

    assert {"Pace", "Fillers"} <= {m.name for m in communication.measures}
    assert any("words a minute" in remark.text for remark in communication.remarks)
    assert any("fillers in one answer" in remark.text for remark in communication.remarks)


def test_an_interview_without_answers_says_nothing_about_the_person() -> None:
    content = compose(Interview().opening("").question("q", "").goodbye().material())

    assert content.claims == ()
    assert content.communication.measures == ()


def test_progress_ends_with_this_session() -> None:
    before = Earlier(on=date(2026, 2, 1), average=2.0, questions=3, role="AI Engineer")
    content = compose(an_interview().material(earlier=[before]))

    assert [(e.average, e.is_this) for e in content.progress] == [(2.0, False), (2.7, True)]


def test_a_report_tells_its_owners_local_date_and_time() -> None:
    late = a_session(started_at=a_session().created_at.replace(hour=23, minute=30))
    content = compose(an_interview().material(session=late))

    assert content.on == date(2026, 3, 3)
    assert compose(an_interview().material()).minutes == 21


def test_a_report_survives_storage() -> None:
    content = compose(an_interview().material())

    assert Content.model_validate_json(content.model_dump_json()) == content


@given(st.text(min_size=1, max_size=600))
def test_a_cut_quote_is_a_beginning_of_what_was_said(text: str) -> None:
    assert text.startswith(cut(text))
    assert len(cut(text)) <= MAX_QUOTE


@given(
    st.lists(st.text(max_size=120), min_size=4, max_size=4),
    st.lists(st.sampled_from([MET, PARTIAL, MISSED]), min_size=4, max_size=4),
    st.text(max_size=40),
)
def test_whatever_is_answered_and_quoted_every_claim_is_supported(
    answers: list[str], verdicts: list[Verdict], quote: str
) -> None:
    opening, first, more, second = answers
    interview = (
        Interview()
        .opening(opening)
        .question("a", first, *verdicts, quote=quote)
        .follow_up(more, *verdicts, quote=quote)
        .question("b", second, *verdicts)
        .goodbye()
    )
    content = compose(interview.material())

    assert unsupported(content, Record(interview.turns, interview.questions)) == []
