"""From cards to drafts to questions: what is found, guessed, proposed and remarked on."""

from __future__ import annotations

from pathlib import Path

import pytest

from questions.importers.approve import NotReady, question_of, verdicts_for
from questions.importers.card import Card, Footing, Sample
from questions.importers.collect import Collector
from questions.importers.draft import Draft
from questions.importers.finish import Finisher
from questions.importers.naming import named_role, nearest_role, read_level, split_joined
from questions.importers.propose import criteria_of, kind_of, slug_of
from questions.importers.revise import Revision, revise
from questions.importers.role_guess import RoleGuess
from questions.importers.sheet import read_sheet, write_sheet
from questions.packs import PackError, shipped_bank, write_pack
from questions.question import Band, Kind
from questions.role import Role
from tests.questions.importers.samples import PAGE, REPOSITORY_FILE, TRANSCRIPT, cards

FINISHER = Finisher(guess=RoleGuess(shipped_bank()))


def draft(text: str, name: str = "a.md", number: int = 0) -> Draft:
    return FINISHER.finish(cards(text, name)[number])


def remarks(of: Draft) -> str:
    return "\n".join(map(str, of.remarks))


def test_a_complete_page_is_ready_to_approve() -> None:
    made = draft(PAGE)
    question = question_of(made)
    assert question.role is Role.AI_RETRIEVAL_SYSTEMS_ENGINEER
    assert (question.topic, question.difficulty, question.version) == ("system-design", 4, 1)
    assert question.blueprint.hook.startswith("An index that fits")
    assert made.proposed == ("criteria", "tests")
    assert made.confidence > 0.7


def test_a_rubric_is_proposed_from_the_answer_and_marked() -> None:
    made = draft(REPOSITORY_FILE)
    assert 4 <= len(made.criteria) <= 7
    assert len({criterion.id for criterion in made.criteria}) == len(made.criteria)
    assert any("Cache: keep decoded shards" in criterion.met for criterion in made.criteria)
    assert "criteria" in made.proposed
    assert "rubric: proposed from the answer" in remarks(made)


def test_a_short_answer_gets_what_may_be_asked_of_any() -> None:
    criteria = criteria_of("Overfitting fits the noise of the training data.")
    assert len(criteria) == 4
    assert criteria[0].weight > criteria[1].weight


def test_criteria_of_the_source_come_first_with_their_weights() -> None:
    given = ["Names two causes (40%)", "Says how to measure", "Gives a number", "Knows a limit"]
    criteria = criteria_of("An answer.", given)
    assert [c.text for c in criteria] == ["Names two causes", *given[1:]]
    assert criteria[0].weight == 4


def test_what_nobody_can_propose_is_missing() -> None:
    made = draft("### Why is the sky blue?\n")
    assert made.model_answer == ""
    with pytest.raises(NotReady) as caught:
        question_of(made)
    assert "a model answer" in caught.value.missing
    assert "write one to approve it" in remarks(made)


def test_a_scored_answer_becomes_an_exemplar_of_its_band() -> None:
    first, _, third = (draft(TRANSCRIPT, number=n) for n in range(3))
    assert first.samples[0].stated == "5/5"
    strong = question_of(first).exemplars
    assert [exemplar.band for exemplar in strong] == [Band.STRONG]
    assert third.samples[0].score == 2.5
    assert third.model_answer == ""


def test_verdicts_come_as_near_to_a_score_as_they_can() -> None:
    criteria = criteria_of(cards(REPOSITORY_FILE)[0].answer)
    for score in (0.0, 1.3, 2.5, 4.0, 5.0):
        got = verdicts_for(criteria, score)
        earned = sum(c.weight * got[c.id].share for c in criteria)
        assert abs(5 * earned / sum(c.weight for c in criteria) - score) < 0.5


@pytest.mark.parametrize(
    ("name", "exact", "nearest"),
    [
        ("AI_Engineer", Role.AI_ENGINEER, Role.AI_ENGINEER),
        ("Senior Machine Learning Engineer", Role.ML_ENGINEER, Role.ML_ENGINEER),
        ("Natural Language Processing Engineer", Role.NLP_ENGINEER, Role.NLP_ENGINEER),
        ("Software Engineer", *[Role.SOFTWARE_ENGINEER_AI_LEADERSHIP] * 2),
        ("LLM Engineer", None, Role.AI_ENGINEER),
        ("Search Engineer", None, Role.AI_RETRIEVAL_SYSTEMS_ENGINEER),
        ("Research Scientist (NLP)", None, Role.AI_RESEARCHER),
        ("Head of Data, formerly Data Analyst", None, Role.DATA_SCIENTIST),
        ("Nurse", None, None),
    ],
)
def test_roles_are_found_by_many_names(name: str, exact: Role | None, nearest: Role | None) -> None:
    assert named_role(name) is exact
    assert (named_role(name) or nearest_role(name)) is nearest


