"""`/prep questions`: suggested by anybody; added, edited and retired by leads."""

from __future__ import annotations

from handlers.actions import Action, ActionKind
from handlers.invocation import Caller
from handlers.message import OpenForm, Response
from handlers.teams.membership import join
from questions.question import Question
from questions.role import Role
from tests.handlers.conftest import World, a_caller

MIA = a_caller("Mia", leads=True)
ADA = a_caller("Ada")
FORM = {
    "role": "nlp-engineer",
    "prompt": "A tokenizer made for English reads nine languages. What does that cost you?",
    "model_answer": (
        "Count tokens per word for each language. Languages far from English take twice as many. "
        "That doubles cost and halves the context. Train a tokenizer on the real mix. "
        "Check that old prompts still fit before you switch."
    ),
    "tests": "Knows what a tokenizer costs.",
    "difficulty": "4",
}


async def sent(
    world: World, kind: ActionKind, *, by: Caller = MIA, subject: str = "", **changes: str
) -> Response:
    return await world.send_form(Action(kind, subject), {**FORM, **changes}, id_="f", by=by)


async def own(world: World) -> list[Question]:
    async with world.storage() as work:
        return await work.questions.all((await join(work, MIA)).team.id)


async def added(world: World) -> Question:
    assert (await sent(world, ActionKind.BANK_ADD)).accepted
    (question,) = await own(world)
    return question


async def test_a_lead_adds_a_question_which_is_then_asked(world: World) -> None:
    form = await world.command("questions", by=MIA, action="add")
    assert isinstance(form, OpenForm)
    assert {field.name for field in form.fields} == set(FORM)
    question = await added(world)
    assert (question.role, question.difficulty, question.version) == (Role.NLP_ENGINEER, 4, 1)
    assert len(question.rubric.criteria) >= 4
    assert (await world.ask(role=Role.NLP_ENGINEER)).question_id == question.id
    assert question.id in await world.told("questions", by=ADA)


async def test_anybody_suggests_and_a_lead_decides(world: World) -> None:
    assert isinstance(await world.command("questions", by=ADA, action="suggest"), OpenForm)
    thanks = await sent(world, ActionKind.BANK_SUGGEST, by=ADA)
    assert "A lead looks at it" in thanks.message.plain_text
    again = await sent(world, ActionKind.BANK_SUGGEST, by=ADA)
    assert "has this suggestion already" in again.message.plain_text
    assert await own(world) == []
    waiting = await world.told("drafts", by=MIA)
    assert "1 draft waits" in waiting
    draft_id = waiting.split("\n\n")[1].split()[0]
    assert "suggested by Ada" in await world.told("drafts", by=MIA, draft=draft_id)
    await world.told("drafts", by=MIA, action="approve", draft=draft_id)
    assert [question.prompt for question in await own(world)] == [FORM["prompt"]]


async def test_a_question_that_is_nearly_there_is_warned_of(world: World) -> None:
    question = await added(world)
    near = FORM["prompt"].replace("nine", "ten")
    told = await sent(world, ActionKind.BANK_SUGGEST, by=ADA, prompt=near)
    assert f"nearly the same as {question.id}" in told.message.plain_text


async def test_an_edit_is_a_new_version_and_grades_keep_theirs(world: World) -> None:
    question = await added(world)
    asked = await world.ask(role=Role.NLP_ENGINEER)
    await world.reply(asked, "I would count the tokens that each language takes per word.")
    form = await world.command("questions", by=MIA, action="edit", question=question.id)
    assert isinstance(form, OpenForm)
    assert {field.name: field.initial for field in form.fields}["prompt"] == question.prompt
    answer = FORM["model_answer"].replace("nine", "ten") + " Tell users what changes for them."
    told = await sent(world, ActionKind.BANK_EDIT, subject=question.id, model_answer=answer)
    assert "version 2" in told.message.plain_text
    (newest,) = await own(world)
    assert (newest.version, newest.model_answer) == (2, answer)
    assert newest.rubric != question.rubric
    assert asked.question_version == 1
    async with world.storage(read_only=True) as work:
        first = await work.questions.get((await world_team(world)), question.id, 1)
    assert first == question
    versions = await world.told("questions", by=ADA, question=question.id)
    assert "version 2" in versions
    assert "version 1" in versions


async def world_team(world: World) -> str:
    async with world.storage() as work:
        return (await join(work, MIA)).team.id


async def test_an_edit_of_nothing_changes_nothing(world: World) -> None:
    question = await added(world)
    told = await sent(world, ActionKind.BANK_EDIT, subject=question.id)
    assert "Nothing differs" in told.message.plain_text
    assert [q.version for q in await own(world)] == [1]


async def test_a_retired_question_is_asked_no_more_and_stays_for_its_grades(world: World) -> None:
    question = await added(world)
    assert "is retired" in await world.told(
        "questions", by=MIA, action="retire", question=question.id
    )
    assert await own(world) == []
    async with world.storage(read_only=True) as work:
        team_id = await world_team(world)
        assert await work.questions.get(team_id, question.id, 1) == question
        assert question.id not in [card.id for card in await work.questions.cards(team_id)]
    assert "retired" in await world.told("questions", by=ADA, question=question.id)


async def test_only_leads_change_what_a_team_asks(world: World) -> None:
    question = await added(world)
    for action in ("add", "edit", "retire"):
        told = await world.told("questions", by=ADA, action=action, question=question.id)
        assert "Only people who run this workspace" in told
    for kind in (ActionKind.BANK_ADD, ActionKind.BANK_EDIT):
        refused = await sent(world, kind, by=ADA, subject=question.id)
        assert not refused.accepted
    stranger = a_caller("Zoe", workspace_id="T2", leads=True)
    told = await world.told("questions", by=stranger, action="retire", question=question.id)
    assert "no question of that id" in told
    assert await own(world) == [question]


async def test_a_form_without_what_matters_is_given_back(world: World) -> None:
    for name, value, words in (
        ("prompt", "…", "needs words"),
        ("role", "", "Pick the role"),
        ("model_answer", "", "lacks a model answer"),
    ):
        action = Action(ActionKind.BANK_ADD)
        refused = await world.send_form(action, {**FORM, name: value}, id_="f", by=MIA)
        assert not refused.accepted
        assert words in refused.message.plain_text
