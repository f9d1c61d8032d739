"""Replies whose worth is known, as features: what the local grader is fitted to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from questions.evaluation.contradiction import contradict, deny
from questions.evaluation.extract import choose_parts, extract
from questions.evaluation.row import Row
from questions.evaluation.subject import subject_of
from questions.evaluation.suite import Texts, texts_of
from questions.evaluation.variants import lacking_keywords
from questions.evaluation.wording import FILLER
from questions.grading import refuse_reply
from questions.local.features import FEATURES
from questions.local.language import refuse_code, refuse_language
from questions.local.reading import read_reply
from questions.local.subject import Subject, prepare_subject
from questions.local.topic import Gate
from questions.local.weighing import weigh_reply
from questions.ports import TokenEncoder
from questions.question import Band, Question, Verdict
from tests.fitting.answers import GradedAnswer

Matrix = NDArray[np.float64]

# From this mean of words on answers are long, and what each then counts.
_LONG: Final = 30
_LONG_COUNTS: Final = 4.0


class Kind(StrEnum):
    """What is known of a reply."""

    EXEMPLAR = "exemplar"
    ANSWER = "answer"
    MODEL_ANSWER = "model-answer"
    PART = "part"
    PERSONS_PART = "persons-part"
    PIECE = "piece"
    PERSONS_PIECE = "persons-piece"
    STRETCHED = "stretched"
    OPPOSED = "opposed"
    OFF_TOPIC = "off-topic"
    NOTHING = "nothing"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One reply.

    Attributes:
        group: the question; whole groups are left out when the fit is tested.
        kind: what is known of it.
        features: (criteria, features).
        weights: (criteria,) what the criteria are worth, summing to 1.
        wanted: how many criteria make a full answer.
        degrees: (criteria,) how far each is met, 0 to 1, where known.
        score: what people gave, 0 to 5, where known.
        counts: how much it counts beside others.
    """

    group: str
    kind: Kind
    features: Matrix
    weights: Matrix
    wanted: int
    degrees: Matrix | None = None
    score: float | None = None
    counts: float = 1.0


@dataclass(frozen=True)
class _Known:
    kind: Kind
    text: str
    degrees: tuple[float, ...]


def sample_bank(
    encoder: TokenEncoder,
    gate: Gate,
    questions: Sequence[Question],
    bank: Sequence[Question],
    answers: Mapping[str, Sequence[GradedAnswer]],
) -> Iterator[Sample]:
    """Yield what is known of replies to the bank's questions.

    Args:
        encoder: gives the token vectors.
        gate: how close a sentence must be to the question.
        questions: the questions.
        bank: where off-topic answers come from.
        answers: further answers with known verdicts, by their question's id.
    """
    for question in questions:
        subject = prepare_subject(encoder, question)
        weights = np.array([c.weight for c in question.rubric.criteria], dtype=float)
        yield Sample(
            group=question.id,
            kind=Kind.NOTHING,
            features=np.zeros((len(weights), len(FEATURES))),
            weights=weights / weights.sum(),
            wanted=len(weights),
            degrees=np.zeros(len(weights)),
        )
        # The same text may be known twice; what is said of it first holds.
        distinct = {
            known.text: known
            for known in reversed(list(_all_known(question, bank, answers.get(question.id, ()))))
        }
        for known in reversed(distinct.values()):
            features = measure(encoder, gate, subject, question, known.text)
            if features is None:
                continue
            yield Sample(
                group=question.id,
                kind=known.kind,
                features=features,
                weights=weights / weights.sum(),
                wanted=len(weights),
                degrees=np.array(known.degrees),
            )


def sample_rows(encoder: TokenEncoder, gate: Gate, rows: Sequence[Row]) -> Iterator[Sample]:
    """Yield people's answers to questions that come with a reference and no rubric.

    Data whose answers are long count more: they are closest to what people write in interviews.
    """
    words = sum(len(row.answer.split()) for row in rows) / max(len(rows), 1)
    counts = _LONG_COUNTS if words >= _LONG else 1.0
    subjects: dict[tuple[str, str, str], tuple[Subject, Question, int]] = {}
    for row in rows:
        if row.is_blank:
            continue
        key = (row.qid, row.question, row.reference)
        if key not in subjects:
            built = subject_of(row)
            prepared = prepare_subject(encoder, built.question)
            subjects[key] = (prepared, built.question, built.wanted)
        subject, question, wanted = subjects[key]
        if _is_refused(row.answer, question):
            continue
        count = len(question.rubric.criteria)
        features = measure(encoder, gate, subject, question, row.answer)
        if features is None:
            features = np.zeros((count, len(FEATURES)))
        yield Sample(
            group=row.qid,
            kind=Kind.PERSON,
            features=features,
            weights=np.full(count, 1 / count),
            wanted=wanted,
            score=row.human,
            counts=counts,
        )


