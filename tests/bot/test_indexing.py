"""What is stored by others reaches the index of a process that runs already."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from bot.core import Database, Judging, no_jobs, open_database, open_judging
from bot.indexing import Indexing, changed, read_marks
from bot.settings import Settings
from handlers.drafts.decide import approve, keep
from handlers.drafts.record import DraftState
from handlers.records import Team
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import SHIPPED_TEAM
from questions.importers.collect import draft_of_pack
from tests.bot.retrieval.samples import a_bank, a_question
from tests.wire.postgres import PostgresServer

ASKED = a_question("asked-now", "Something else.")
OWN = a_question("ours-only", "okapi stripes")
PATIENCE = 30.0


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = None
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.create_database()
    return Settings(data_dir=tmp_path, embeddings="lexical", grader="local", database_url=url)


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[tuple[Database, Judging]]:
    """The parts of a process that serves a chat."""
    database = await open_database(settings, no_jobs)
    async with database.unit_of_work() as work:
        workspace = WorkspaceRef(platform=Platform.SLACK, id="T1")
        await work.teams.add(Team(id="team", name="Team", zone="UTC"), workspace)
        await work.questions.sync(SHIPPED_TEAM, a_bank())
    judging = open_judging(settings)
    yield database, judging
    await judging.close()
    await database.close()


@pytest.fixture
async def other(settings: Settings) -> AsyncIterator[Database]:
    """The database as another process opens it, such as the command line."""
    database = await open_database(settings, no_jobs)
    yield database
    await database.close()


async def found(judging: Judging) -> list[str]:
    related = await judging.retriever.related(ASKED, "okapi stripes", limit=9, team="team")
    return [answer.question_id for answer in related]


async def until(judging: Judging, *, there: bool) -> None:
    """Wait until the team's question is found, or is not any more."""
    async with asyncio.timeout(PATIENCE):
        while (OWN.id in await found(judging)) is not there:
            # The embedded store answers from a thread: each look gives way to the index.
            continue


async def test_what_the_command_line_approves_and_retires_is_found_without_a_restart(
    running: tuple[Database, Judging], other: Database
) -> None:
    database, judging = running
    indexing = Indexing(database, judging, look_seconds=0.01)
    await indexing.start()
    try:
        async with other.unit_of_work() as work:
            draft = draft_of_pack(OWN, "ours.md")
            await keep(work, "team", [draft], datetime(2026, 3, 1, tzinfo=UTC))
            (stored,) = await work.drafts.page("team", state=DraftState.WAITING, limit=1)
            await approve(work, stored, by="the command line")
        await until(judging, there=True)
        async with other.unit_of_work() as work:
            await work.questions.retire("team", OWN.id)
        await until(judging, there=False)
    finally:
        await indexing.stop()


async def test_marks_differ_for_the_team_whose_questions_changed(
    running: tuple[Database, Judging], other: Database
) -> None:
    database, _ = running
    seen = [await read_marks(database)]
    assert seen == [{}]
    newer = OWN.model_copy(update={"version": 2})
    for question in (OWN, newer):
        async with other.unit_of_work() as work:
            await work.questions.add("team", question)
        seen.append(await read_marks(database))
    async with other.unit_of_work() as work:
        await work.questions.retire("team", OWN.id)
    seen.append(await read_marks(database))
    for before, after in pairwise(seen):
        assert changed(before, after) == ["team"]
    assert changed(seen[-1], await read_marks(database)) == []
    assert changed(seen[-1], {}) == ["team"]


async def test_a_process_that_may_not_write_the_index_takes_over_once_it_may(
    running: tuple[Database, Judging], settings: Settings
) -> None:
    database, judging = running
    async with database.unit_of_work() as work:
        await work.questions.add("team", OWN)
    owner = open_judging(settings)
    await owner.retriever.index(a_bank())
    indexing = Indexing(database, judging, look_seconds=0.01)
    await indexing.start()
    try:
        await owner.close()
        async with asyncio.timeout(PATIENCE):
            while not await judging.retriever.count(team="team"):
                continue
    finally:
        await indexing.stop()
    assert OWN.id in await found(judging)
