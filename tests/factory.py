"""Small builders, so that a test says only what matters to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from handlers.records import Schedule, ScoreEntry
from handlers.refs import ChannelRef, Platform
from questions.question import Criterion, Question, Rubric, SpeakingBlueprint
from questions.role import Role

CHANNEL = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")


def a_criterion(id_: str, weight: int = 1) -> Criterion:
    return Criterion(
        id=id_,
        weight=weight,
        text=f"Covers {id_}",
        met=f"Explains what {id_} is and why it matters in production.",
        partial=f"Names {id_} only.",
    )


def a_rubric(*weights: int) -> Rubric:
    return Rubric(
        criteria=tuple(a_criterion(f"c{n}", weight) for n, weight in enumerate(weights, start=1))
    )


def a_question(
    id_: str = "a-question",
    *,
    role: Role = Role.AI_ENGINEER,
    difficulty: int = 3,
    version: int = 1,
    rubric: Rubric | None = None,
) -> Question:
    return Question(
        id=id_,
        version=version,
        role=role,
        topic="testing",
        title=f"About {id_}",
        kind="concept",
        difficulty=difficulty,
        skills=("testing",),
        tests="Whether it works.",
        prompt="How would you find out why the index is stale? Say what you would look at first.",
        rubric=rubric or a_rubric(3, 2, 1, 1),
        model_answer="First look at the queue. Then look at the index.",
        blueprint=SpeakingBlueprint(hook="Look.", core=("Measure.",), punchline="Fix."),
    )


def a_schedule(
    *,
    at: time = time(9),
    zone: str = "Europe/Berlin",
    weekdays: frozenset[int] = frozenset(range(7)),
    effective_from: datetime = datetime(2026, 1, 1, tzinfo=UTC),
    paused: str | None = None,
    channel: ChannelRef = CHANNEL,
    id_: str = "s1",
    team_id: str = "team",
    roles: tuple[Role, ...] = (Role.AI_ENGINEER,),
) -> Schedule:
    return Schedule(
        id=id_,
        team_id=team_id,
        channel=channel,
        at=at,
        zone=zone,
        weekdays=weekdays,
        roles=roles,
        effective_from=effective_from,
        paused=paused,
    )


def an_entry(
    member: str = "ada",
    *,
    question: str = "q1",
    points: int = 10,
    score: float = 3.0,
    at: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC),
    on: date | None = None,
    answer_id: str | None = None,
) -> ScoreEntry:
    return ScoreEntry(
        answer_id=answer_id or f"{member}-{question}-{at.isoformat()}",
        team_id="team",
        member_id=member,
        member_name=member.capitalize(),
        question_id=question,
        score=score,
        points=points,
        earned_at=at,
        earned_on=on or at.date(),
    )
