"""Teams' own questions in the index: at the start, after a change, and through a rebuild."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core import Database, Judging, index_bank, no_jobs, open_database, open_judging
from bot.settings import Settings
from handlers.bank.index import TeamIndexer
from handlers.records import Team
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import SHIPPED_TEAM
from questions.question import Question
from tests.bot.retrieval.samples import a_bank, a_question

ASKED = a_question("asked-now", "Something else.")
OWN = a_question("ours-only", "okapi stripes")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(settings(tmp_path), no_jobs)
    async with opened.unit_of_work() as work:
        workspace = WorkspaceRef(platform=Platform.SLACK, id="T1")
        await work.teams.add(Team(id="team", name="Team", zone="UTC"), workspace)
        await work.questions.sync(SHIPPED_TEAM, a_bank())
        await work.questions.add("team", OWN)
    yield opened
    await opened.close()


@pytest.fixture
async def judging(tmp_path: Path) -> AsyncIterator[Judging]:
    opened = open_judging(settings(tmp_path))
    yield opened
    await opened.close()


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, embeddings="lexical", grader="local")


async def found(judging: Judging, team: str | None) -> list[str]:
    related = await judging.retriever.related(ASKED, "okapi stripes queue", limit=9, team=team)
    return [answer.question_id for answer in related]


@pytest.mark.parametrize("rebuild", [False, True])
async def test_the_start_and_a_rebuild_cover_every_team(
    database: Database, judging: Judging, rebuild: bool
) -> None:
    await index_bank(database, judging, rebuild=rebuild)
    assert (await found(judging, "team"))[0] == "ours-only"
    for other in (None, "another"):
        assert "ours-only" not in await found(judging, other)


async def test_a_change_reaches_the_index(database: Database, judging: Judging) -> None:
    await index_bank(database, judging)
    indexer = TeamIndexer(database.unit_of_work, judging.retriever)
    newer: Question = a_question("newer-one", "quagga mane")
    async with database.unit_of_work() as work:
        await work.questions.add("team", newer)
        await work.questions.retire("team", OWN.id)
    await indexer("team.change-1", 1)
    (best,) = await judging.retriever.related(ASKED, "quagga mane", limit=1, team="team")
    assert best.question_id == "newer-one"
    assert "ours-only" not in await found(judging, "team")


async def test_a_process_without_the_index_leaves_it_to_the_owner(
    database: Database, judging: Judging, tmp_path: Path
) -> None:
    await index_bank(database, judging)
    intruder = open_judging(settings(tmp_path))
    try:
        indexer = TeamIndexer(database.unit_of_work, intruder.retriever)
        assert await indexer("team.change-1", 1) is None
    finally:
        await intruder.close()
    assert "ours-only" in await found(judging, "team")