def test_a_role_that_nobody_names_is_guessed_and_said() -> None:
    made = FINISHER.finish(
        Card(origin="x", prompt="How do you chunk documents and rerank what a vector index finds?")
    )
    assert made.role is Role.AI_RETRIEVAL_SYSTEMS_ENGINEER
    assert made.role_footing is Footing.PROPOSED
    assert "guessed from its words" in remarks(made)
    fixed = Finisher(guess=RoleGuess(()), role=Role.ML_ENGINEER)
    assert (
        fixed.finish(Card(origin="x", prompt="Why?", role="AI Engineer")).role is Role.ML_ENGINEER
    )


def test_what_is_guessed_and_damaged_counts_less() -> None:
    full = Card(origin="x", prompt="Why cache?", answer="word " * 50, role="AI Engineer", topic="a",
                tests=["b"], level="hard")  # fmt: skip
    sure = FINISHER.finish(full)
    assert sure.confidence == 1.0
    assert FINISHER.finish(full, lost=20).confidence < sure.confidence
    assert FINISHER.finish(full, read_by_model=0.7).confidence == 0.7
    bare = Card(origin="x", prompt="Why cache?", prompt_footing=Footing.PROPOSED)
    assert FINISHER.finish(bare).confidence < 0.4


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Beginner", 1),
        ("easy", 2),
        ("Medium", 3),
        ("Senior", 4),
        ("★★★★★", 5),
        ("8/10", 4),
        ("x", None),
    ],
)
def test_levels_are_read(text: str, level: int) -> None:
    assert read_level("x") is None
    assert read_level(text) == level


def test_badges_are_split_where_a_level_stands() -> None:
    assert split_joined("LeadershipIntermediateGeneric") == (
        "Leadership",
        "Intermediate",
        "Generic",
    )
    assert split_joined("RAG | Hard") == ("RAG", "Hard", "")
    assert split_joined("AI/MLAdvanced") == ("AI/ML", "Advanced", "")
    assert split_joined("Fine-tuningBeginnerGeneric") == ("Fine-tuning", "Beginner", "Generic")
    assert split_joined("System DesignSenior") == ("System Design", "Senior", "")
    assert split_joined("Advanced search engines") == ("", "", "")


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("Design a pipeline for a billion events.", Kind.SYSTEM_DESIGN),
        ("Would you build or buy? Weigh the trade-offs.", Kind.TRADE_OFF),
        ("Recall fell over night. How do you diagnose it?", Kind.DEBUGGING),
        ("Tell me about a time you said no.", Kind.BEHAVIOURAL),
        ("Which metric would you choose?", Kind.METRIC_DESIGN),
        ("What is a B-tree?", Kind.CONCEPT),
    ],
)
def test_kinds_are_told_by_the_prompt(prompt: str, kind: Kind) -> None:
    assert kind_of(prompt) is kind


def test_slugs_are_short_and_plain() -> None:
    assert slug_of("What's “RAG” — really?") == "whats-rag-really"
    assert len(slug_of("word " * 40)) <= 48
    assert slug_of("Что?") == "general"


def collected(folder: Path) -> list[Draft]:
    return Collector(FINISHER, shipped_bank()).collect([folder]).drafts


def test_the_same_question_twice_is_one_draft(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(REPOSITORY_FILE)
    (tmp_path / "b.md").write_text(REPOSITORY_FILE.replace("\n", "\r\n"))
    collector = Collector(FINISHER)
    result = collector.collect([tmp_path])
    assert (len(result.drafts), result.repeated) == (1, 1)


def test_a_pack_file_comes_in_as_it_is(tmp_path: Path) -> None:
    question = shipped_bank()[0]
    (tmp_path / "q.md").write_text(write_pack(question))
    (made,) = collected(tmp_path)
    assert question_of(made, question.id) == question.model_copy(update={"version": 1})
    assert made.confidence == 1.0
    assert f"nearly the same as {question.id}" in remarks(made)


def test_a_draft_is_edited_as_a_pack_file() -> None:
    made = draft(REPOSITORY_FILE)
    text = write_sheet(made).replace("difficulty: 3", "difficulty: 5")
    edited = read_sheet(made, text)
    assert question_of(edited).difficulty == 5
    assert edited.remarks == ()
    with pytest.raises(PackError):
        read_sheet(made, "nothing")


def test_a_sheet_of_an_unfinished_draft_says_what_to_write() -> None:
    sheet = write_sheet(draft("### Why is the sky blue?\n"))
    assert "TODO: write this." in sheet
    assert "Why is the sky blue?" in sheet


def test_a_revised_answer_makes_proposals_anew() -> None:
    made = draft("### Why is the sky blue?\n")
    answer = "Air scatters short waves more than long ones. Rayleigh said so in 1871. " * 3
    revised = revise(made, Revision(model_answer=answer, role=Role.DATA_SCIENTIST))
    assert question_of(revised).model_answer == answer.strip()
    assert revised.role_footing is Footing.STATED
    assert "missing" not in remarks(revised)


def test_samples_without_a_score_are_kept() -> None:
    made = FINISHER.finish(Card(origin="x", prompt="Why?", samples=[Sample(text="Because.")]))
    assert made.samples[0].text == "Because."
    assert made.samples[0].score is None
