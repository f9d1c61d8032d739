"""Putting a report together from what is stored of a session. Pure: the same rows, the same words.

Every claim carries words that were said, or it is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from handlers.practice.record import PracticeSession, PracticeTurn
from handlers.report.communication import communication_of
from handlers.report.content import (
    Claim,
    Content,
    Earlier,
    Line,
    NotAsked,
    QuestionResult,
    Recommendation,
    Skill,
    Speaker,
    Standing,
)
from handlers.report.evidence import Record, asked_in
from handlers.report.practise import practise_next, topic_name
from handlers.report.score import average_of, recommend, results_of
from questions.band import band_of
from questions.question import MAX_SCORE, Question, Verdict

_MOST_STRENGTHS: Final = 4
_MOST_GAPS: Final = 4
_MOST_TOPICS: Final = 5
# From a clear pass on an answer shows the skills that its question is about.
_SHOWS: Final = 3.5


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a report is made of.

    Attributes:
        name: whom it is about.
        turns: the session's turns, in order.
        questions: the questions that were asked, in the versions that were, by id.
        bank: every question of the role.
        earlier: the person's earlier sessions, oldest first.
        answered: ids of the questions that the person has ever had a grade for.
        now: when the report is made; the session's end where that is not known.
    """

    name: str
    session: PracticeSession
    turns: Sequence[PracticeTurn]
    questions: Mapping[str, Question]
    bank: Sequence[Question]
    earlier: Sequence[Earlier]
    answered: frozenset[str]
    now: datetime


def compose(material: Material) -> Content:
    """Return the report of a session."""
    session, turns = material.session, material.turns
    record = Record(turns, material.questions)
    results = results_of(turns, material.questions, record)
    average = average_of(results)
    recommendation = recommend(results)
    began = session.started_at or session.created_at
    ended = session.ended_at or material.now
    on = began.astimezone(ZoneInfo(session.zone)).date()
    strengths = tuple(_strengths(results))
    not_asked = _not_asked(material)
    progress = list(material.earlier)
    if average is not None:
        progress.append(
            Earlier(
                on=on,
                average=average,
                questions=len(results),
                role=session.role.title,
                is_this=True,
            )
        )
    return Content(
        name=material.name,
        role=session.role.title,
        level=session.level.value,
        mode=session.mode.value,
        on=on,
        minutes=max(round((ended - began).total_seconds() / 60), 1),
        average=average,
        recommendation=recommendation,
        suitability=tuple(_suitability(session, results, average, recommendation)),
        questions=results,
        strengths=strengths,
        not_shown=tuple(_not_shown(results)),
        not_asked=tuple(not_asked[:_MOST_TOPICS]),
        more_topics=max(len(not_asked) - _MOST_TOPICS, 0),
        skills=tuple(_skills(results, material.questions)),
        communication=communication_of(turns, record),
        practise=practise_next(
            results,
            asked=material.questions,
            bank=material.bank,
            answered=material.answered,
            level=session.level.difficulty,
        ),
        progress=tuple(progress),
        background_given=bool(session.background.strip()),
        transcript=tuple(_transcript(turns, material.questions)),
    )


def _suitability(
    session: PracticeSession,
    results: Sequence[QuestionResult],
    average: float | None,
    recommendation: Recommendation,
) -> Iterator[str]:
    position = f"{session.role.title}, {session.level.value} level"
    if average is None:
        yield f"For {position}, this session has no score to judge by."
        return
    scored = [result for result in results if result.score is not None]
    many = "1 question" if len(scored) == 1 else f"{len(scored)} questions"
    band = band_of(average)
    yield f"For {position}: {average:.1f}/{MAX_SCORE} on average over {many}, {band.name}."
    yield band.meaning
    missing = [r for r in results if r.standing in {Standing.SKIPPED, Standing.TIMED_OUT}]
    if missing:
        if len(missing) == 1:
            yield "1 question was skipped or ran out of time and counts as 0."
        else:
            yield f"{len(missing)} questions were skipped or ran out of time and count as 0."
    if recommendation is Recommendation.NONE:
        yield "One question is too little for a recommendation."


def _strengths(results: Sequence[QuestionResult]) -> Iterator[Claim]:
    """Yield what was met, one of each question before a second one, the best question first."""
    met = [
        (rank, -(result.score or 0), result.number, claim)
        for result in results
        for rank, claim in enumerate(p.claim for p in result.points if p.verdict is Verdict.MET)
    ]
    for *_, claim in sorted(met, key=lambda item: item[:3])[:_MOST_STRENGTHS]:
        yield claim


def _not_shown(results: Sequence[QuestionResult]) -> Iterator[Claim]:
    """Yield what was asked for and not met: of each question the heaviest, the worst first."""
    open_ = [
        (rank, result.score or 0, result.number, point.claim)
        for result in results
        for rank, point in enumerate(p for p in result.points if p.verdict is not Verdict.MET)
    ]
    for *_, claim in sorted(open_, key=lambda item: item[:3])[:_MOST_GAPS]:
        yield claim


def _not_asked(material: Material) -> list[NotAsked]:
    """Return the topics that no question touched, those at the session's level first."""
    asked = {question.topic for question in material.questions.values()}
    level = material.session.level.difficulty
    left = [question for question in material.bank if question.topic not in asked]
    left.sort(key=lambda q: (abs(q.difficulty - level), q.topic, q.id))
    by_topic = {question.topic: question.id for question in reversed(left)}
    topics = dict.fromkeys(question.topic for question in left)
    return [NotAsked(topic=topic_name(topic), question_id=by_topic[topic]) for topic in topics]


def _skills(
    results: Sequence[QuestionResult], questions: Mapping[str, Question]
) -> Iterator[Skill]:
    named: set[str] = set()
    for result in results:
        met = next((p for p in result.points if p.verdict is Verdict.MET), None)
        if met is None or (result.score or 0) < _SHOWS:
            continue
        for skill in questions[result.question_id].skills:
            if skill.casefold() not in named:
                named.add(skill.casefold())
                yield Skill(name=skill, evidence=met.claim.evidence)


def _transcript(turns: Sequence[PracticeTurn], questions: Mapping[str, Question]) -> Iterator[Line]:
    for turn in turns:
        said = asked_in(turn, questions)
        if said.strip():
            yield Line(turn=turn.number, speaker=Speaker.INTERVIEWER, text=said)
        if turn.answer.strip():
            yield Line(turn=turn.number, speaker=Speaker.YOU, text=turn.answer)
