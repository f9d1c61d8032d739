"""What people are told about a grade: never too much, never twice, always the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from questions.feedback import MOST, Feedback, give_feedback, in_short
from questions.grading import FactualError, Grade, GradedCriterion, Rewording
from questions.packs import shipped_bank
from questions.question import Question, Verdict
from tests.factory import a_question, a_rubric

MET, PARTIAL, MISSED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSED


def judged(
    question: Question, *verdicts: Verdict, degrees: tuple[float | None, ...] = ()
) -> tuple[GradedCriterion, ...]:
    padded = (*degrees, *[None] * (len(verdicts) - len(degrees)))
    return tuple(
        GradedCriterion(
            id=criterion.id,
            verdict=verdict,
            weight=criterion.weight,
            degree=degree,
            quote="" if verdict is MISSED else f"words on {criterion.id}",
        )
        for criterion, verdict, degree in zip(
            question.rubric.criteria, verdicts, padded, strict=True
        )
    )


def told(*verdicts: Verdict, **more: object) -> Feedback:
    question = a_question()  # its weights are 3, 2, 1, 1
    grade = Grade(score=2.0, criteria=judged(question, *verdicts), grader="test")
    return give_feedback(grade.model_copy(update=more), question)


def strengths(feedback: Feedback) -> list[str]:
    return [strength.criterion_id for strength in feedback.strengths]


def improvements(feedback: Feedback) -> list[str]:
    return [improvement.criterion_id for improvement in feedback.improvements]


def test_the_heaviest_met_criteria_are_strengths_with_the_words_that_earned_them() -> None:
    feedback = told(MISSED, MET, MET, MET)
    assert strengths(feedback) == ["c2", "c3"]
    assert feedback.strengths[0].quote == "words on c2"


def test_what_costs_most_is_to_be_mended_first() -> None:
    feedback = told(PARTIAL, MISSED, MISSED, MET)
    assert improvements(feedback) == ["c2", "c1"]  # 2 of 2 lost, then 1.5 of 3
    assert [improvement.lost for improvement in feedback.improvements] == [2.0, 1.5]
    assert feedback.improvements[0].met == ("Explains what c2 is and why it matters in production.")


def test_where_nothing_is_met_the_best_beginning_is_still_a_strength() -> None:
    feedback = told(PARTIAL, MISSED, MISSED, MISSED)
    assert strengths(feedback) == ["c1"]
    assert improvements(feedback) == ["c2", "c3"]


def test_a_beginning_that_is_worth_less_than_two_gaps_counts_as_a_strength() -> None:
    feedback = told(MISSED, MISSED, PARTIAL, MET)
    assert strengths(feedback) == ["c4", "c3"]
    assert improvements(feedback) == ["c1", "c2"]


def test_an_answer_with_nothing_in_it_has_no_strengths_and_a_perfect_one_nothing_to_mend() -> None:
    nothing, everything = told(*[MISSED] * 4), told(*[MET] * 4)
    assert (strengths(nothing), improvements(nothing)) == ([], ["c1", "c2"])
    assert (strengths(everything), improvements(everything)) == (["c1", "c2"], [])
    assert nothing.stronger is None
    assert everything.stronger is None


def test_degrees_decide_what_was_lost() -> None:
    question = a_question(rubric=a_rubric(2, 2, 2, 2))
    criteria = judged(question, PARTIAL, PARTIAL, PARTIAL, MET, degrees=(0.6, 0.2, 0.4, 0.9))
    feedback = give_feedback(Grade(score=2.0, criteria=criteria, grader="test"), question)
    assert improvements(feedback) == ["c2", "c3"]
    assert strengths(feedback) == ["c4", "c1"]


def test_the_graders_own_rewording_comes_before_one_that_is_built() -> None:
    rewording = Rewording(original="words on c1", stronger="Better words on c1.")
    feedback = told(PARTIAL, MISSED, MISSED, MISSED, rewording=rewording)
    assert feedback.stronger is not None
    assert feedback.stronger.text == "Better words on c1."
    assert feedback.stronger.criterion_id is None


def test_without_one_the_heaviest_beginning_is_carried_on_with_what_its_criterion_asks_for() -> (
    None
):
    feedback = told(MET, PARTIAL, PARTIAL, MISSED)
    assert feedback.stronger is not None
    assert feedback.stronger.original == "words on c2"
    assert feedback.stronger.criterion_id == "c2"
    assert feedback.stronger.text == (
        "Keep “words on c2” and make it concrete: "
        "explains what c2 is and why it matters in production."
    )


def test_errors_are_handed_on_and_related_answers_named_by_title() -> None:
    error = FactualError(quote="words on c1", correction="They are not.")
    question = a_question()
    grade = Grade(
        score=2.0,
        criteria=judged(question, MET, MET, MET, MET),
        grader="test",
        errors=(error,),
        related=("q2", "gone", "q1"),
    )
    feedback = give_feedback(grade, question, {"q1": "One", "q2": "Two"})
    assert feedback.errors == (error,)
    assert feedback.related == ("Two", "One")
    assert give_feedback(grade, question).related == ()


def test_a_grade_of_another_version_of_the_question_says_nothing_of_criteria_that_are_gone() -> (
    None
):
    known = a_question()
    gone = GradedCriterion(id="gone", verdict=MET, weight=5, quote="words")
    grade = Grade(
        score=2.0, criteria=(gone, *judged(known, MET, MISSED, MISSED, MISSED)), grader="test"
    )
    assert strengths(give_feedback(grade, known)) == ["c1"]


@st.composite
def grades(draw: st.DrawFn) -> tuple[Grade, Question]:
    weights = draw(st.lists(st.integers(1, 5), min_size=4, max_size=7))
    question = a_question(rubric=a_rubric(*weights))
    verdicts = draw(
        st.lists(st.sampled_from(Verdict), min_size=len(weights), max_size=len(weights))
    )
    degrees = draw(
        st.lists(st.none() | st.floats(0, 1), min_size=len(weights), max_size=len(weights))
    )
    criteria = judged(question, *verdicts, degrees=tuple(degrees))
    return Grade(score=2.0, criteria=criteria, grader="test"), question


@given(grades())
def test_at_most_two_of_each_none_in_both_and_the_same_every_time(
    case: tuple[Grade, Question],
) -> None:
    grade, question = case
    feedback = give_feedback(grade, question)
    assert len(feedback.strengths) <= MOST
    assert len(feedback.improvements) <= MOST
    assert not set(strengths(feedback)) & set(improvements(feedback))
    assert len(set(strengths(feedback))) == len(feedback.strengths)
    assert feedback == give_feedback(grade, question)
    verdicts = {c.id: c.verdict for c in grade.criteria}
    assert all(verdicts[id_] is not MISSED for id_ in strengths(feedback))
    assert all(verdicts[id_] is not MET for id_ in improvements(feedback))


@given(grades())
def test_whatever_earned_something_leaves_a_strength_to_name(case: tuple[Grade, Question]) -> None:
    grade, question = case
    earned = any(c.verdict is not MISSED for c in grade.criteria)
    assert bool(give_feedback(grade, question).strengths) == earned


@given(st.text(max_size=400), st.integers(45, 200))
def test_a_text_in_short_fits_and_is_a_beginning_of_it(text: str, most: int) -> None:
    short = in_short(text, most)
    flat = " ".join(text.split())
    assert len(short) <= most
    assert flat.startswith(short.rstrip("….")) or short == flat


def test_a_text_in_short_ends_with_a_clause_where_it_can() -> None:
    text = "Runs an exact search over the company's chunks; if it finds them, embeddings are fine."
    assert in_short(text, 60) == "Runs an exact search over the company's chunks."
    assert in_short("word " * 40, 60).endswith("word…")


def test_every_shipped_criterion_says_something_by_itself_in_short() -> None:
    for question in shipped_bank():
        for criterion in question.rubric.criteria:
            short = in_short(criterion.met)
            assert 40 <= len(short) <= 160
            assert short[-1] in ".…"
