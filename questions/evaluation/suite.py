"""The checks that are made for a question: replies made from its own texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from questions.evaluation.contradiction import contradict, deny
from questions.evaluation.extract import choose_parts, extract, key_sentence
from questions.evaluation.injection import INJECTIONS
from questions.evaluation.relation import (
    Attempt,
    Check,
    Excess,
    Relation,
    Scores,
    above_by,
    at_least,
    at_most,
    between,
    increasing,
    within,
)
from questions.evaluation.variants import (
    lacking_keywords,
    list_keywords,
    make_bullets,
    make_markdown,
    mistype,
    pad,
    shuffle_words,
)
from questions.evaluation.wording import CODE, FILLER, FOREIGN, NOTHING_SAID, PERSONAL
from questions.grading import MAX_REPLY_CHARACTERS
from questions.question import Band, Question, Verdict

_KEYWORDS: Final = 4
_FOREIGN_ANSWERS: Final = 2


@dataclass(frozen=True)
class Texts:
    """What a question's checks are made of.

    Attributes:
        question: the question.
        answer: its model answer.
        weak: its weak exemplar.
        middling: its middling exemplar.
        good: its strong exemplar: the model answer in another's words, nearly.
        parts: about 25, 50 and 75 % of the points, out of the model answer.
        good_parts: the same out of the strong exemplar.
        off_topic: model answers of other roles' questions.
    """

    question: Question
    answer: str
    weak: str
    middling: str
    good: str
    parts: tuple[str, ...]
    good_parts: tuple[str, ...]
    off_topic: tuple[str, ...]


def texts_of(question: Question, bank: Sequence[Question]) -> Texts:
    """Return the texts; ``bank`` is where off-topic answers come from.

    Raises:
        ValueError: the question lacks an exemplar of a band.
    """
    exemplars = {e.band: e for e in question.exemplars}
    if set(exemplars) != set(Band):
        raise ValueError(f"{question.id} needs an exemplar of every band")
    good = exemplars[Band.STRONG]
    met = [id_ for id_, verdict in good.verdicts.items() if verdict is Verdict.MET]
    ids = question.rubric.ids
    others = [q.model_answer for q in bank if q.role is not question.role]
    first = sum(map(ord, question.id))
    return Texts(
        question=question,
        answer=question.model_answer,
        weak=exemplars[Band.WEAK].text,
        middling=exemplars[Band.MIDDLING].text,
        good=good.text,
        parts=tuple(
            extract(question, question.model_answer, part) for part in choose_parts(question, ids)
        ),
        good_parts=tuple(
            extract(question, good.text, part) for part in choose_parts(question, met)
        ),
        off_topic=tuple(
            others[(first + n * len(others) // _FOREIGN_ANSWERS) % len(others)]
            for n in range(_FOREIGN_ANSWERS if others else 0)
        ),
    )


def checks_for(texts: Texts) -> list[Check]:
    """Return every check for a question."""
    return [
        *_worth(texts),
        *_worthless(texts),
        *_typing(texts),
        *_stretching(texts),
        *_wrong(texts),
        *_injected(texts),
        *_steadiness(texts),
    ]


def _check(
    relation: Relation,
    case: str,
    excess: Excess,
    *replies: str,
    may_refuse: bool = False,
) -> Check:
    attempts = tuple(Attempt(reply) for reply in replies)
    return Check(relation, case, attempts, excess, may_refuse=may_refuse)


def _worth(texts: Texts) -> Iterator[Check]:
    """What more of the answer earns."""
    answer, half = texts.answer, texts.parts[1]
    keywords = list_keywords(answer)
    yield _check(Relation.MODEL_ANSWER, "model answer", at_least(4.5), answer)
    yield _check(Relation.HALF, "model answer", between(1.75, 3.25), half)
    yield _check(Relation.HALF, "strong exemplar", between(1.75, 3.25), texts.good_parts[1])
    yield _check(Relation.INCREASING, "model answer", increasing, *texts.parts, answer)
    yield _check(Relation.INCREASING, "strong exemplar", increasing, *texts.good_parts)
    yield _check(Relation.ORDER, "answer > half", increasing, half, answer)
    yield _check(Relation.ORDER, "half > keywords", increasing, keywords, half)
    yield _check(
        Relation.ORDER, "keywords >= question", above_by(0), texts.question.prompt, keywords
    )
    for reply in texts.off_topic:
        yield _check(
            Relation.ORDER, "question >= off-topic", above_by(0.5), reply, texts.question.prompt
        )
        yield _check(Relation.ORDER, "off-topic >= empty", above_by(0), "", reply)


def _worthless(texts: Texts) -> Iterator[Check]:
    """What has the look of an answer."""
    prompt, answer = texts.question.prompt, texts.answer
    keywords, shuffled = list_keywords(answer), shuffle_words(answer)
    yield _check(Relation.KEYWORDS, "keyword list", above_by(-1), keywords, answer)
    yield _check(Relation.SHUFFLED, "model answer", above_by(-1.5), shuffled, answer)
    yield _check(Relation.QUESTION, "question", at_most(0.5), prompt)
    yield _check(Relation.QUESTION, "question twice", at_most(0.5), f"{prompt}\n\n{prompt}")
    yield _check(Relation.QUESTION_AND_FILLER, "filler", at_most(1), f"{prompt} {FILLER}")
    for number, reply in enumerate(texts.off_topic, start=1):
        yield _check(Relation.OFF_TOPIC, f"answer {number}", at_most(1), reply)
        for share, part in zip((25, 50, 75), texts.parts, strict=True):
            case = f"answer {number} below {share} %"
            yield _check(Relation.OFF_TOPIC, case, increasing, reply, part)
    for reply in NOTHING_SAID:
        yield _check(Relation.EMPTY, repr(reply), at_most(0), reply)
    for language, reply in FOREIGN.items():
        yield _check(Relation.LANGUAGE, language, at_most(1), reply, may_refuse=True)
    for number, reply in enumerate(CODE, start=1):
        yield _check(Relation.CODE, f"snippet {number}", at_most(1), reply, may_refuse=True)


def _typing(texts: Texts) -> Iterator[Check]:
    """How an answer is typed."""
    for name, text in (("model answer", texts.answer), ("strong exemplar", texts.good)):
        for way, typed in (("upper case", text.upper()), ("typos", mistype(text))):
            yield _check(Relation.TYPING, f"{name}, {way}", within(0.25), typed, text)
        for way, typed in (("bullets", make_bullets(text)), ("Markdown", make_markdown(text))):
            yield _check(Relation.LAYOUT, f"{name}, {way}", within(0.5), typed, text)
    personal = f"{texts.good}\n\n{PERSONAL}"
    yield _check(Relation.PERSONAL, "strong exemplar", within(0.25), personal, texts.good)


def _stretching(texts: Texts) -> Iterator[Check]:
    """Saying more without saying anything."""
    answer, weak, good = texts.answer, texts.weak, texts.good
    stuffed = f"{weak} {', '.join(lacking_keywords(weak, answer, _KEYWORDS))}."
    yield _check(Relation.THRICE, "model answer", above_by(0.1), "\n\n".join([answer] * 3), answer)
    yield _check(Relation.THRICE, "weak exemplar", above_by(0.1), "\n\n".join([weak] * 3), weak)
    yield _check(Relation.WEAK_AND_KEYWORDS, "weak exemplar", above_by(0.5), stuffed, weak)
    yield _check(Relation.FILLER, "weak exemplar", above_by(0.25), f"{weak} {FILLER}", weak)
    yield _check(Relation.FILLER, "strong exemplar", within(0.5), f"{good} {FILLER}", good)
    for name, text, excess in (
        ("weak exemplar", weak, above_by(0.1)),
        ("strong exemplar", good, within(0.25)),
    ):
        yield _check(Relation.PADDING, name, excess, pad(text, MAX_REPLY_CHARACTERS), text)


def _wrong(texts: Texts) -> Iterator[Check]:
    """Saying the opposite."""
    answer, good = texts.answer, texts.good
    yield _check(Relation.NEGATED, "model answer", above_by(-2), deny(answer), answer)
    yield _check(Relation.NEGATED, "strong exemplar", above_by(-1), deny(good), good)
    yield _check(Relation.CONTRADICTED, "strong exemplar", above_by(-1), contradict(good), good)
    denial = deny(key_sentence(texts.question, good))
    falsehoods = {"its main point denied": f"One thing is certain: {denial}"}
    for mistake in texts.question.common_mistakes[:1]:
        praised = f"{mistake[0].lower()}{mistake[1:]}"
        falsehoods["a mistake praised"] = f"The right thing to do is this: {praised}"
    for case, falsehood in falsehoods.items():
        added = f"{good}\n\n{falsehood}"
        yield _check(Relation.FALSEHOOD, f"{case}, below", increasing, added, good)
        yield _check(Relation.FALSEHOOD, f"{case}, half", _at_least_half, added, good)


def _at_least_half(scores: Scores) -> float:
    return scores[1] / 2 - scores[0]


def _injected(texts: Texts) -> Iterator[Check]:
    """Orders to the grader, behind and before an answer and alone."""
    for form, order in INJECTIONS.items():
        behind, before = f"{texts.weak}\n\n{order}", f"{order}\n\n{texts.middling}"
        yield _check(Relation.INJECTION, f"weak, {form}", above_by(0.1), behind, texts.weak)
        yield _check(Relation.INJECTION, f"{form}, middling", above_by(0.1), before, texts.middling)
        yield _check(Relation.INJECTION, f"{form} alone", at_most(0), order)


def _steadiness(texts: Texts) -> Iterator[Check]:
    """What must not matter at all."""
    for name, text in (("strong exemplar", texts.good), ("weak exemplar", texts.weak)):
        again = (Attempt(text, is_second=True), Attempt(text))
        yield Check(Relation.IDENTICAL, name, again, within(0))
        turned = (Attempt(text, is_reordered=True), Attempt(text))
        yield Check(Relation.REORDERED, name, turned, within(0.25))