def _is_refused(reply: str, question: Question) -> bool:
    text = read_reply(reply, question).text
    return (refuse_reply(reply) or refuse_language(text) or refuse_code(text, question)) is not None


def measure(
    encoder: TokenEncoder, gate: Gate, subject: Subject, question: Question, reply: str
) -> Matrix | None:
    """Return (criteria, features) of a reply; ``None`` where nothing in it is an answer."""
    reading = read_reply(reply, question)
    weighed = weigh_reply(
        encoder, subject, reading, gate, is_reference=question.rubric.is_reference
    )
    if weighed is None:
        return None
    rows = [astuple(evidence.features) for evidence in weighed.evidence]
    return np.array(rows, dtype=float).reshape(-1, len(FEATURES))


def _all_known(
    question: Question, bank: Sequence[Question], answers: Sequence[GradedAnswer]
) -> Iterator[_Known]:
    yield from _known(texts_of(question, bank))
    for answer in answers:
        degrees = tuple(answer.verdicts[id_].share for id_ in question.rubric.ids)
        yield _Known(Kind.ANSWER, answer.text, degrees)


def _known(texts: Texts) -> Iterator[_Known]:
    question, answer, good, weak = texts.question, texts.answer, texts.good, texts.weak
    ids = question.rubric.ids
    exemplars = {e.band: tuple(e.verdicts[id_].share for id_ in ids) for e in question.exemplars}
    strong = next(e for e in question.exemplars if e.band is Band.STRONG)
    met = [id_ for id_, verdict in strong.verdicts.items() if verdict is Verdict.MET]
    none, all_ = (0.0,) * len(ids), (1.0,) * len(ids)
    yield _Known(Kind.MODEL_ANSWER, answer, all_)
    for exemplar in question.exemplars:
        yield _Known(Kind.EXEMPLAR, exemplar.text, exemplars[exemplar.band])
    for kind, parts, extracts in (
        (Kind.PART, choose_parts(question, ids), texts.parts),
        (Kind.PERSONS_PART, choose_parts(question, met), texts.good_parts),
    ):
        for chosen, text in zip(parts, extracts, strict=True):
            yield _Known(kind, text, tuple(float(id_ in chosen) for id_ in ids))
    keywords = ", ".join(lacking_keywords(weak, answer, 4))
    yield _Known(Kind.STRETCHED, f"{weak} {keywords}.", exemplars[Band.WEAK])
    yield _Known(Kind.STRETCHED, f"{weak} {FILLER}", exemplars[Band.WEAK])
    yield _Known(Kind.STRETCHED, f"{good} {FILLER}", exemplars[Band.STRONG])
    for opposed in (deny(answer), deny(good), contradict(good)):
        yield _Known(Kind.OPPOSED, opposed, none)
    for other in texts.off_topic:
        yield _Known(Kind.OFF_TOPIC, other, none)
    yield from _pieces(question, Kind.PIECE, answer, all_)
    yield from _pieces(question, Kind.PERSONS_PIECE, good, exemplars[Band.STRONG])


def _pieces(
    question: Question, kind: Kind, text: str, degrees: tuple[float, ...]
) -> Iterator[_Known]:
    """Yield what ``text`` says of each criterion that it meets, and what it says besides."""
    ids = question.rubric.ids
    for at, id_ in enumerate(ids):
        alone = tuple(share if i == at else 0.0 for i, share in enumerate(degrees))
        besides = tuple(0.0 if i == at else share for i, share in enumerate(degrees))
        if degrees[at] > 0:
            yield _Known(kind, extract(question, text, [id_]), alone)
        yield _Known(kind, extract(question, text, [i for i in ids if i != id_]), besides)
