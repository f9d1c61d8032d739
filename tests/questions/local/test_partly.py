"""What tells a criterion that is met from one that is partly met."""

from __future__ import annotations

from functools import cache

import pytest

from bot.retrieval.lexical import LexicalEmbedder
from questions.evaluation.row import Row
from questions.evaluation.subject import subject_of
from questions.local.evidence import Evidence
from questions.local.reading import read_reply
from questions.local.subject import Subject, prepare_subject
from questions.local.topic import Gate
from questions.local.weighing import weigh_reply
from questions.packs import shipped_bank
from questions.question import Question

OPEN = Gate(own_low=-2, own_high=-1, around_low=-2, around_high=-1)
SAMPLE = shipped_bank()[5::60]
ENCODER = LexicalEmbedder()


@cache
def subject(question_id: str) -> Subject:
    return prepare_subject(ENCODER, next(q for q in SAMPLE if q.id == question_id))


def evidence(
    question: Question, reply: str, prepared: Subject | None = None
) -> tuple[Evidence, ...]:
    weighed = weigh_reply(
        ENCODER,
        prepared or subject(question.id),
        read_reply(reply, question),
        OPEN,
        is_reference=question.rubric.is_reference,
    )
    assert weighed is not None
    return weighed.evidence


@pytest.mark.parametrize("question", SAMPLE, ids=lambda q: q.id)
def test_what_is_met_says_more_than_what_is_partly_met(question: Question) -> None:
    for index, criterion in enumerate(question.rubric.criteria):
        met = evidence(question, criterion.met)[index].features
        partly = evidence(question, criterion.partial)[index].features
        assert partly.partial_coverage > met.partial_coverage
        assert met.beyond > partly.beyond
        assert partly.partly > met.partly


@pytest.mark.parametrize("question", SAMPLE, ids=lambda q: q.id)
def test_a_common_mistake_is_close_to_itself(question: Question) -> None:
    mistake = question.common_mistakes[0]
    said = evidence(question, mistake)
    answered = evidence(question, question.model_answer)
    assert max(e.features.mistaken for e in said) > max(e.features.mistaken for e in answered)


@pytest.mark.parametrize("question", SAMPLE, ids=lambda q: q.id)
def test_more_words_are_devoted_to_what_is_talked_about(question: Question) -> None:
    first, *_ = question.rubric.criteria
    alone = [e.features.devoted for e in evidence(question, first.met)]
    assert alone[0] == max(alone) > 0


def test_pieces_of_a_reference_have_no_partial_text() -> None:
    row = Row(
        qid="q",
        question="Why do plants need light?",
        reference="They make sugar from carbon dioxide and water with its energy.",
        answer="",
        score=0,
        max_score=5,
    )
    question = subject_of(row).question
    said = "They make sugar with the energy of light."
    (piece,) = evidence(question, said, prepare_subject(ENCODER, question))
    features = piece.features
    assert features.coverage > 0
    assert (features.partly, features.partial_coverage, features.devoted) == (0, 0, 0)
