"""A migrated database with one team and one member, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.engine import create_engine, database_url
from bot.storage.migrate import upgrade
from bot.storage.unit_of_work import SqlUnitOfWorkFactory
from handlers.ports import Job
from handlers.records import Member, Team
from handlers.refs import Platform, UserRef, WorkspaceRef
from tests.wire.postgres import PostgresServer, start_postgres

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
WORKSPACE = WorkspaceRef(platform=Platform.SLACK, id="T1")
USER = UserRef(platform=Platform.SLACK, realm="T1", id="U1")


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with start_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'p.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create_database()


class Store:
    def __init__(self, url: str) -> None:
        self.engine = create_engine(database_url(url))
        self.jobs: list[Job] = []
        self.open = SqlUnitOfWorkFactory(
            self.engine, lambda _connection, job: self.jobs.append(job)
        )


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = Store(url)
    await upgrade(store.engine)
    async with store.open() as work:
        await work.teams.add(Team(id="team", name="Team", zone="UTC"), WORKSPACE)
        await work.teams.add_member(Member(id="ada", team_id="team", name="Ada"), USER)
    yield store
    await store.engine.dispose()
