"""Imported drafts and the team's own questions, on every database."""

from __future__ import annotations

from dataclasses import replace

from handlers.drafts.record import DraftState, StoredDraft
from handlers.records import Team
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import SHIPPED_TEAM
from questions.importers.draft import Draft
from questions.role import Role
from tests.contracts.conftest import NOW, Store
from tests.factory import a_question


def a_draft(
    id_: str, *, digest: str = "", confidence: float = 0.5, role: Role | None = None
) -> StoredDraft:
    draft = Draft(
        digest=digest or id_, origin="a.md", prompt="Why?", role=role, confidence=confidence
    )
    return StoredDraft(id=id_, team_id="team", digest=draft.digest, draft=draft, created_at=NOW)


async def test_a_digest_is_stored_once_whatever_becomes_of_it(store: Store) -> None:
    async with store.open() as work:
        assert (
            await work.drafts.add_all([a_draft("a1"), a_draft("a2"), a_draft("a3", digest="a1")])
            == 2
        )
        dropped = replace(a_draft("a1"), state=DraftState.DROPPED, decided_by="Ada")
        assert await work.drafts.change(dropped)
        assert await work.drafts.add_all([a_draft("a1")]) == 0
        assert await work.drafts.add_all([]) == 0

    async with store.open(read_only=True) as work:
        assert await work.drafts.get("team", "a1") == dropped
        assert await work.drafts.get("other", "a1") is None
        assert await work.drafts.count("team", DraftState.WAITING) == 1


async def test_two_teams_may_import_the_same(store: Store) -> None:
    async with store.open() as work:
        other = WorkspaceRef(platform=Platform.SLACK, id="T2")
        await work.teams.add(Team(id="other", name="Other", zone="UTC"), other)
        assert await work.drafts.add_all([a_draft("a1")]) == 1
        assert (
            await work.drafts.add_all([replace(a_draft("b1", digest="a1"), team_id="other")]) == 1
        )
        assert [team.id for team in await work.teams.all()] == ["other", "team"]


async def test_pages_come_the_surest_first(store: Store) -> None:
    rows = [
        a_draft("a1", confidence=0.2),
        a_draft("a2", confidence=0.9, role=Role.AI_ENGINEER),
        a_draft("a3", confidence=0.7, role=Role.ML_ENGINEER),
    ]
    async with store.open() as work:
        await work.drafts.add_all(rows)

    async with store.open(read_only=True) as work:
        waiting = DraftState.WAITING
        page = await work.drafts.page("team", state=waiting, limit=2)
        rest = await work.drafts.page("team", state=waiting, limit=2, offset=2)
        ml = await work.drafts.page("team", state=waiting, role=Role.ML_ENGINEER, limit=2)
        assert [row.id for row in (*page, *rest)] == ["a2", "a3", "a1"]
        assert [row.id for row in ml] == ["a3"]
        assert await work.drafts.count("team", waiting, Role.ML_ENGINEER) == 1
        assert [row.id for row in await work.drafts.beginning("team", "a")] == ["a1", "a2", "a3"]
        assert await work.drafts.beginning("team", "a%") == []


async def test_a_decided_draft_is_not_changed_again(store: Store) -> None:
    approved = replace(a_draft("a1"), state=DraftState.APPROVED, question_id="q")
    async with store.open() as work:
        await work.drafts.add_all([a_draft("a1")])
        assert await work.drafts.change(approved)
        assert not await work.drafts.change(replace(approved, state=DraftState.DROPPED))
        assert await work.drafts.get("team", "a1") == approved


async def test_thousands_are_stored_at_once(store: Store) -> None:
    async with store.open() as work:
        assert await work.drafts.add_all([a_draft(f"d{n}") for n in range(1_203)]) == 1_203
        assert await work.drafts.add_all([a_draft(f"d{n}") for n in range(1_204)]) == 1


async def test_a_team_adds_questions_of_its_own(store: Store) -> None:
    async with store.open() as work:
        await work.questions.sync(SHIPPED_TEAM, [a_question("shipped")])
        assert await work.questions.add("team", a_question("own"))
        assert not await work.questions.add("team", a_question("own", difficulty=5))
        assert await work.questions.add("team", a_question("own", version=2, difficulty=5))
        assert await work.questions.ids("team") == {"shipped", "own"}
        assert await work.questions.ids("other") == {"shipped"}
        newest = await work.questions.get("team", "own")
        first = await work.questions.get("team", "own", 1)

    assert newest is not None
    assert first is not None
    assert (newest.difficulty, first.difficulty) == (5, 3)
