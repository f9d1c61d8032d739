"""A team's own questions: suggested, added, edited into a new version, retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from handlers.drafts.decide import keep
from handlers.storage import SHIPPED_TEAM, UnitOfWork
from questions.importers.approve import NotReady, free_id, question_of
from questions.importers.card import Card
from questions.importers.collect import warn_of_repeats
from questions.importers.draft import Draft
from questions.importers.finish import Finisher
from questions.importers.propose import blueprint_of, criteria_of, rubric_of
from questions.importers.role_guess import RoleGuess
from questions.question import Question
from questions.role import Role

_NEAR = "asks nearly the same as "


@dataclass(frozen=True, kw_only=True)
class Written:
    """What somebody wrote in a form.

    Attributes:
        difficulty: 1 to 5.
    """

    role: Role
    prompt: str
    model_answer: str
    tests: str
    difficulty: int


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a question.

    Attributes:
        question: the stored question; ``None`` for a suggestion.
        is_new: whether the same suggestion had not been made before.
        near: ids of questions that ask nearly the same.
    """

    question: Question | None = None
    is_new: bool = True
    near: tuple[str, ...] = ()


async def suggest(
    work: UnitOfWork, team_id: str, written: Written, *, by: str, now: datetime
) -> Taken:
    """Put a question into the queue that leads look through."""
    draft = await _draft(work, team_id, written, origin=f"suggested by {by}")
    kept = await keep(work, team_id, [draft], now)
    return Taken(is_new=kept.new > 0, near=_near(draft))


async def add(work: UnitOfWork, team_id: str, written: Written, *, by: str) -> Taken:
    """Make a question of the team.

    Raises:
        NotReady: it lacks something; says what.
    """
    draft = await _draft(work, team_id, written, origin=f"written by {by}")
    question = question_of(draft, free_id(draft, await work.questions.ids(team_id)))
    if not await work.questions.add(team_id, question):
        raise NotReady([f"another id than {question.id}, which is taken"])
    return Taken(question=question, near=_near(draft))


async def edit(
    work: UnitOfWork, team_id: str, question: Question, changes: Mapping[str, object]
) -> Question | None:
    """Store a new version; grades keep the one they were given on.

    A rubric that repeats the answer follows a changed answer; one that somebody wrote stays.

    Args:
        work: an open unit of work.
        team_id: whose question it is.
        question: its newest version.
        changes: values by field name.

    Returns:
        The new version; ``None`` where nothing differs.

    Raises:
        NotReady: it would be no question any more.
    """
    differing = {name: v for name, v in changes.items() if v != getattr(question, name)}
    if not differing:
        return None
    answer = differing.get("model_answer")
    if isinstance(answer, str) and question.rubric.is_reference:
        criteria = criteria_of(answer)
        blueprint = blueprint_of(answer, criteria)
        if criteria and blueprint is not None:
            rubric = rubric_of(criteria)
            # A sample answer's verdicts name the old rubric's criteria.
            differing |= {"rubric": rubric, "blueprint": blueprint, "exemplars": ()}
    try:
        edited = Question.model_validate(
            {**dict(question), **differing, "version": question.version + 1}
        )
    except ValidationError as error:
        raise NotReady([str(error.errors()[0]["loc"][0]).replace("_", " ")]) from error
    if not await work.questions.add(team_id, edited):
        raise NotReady(["a second look: somebody else has just edited it"])
    return edited


async def own_question(work: UnitOfWork, team_id: str, question_id: str) -> Question | None:
    """Return a team's own question that is not retired, its newest version."""
    own = await work.questions.all(team_id)
    return next((question for question in own if question.id == question_id), None)


async def _draft(work: UnitOfWork, team_id: str, written: Written, *, origin: str) -> Draft:
    card = Card(
        origin=origin,
        role=written.role.title,
        prompt=written.prompt,
        answer=written.model_answer,
        tests=[written.tests] if written.tests else [],
        level=str(written.difficulty),
    )
    draft = Finisher(guess=RoleGuess(()), role=written.role).finish(card)
    known: Sequence[Question] = [
        *await work.questions.all(SHIPPED_TEAM),
        *await work.questions.all(team_id),
    ]
    (warned,) = warn_of_repeats([draft], known)
    return warned


def _near(draft: Draft) -> tuple[str, ...]:
    told = (r.message for r in draft.remarks if r.message.startswith(_NEAR))
    return tuple(message.removeprefix(_NEAR) for message in told)
