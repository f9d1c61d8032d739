"""Questions for the index's tests."""

from __future__ import annotations

from questions.question import Criterion, Kind, Question, Rubric, SpeakingBlueprint
from questions.role import Role

ANSWERS = {
    "cache-first": "A cache keeps costly answers close. Set an expiry and watch the hit rate.",
    "queue-bursts": "A queue absorbs bursts, so workers drain it at their own steady pace.",
    "drift-watch": "Watch input drift with population statistics and retrain on a schedule.",
}


def a_question(id_: str, answer: str | None = None, *, version: int = 1) -> Question:
    criterion = {"weight": 1, "text": "Says it", "met": "It is said.", "partial": "Half said."}
    return Question(
        id=id_,
        version=version,
        role=Role.AI_ENGINEER,
        topic="topic",
        title="Title",
        kind=Kind.CONCEPT,
        difficulty=2,
        skills=("skill",),
        tests="Whether it works.",
        prompt=f"What about {id_}?",
        rubric=Rubric(
            criteria=tuple(
                Criterion.model_validate({"id": f"point-{n}", **criterion}) for n in range(4)
            )
        ),
        model_answer=answer or ANSWERS[id_],
        blueprint=SpeakingBlueprint(hook="Hook.", core=("Core.",), punchline="Punch."),
    )


def a_bank() -> list[Question]:
    return [a_question(id_) for id_ in ANSWERS]
