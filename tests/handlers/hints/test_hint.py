"""Hints: something for every question, and never its answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers.hints.hint import gives_away, hints_for
from questions.packs import shipped_bank
from questions.question import Kind, Question
from tests.factory import a_question


def test_every_shipped_question_has_three_hints_none_of_which_gives_it_away() -> None:
    for question in shipped_bank():
        hints = hints_for(question)
        assert len(hints) == 3, question.id
        assert not any(gives_away(hint, question) for hint in hints), question.id


def test_no_hint_quotes_the_rubric_the_model_answer_or_the_blueprint() -> None:
    for question in shipped_bank():
        kept = [c.met for c in question.rubric.criteria]
        kept += [question.blueprint.hook, *question.blueprint.core, question.blueprint.punchline]
        for hint in hints_for(question):
            assert not any(text in hint for text in (*kept, question.tests)), question.id
            assert hint.partition(": ")[2] not in question.model_answer, question.id


def test_hints_go_from_how_it_is_built_to_where_an_interviewer_goes_on() -> None:
    question = a_question().model_copy(
        update={
            "skills": ("queues", "clocks"),
            "kind": Kind.DEBUGGING,
            "follow_ups": ("And if the clock stood still?",),
        }
    )
    first, second, third = hints_for(question)
    assert first.startswith("How to build it: tie each symptom to a cause")
    assert f"A full answer makes {len(question.rubric.criteria)} points" in first
    assert second == "What it touches: queues, clocks."
    assert third == "Where an interviewer would go next: And if the clock stood still?"


def test_a_follow_up_that_tells_the_answer_is_no_hint() -> None:
    plain = a_question()
    telling = plain.model_copy(update={"follow_ups": (plain.rubric.criteria[0].met,)})
    assert len(hints_for(telling)) == len(hints_for(plain.model_copy(update={"follow_ups": ()})))


def test_what_the_question_says_itself_gives_nothing_away() -> None:
    question = a_question()
    assert gives_away(question.rubric.criteria[0].met, question)
    said = question.model_copy(update={"prompt": question.rubric.criteria[0].met})
    assert not gives_away(question.rubric.criteria[0].met, said)


@given(st.sampled_from(shipped_bank()), st.data())
def test_a_text_that_holds_all_of_a_criterion_gives_it_away(
    question: Question, data: st.DataObject
) -> None:
    criterion = data.draw(st.sampled_from(question.rubric.criteria))
    around = data.draw(st.text(max_size=40))
    hint = f"{around} {criterion.met} {around}"
    bare = question.model_copy(update={"prompt": "What now?", "title": "What now?"})
    assert gives_away(hint, bare)
