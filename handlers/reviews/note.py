"""Keeping how an answer was graded: the ledger grows, the ratings follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.answers.audience import is_held
from handlers.records import Answer
from handlers.reviews.record import Outcome
from handlers.storage import UnitOfWork
from questions.grading import Grade
from questions.question import Question, Verdict
from questions.rating import Rating, Standing, after_match, fresh_question, rate


async def note_answer(work: UnitOfWork, answer: Answer, question: Question, grade: Grade) -> None:
    """Keep the newest grade of an answer in a channel, in the transaction that stores it.

    A grade that is held until a reveal is kept then: a plan that speaks of it would tell it.
    """
    occurrence = await work.occurrences.get(answer.occurrence_id)
    if occurrence is not None and not is_held(occurrence):
        await note(work, await _outcome(work, answer, question, grade))


async def note_revealed(work: UnitOfWork, answers: Sequence[Answer]) -> None:
    """Keep the grades of a question's answers that were held until now.

    Args:
        work: the transaction of the reveal.
        answers: those that are graded.
    """
    outcomes = []
    for answer in answers:
        grade = await work.answers.grade(answer.id)
        question = await work.questions.get(
            answer.team_id, answer.question_id, answer.question_version
        )
        if grade is not None and question is not None:
            outcomes.append(await _outcome(work, answer, question, grade))
    if outcomes:
        await note(work, *outcomes)


async def note_turn(
    work: UnitOfWork,
    *,
    team_id: str,
    member_id: str,
    turn_id: str,
    number: int,
    question: Question,
    grade: Grade,
    at: datetime,
) -> None:
    """Keep the grade of a turn of a practice session, in the transaction that stores it.

    Args:
        work: the transaction.
        team_id: the team that its owner practises with.
        member_id: who answered.
        turn_id: the turn.
        number: which of the turn's grades this is, from 1.
        question: the question, in the version that was asked.
        grade: the grade.
        at: when the answer was given.
    """
    outcome = Outcome(
        team_id=team_id,
        member_id=member_id,
        question_id=question.id,
        question_version=question.version,
        source=f"turn:{turn_id}",
        number=number,
        score=grade.score,
        difficulty=question.difficulty,
        missed=missed_in(grade),
        at=at,
    )
    await note(work, outcome)


async def note(work: UnitOfWork, *outcomes: Outcome) -> None:
    """Append a team's outcomes and bring its ratings up to date; known ones change nothing.

    The ratings are what `rate` says of the whole ledger. An outcome that comes last moves them
    by itself; one that changes or precedes another has them worked out anew.

    Args:
        work: an open unit of work.
        outcomes: one or more, of one team.
    """
    team_id = outcomes[0].team_id
    await work.outcomes.lock(team_id)
    latest = await work.outcomes.latest(team_id)
    added = [outcome for outcome in outcomes if await work.outcomes.add(outcome)]
    if not added:
        return
    if len(added) == 1 and (latest is None or added[0].order > latest):
        standing = await _moved(work, added[0])
    else:
        ledger = await work.outcomes.of_team(team_id)
        standing = rate(kept.match for kept in ledger)
        await work.outcomes.clear_ratings(team_id)
    await work.outcomes.put_ratings(team_id, standing)


def missed_in(grade: Grade) -> tuple[str, ...]:
    """Return the ids of the criteria that a grade found not met, the heaviest loss first."""
    open_ = [c for c in grade.criteria if c.verdict is not Verdict.MET]
    lost = [(c.weight * (1 - c.share), c.id) for c in open_]
    return tuple(id_ for _, id_ in sorted(lost, key=lambda pair: -pair[0]))


async def _moved(work: UnitOfWork, outcome: Outcome) -> Standing:
    team_id, question_id = outcome.team_id, outcome.question_id
    member = await work.outcomes.rating(team_id, outcome.member_id)
    known = await work.outcomes.question_ratings(team_id, [question_id])
    question: Rating = known.get(question_id) or fresh_question(outcome.difficulty)
    member, question = after_match(member, question, outcome.score)
    return Standing({outcome.member_id: member}, {question_id: question})


async def _outcome(work: UnitOfWork, answer: Answer, question: Question, grade: Grade) -> Outcome:
    return Outcome(
        team_id=answer.team_id,
        member_id=answer.member_id,
        question_id=answer.question_id,
        question_version=answer.question_version,
        source=f"answer:{answer.id}",
        number=await work.outcomes.grades_of(answer.id),
        score=grade.score,
        difficulty=question.difficulty,
        missed=missed_in(grade),
        at=answer.created_at,
    )
