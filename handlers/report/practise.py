"""What to practise after a session: three questions, each with its reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from handlers.report.content import NextPractice, QuestionResult
from questions.local.words import content_words, stem
from questions.question import MAX_SCORE, Question, Verdict

_MOST: Final = 3
# Below a clear pass a question is worth another look.
_WEAK: Final = 3.5
# Questions that share fewer word stems than this are about different things.
_ALIKE: Final = 3


def practise_next(
    results: Sequence[QuestionResult],
    *,
    asked: Mapping[str, Question],
    bank: Sequence[Question],
    answered: Collection[str],
    level: int,
) -> tuple[NextPractice, ...]:
    """Return what to practise next: what went worst first, then topics that did not come up.

    For what went badly it is the question of the bank that is most alike and was never answered,
    or, where none is alike, the same one again.

    Args:
        results: how the session's questions went.
        asked: those questions, by id.
        bank: every question of the role.
        answered: ids of the questions that the person has ever had a grade for.
        level: the difficulty, 1 to 5, that the session was held at.
    """
    weak = [r for r in results if r.score is not None and r.score < _WEAK]
    weak.sort(key=lambda r: (r.score or 0, r.number))
    taken = set(asked)
    chosen = list(islice(_again(weak, asked, bank, answered, taken), _MOST))
    topics = {question.topic for question in asked.values()}
    chosen += islice(_fresh(topics, bank, answered, taken, level), _MOST - len(chosen))
    return tuple(chosen)


def topic_name(slug: str) -> str:
    """Return a topic as people read it, for example ``tail latency``."""
    return slug.replace("-", " ")


def _again(
    weak: Sequence[QuestionResult],
    asked: Mapping[str, Question],
    bank: Sequence[Question],
    answered: Collection[str],
    taken: set[str],
) -> Iterator[NextPractice]:
    for result in weak:
        question = asked[result.question_id]
        gap = next((p for p in result.points if p.verdict is not Verdict.MET), None)
        lost = f": “{gap.claim.text.rstrip('.')}” was open" if gap else ""
        score = f"{result.score:.1f}/{MAX_SCORE}"
        new = [q for q in bank if q.id not in taken and q.id not in answered]
        near = max(new, key=lambda q: (_shared(question, q), q.id), default=None)
        if near is None or _shared(question, near) < _ALIKE:
            why = f"once more, after {score}{lost}"
            yield NextPractice(question_id=question.id, title=question.title, why=why)
            continue
        taken.add(near.id)
        why = f"close to “{question.title}” ({score}){lost}"
        yield NextPractice(question_id=near.id, title=near.title, why=why)


def _fresh(
    topics: Collection[str],
    bank: Sequence[Question],
    answered: Collection[str],
    taken: Collection[str],
    level: int,
) -> Iterator[NextPractice]:
    new = [q for q in bank if q.topic not in topics and q.id not in taken]
    new.sort(key=lambda q: (q.id in answered, abs(q.difficulty - level), q.id))
    by_topic: dict[str, Question] = {}
    for question in new:
        by_topic.setdefault(question.topic, question)
    for question in by_topic.values():
        why = f"a topic that did not come up: {topic_name(question.topic)}"
        yield NextPractice(question_id=question.id, title=question.title, why=why)


def _shared(one: Question, other: Question) -> int:
    """Return how many word stems two questions have in common in what they are about."""
    return len(_about(one) & _about(other))


def _about(question: Question) -> set[str]:
    text = " ".join([question.title, topic_name(question.topic), question.tests, *question.skills])
    return {stem(word) for word in content_words(text)}
