"""What an answer counts, ready to be stored."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from handlers.leaderboard.board import points_for
from handlers.records import Answer, ScoreEntry
from handlers.storage import UnitOfWork
from questions.question import Question


async def put_points(work: UnitOfWork, answer: Answer, question: Question, score: float) -> None:
    """Store what an answer counts now, for the day on which it was written.

    Args:
        work: the transaction that its grade is stored in.
        answer: the answer.
        question: the question, in the version that was answered.
        score: its newest grade, 0 to 5.
    """
    zone = await work.teams.zone(answer.team_id)
    entry = ScoreEntry(
        answer_id=answer.id,
        team_id=answer.team_id,
        member_id=answer.member_id,
        member_name="",
        question_id=answer.question_id,
        score=score,
        points=points_for(score, question.difficulty),
        earned_at=answer.created_at,
        earned_on=answer.created_at.astimezone(ZoneInfo(zone)).date(),
    )
    await work.scores.put(entry)
