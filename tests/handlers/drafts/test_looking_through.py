"""`/prep drafts`: a lead lists, looks, approves, edits and drops; others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers.actions import Action, ActionKind
from handlers.drafts.command import MAX_FIELD
from handlers.drafts.decide import Kept, keep
from handlers.drafts.record import DraftState, StoredDraft
from handlers.message import Buttons, OpenForm, Response, TextField
from handlers.teams.membership import join
from questions.importers.card import Card
from questions.importers.draft import Draft
from questions.importers.finish import Finisher
from questions.importers.role_guess import RoleGuess
from questions.role import Role
from tests.handlers.conftest import World, a_caller

MIA = a_caller("Mia", leads=True)
NOA = a_caller("Noa", leads=True)
ANSWER = (
    "Measure what was retrieved before blaming the model. Compare recall on queries that fail. "
    "Fix chunking where answers are split. Rerank where the right passage comes late. "
    "Watch the rate of empty results. Keep a set of hard queries for each release."
)
FINISHER = Finisher(guess=RoleGuess(()))


def a_draft(number: int = 1, *, answer: str = ANSWER, role: str = "AI Engineer") -> Draft:
    return FINISHER.finish(
        Card(
            origin="notes.md",
            line=number,
            prompt=f"Retrieval number {number} finds nothing. What do you look at first?",
            answer=answer,
            role=role,
            topic=f"Retrieval {number}",
        )
    )


async def imported(world: World, drafts: Sequence[Draft]) -> list[StoredDraft]:
    async with world.storage() as work:
        team = (await join(work, MIA)).team
        await keep(work, team.id, drafts, world.clock.now())
        return await work.drafts.page(team.id, state=DraftState.WAITING, limit=100)


async def stored(world: World, draft_id: str) -> StoredDraft:
    async with world.storage() as work:
        found = await work.drafts.get((await join(work, MIA)).team.id, draft_id)
    assert found is not None
    return found


async def press(world: World, kind: ActionKind, subject: str, *, by: object = MIA) -> str:
    return await world.told_after_click(Action(kind, subject), by=by)  # type: ignore[arg-type]


async def test_drafts_are_listed_the_surest_first_a_page_at_a_time(world: World) -> None:
    await imported(world, [a_draft(n) for n in range(1, 6)] + [a_draft(9, answer="")])
    outcome = await world.command("drafts", by=MIA)
    assert isinstance(outcome, Response)
    told = outcome.message.plain_text
    assert told.startswith("6 drafts wait")
    assert told.count("sure · ") == 4
    more = [block for block in outcome.message.blocks if isinstance(block, Buttons)][-1].buttons[0]
    rest = await world.told_after_click(more.action, by=MIA)
    assert rest.count("sure · ") == 2
    assert "Retrieval 9" in rest
    assert "Retrieval 9" not in told


async def test_a_roles_drafts_are_listed_alone(world: World) -> None:
    await imported(world, [a_draft(1), a_draft(2, role="ML Engineer")])
    told = await world.told("drafts", by=MIA, role="ml-engineer")
    assert "1 draft waits for ML Engineer" in told
    assert "Retrieval 1" not in told


async def test_without_drafts_it_says_how_they_come(world: World) -> None:
    assert "No draft waits" in await world.told("drafts", by=MIA)


async def test_a_draft_is_shown_with_what_to_look_at(world: World) -> None:
    (draft,) = await imported(world, [a_draft()])
    told = await press(world, ActionKind.DRAFT_LOOK, draft.id)
    for part in ("Retrieval 1", "AI Engineer", ANSWER, "proposed from the answer", "notes.md:1"):
        assert part in told
    assert await world.told("drafts", by=MIA, draft=draft.id[:8]) == told


async def test_an_approved_draft_is_a_question_of_the_team_and_of_no_other(world: World) -> None:
    (draft,) = await imported(world, [a_draft()])
    assert "retrieval-1" in await press(world, ActionKind.DRAFT_APPROVE, draft.id)
    async with world.storage(read_only=True) as work:
        question = await work.questions.get(draft.team_id, "retrieval-1")
        assert await work.questions.get("another", "retrieval-1") is None
        cards = await work.questions.cards(draft.team_id, Role.AI_ENGINEER)
    assert question is not None
    assert (question.version, question.model_answer) == (1, ANSWER)
    assert "retrieval-1" in [card.id for card in cards]
    after = await stored(world, draft.id)
    assert (after.state, after.question_id) == (DraftState.APPROVED, "retrieval-1")
    await world.jobs.settle()
    assert world.index.held == {draft.team_id: [ANSWER]}


async def test_an_approved_question_is_asked_and_graded_like_any_other(world: World) -> None:
    (draft,) = await imported(world, [a_draft(role="NLP Engineer")])
    await press(world, ActionKind.DRAFT_APPROVE, draft.id)
    asked = await world.ask(role=Role.NLP_ENGINEER)
    assert asked.question_id == "retrieval-1"
    await world.reply(asked, "I would measure what was retrieved before I blame the model.")
    assert [entry.question_id for entry in await world.scores()] == ["retrieval-1"]


async def test_ids_that_are_taken_are_passed_over(world: World) -> None:
    first, second = a_draft(1), a_draft(2).model_copy(update={"title": "Retrieval 1"})
    for draft in await imported(world, [first, second]):
        await press(world, ActionKind.DRAFT_APPROVE, draft.id)
    async with world.storage() as work:
        ids = await work.questions.ids((await join(work, MIA)).team.id)
    assert len([id_ for id_ in ids if id_.startswith("retrieval-1")]) == 2


async def test_a_draft_without_an_answer_is_not_approved_but_edited(world: World) -> None:
    (draft,) = await imported(world, [a_draft(answer="")])
    assert "lacks a model answer" in await press(world, ActionKind.DRAFT_APPROVE, draft.id)
    form = await world.click(Action(ActionKind.DRAFT_EDIT, draft.id), by=MIA)
    assert isinstance(form, OpenForm)
    values = {field.name: field.initial for field in form.fields}
    assert values["prompt"].startswith("Retrieval number 1")
    values |= {"model-answer": ANSWER, "difficulty": "5", "role": "ml-engineer"}
    sent = await world.send_form(form.action, values, id_="f1", by=MIA)
    assert sent.message.plain_text.startswith("Saved.")
    assert "ML Engineer" in await press(world, ActionKind.DRAFT_APPROVE, draft.id)
    async with world.storage(read_only=True) as work:
        question = await work.questions.get(draft.team_id, "retrieval-1")
    assert question is not None
    assert (question.difficulty, question.role) == (5, Role.ML_ENGINEER)


async def test_a_text_too_long_for_a_form_is_not_cut(world: World) -> None:
    (draft,) = await imported(world, [a_draft(answer=f"{ANSWER} " * 20)])
    form = await world.click(Action(ActionKind.DRAFT_EDIT, draft.id), by=MIA)
    assert isinstance(form, OpenForm)
    texts = [field for field in form.fields if isinstance(field, TextField)]
    assert "model-answer" not in [field.name for field in texts]
    assert all(len(field.initial) <= MAX_FIELD for field in texts)
    assert f"edit {draft.id[:8]}" in form.intro.plain_text
    values = {field.name: field.initial for field in form.fields}
    await world.send_form(form.action, values, id_="f1", by=MIA)
    assert (await stored(world, draft.id)).draft.model_answer == draft.draft.model_answer


async def test_a_prompt_cannot_be_emptied(world: World) -> None:
    (draft,) = await imported(world, [a_draft()])
    action = Action(ActionKind.DRAFT_EDIT, draft.id)
    sent = await world.send_form(action, {"prompt": " … "}, id_="f1", by=MIA)
    assert not sent.accepted
    assert "needs words" in sent.message.plain_text


async def test_a_dropped_draft_does_not_come_again(world: World) -> None:
    (draft,) = await imported(world, [a_draft()])
    assert "Dropped" in await press(world, ActionKind.DRAFT_DROP, draft.id)
    assert await imported(world, [a_draft()]) == []
    assert "Mia has dropped" in await press(world, ActionKind.DRAFT_APPROVE, draft.id, by=NOA)


async def test_importing_twice_changes_nothing(world: World) -> None:
    drafts = [a_draft(1), a_draft(2)]
    before = await imported(world, drafts)
    async with world.storage() as work:
        team_id = (await join(work, MIA)).team.id
        assert await keep(work, team_id, drafts, world.clock.now()) == Kept(new=0, known=2)
    assert await imported(world, drafts) == before


async def test_only_leads_decide_and_only_on_their_own_teams_drafts(world: World) -> None:
    (draft,) = await imported(world, [a_draft()])
    ada = a_caller("Ada", may_manage=True)
    stranger = a_caller("Zoe", workspace_id="T2", leads=True)
    assert "Only people who run this workspace" in await world.told("drafts", by=ada)
    for kind in (ActionKind.DRAFT_LOOK, ActionKind.DRAFT_APPROVE, ActionKind.DRAFT_DROP):
        assert "Only people who run" in await press(world, kind, draft.id, by=ada)
        assert "can't find that draft" in await press(world, kind, draft.id, by=stranger)
    assert (await stored(world, draft.id)).state is DraftState.WAITING
    nowhere = replace(MIA, workspace=None, is_direct=True)
    assert "can't tell who leads" in await world.told("drafts", by=nowhere)


async def test_typed_actions_name_a_draft_by_its_beginning(world: World) -> None:
    (draft,) = await imported(world, [a_draft()])
    assert "Say which draft" in await world.told("drafts", by=MIA, action="drop", draft="ab")
    assert "can't find" in await world.told("drafts", by=MIA, action="drop", draft="zzzzzz")
    assert "Dropped" in await world.told("drafts", by=MIA, action="drop", draft=draft.id[:6])
