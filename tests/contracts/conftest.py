"""A migrated database with one team and one member, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage.engine import create_engine, database_url
from bot.storage.tables import METADATA
from bot.storage.unit_of_work import SqlUnitOfWorkFactory
from handlers.ports import Job
from handlers.records import Member, Team
from handlers.refs import Platform, UserRef, WorkspaceRef
from tests.conftest import migrate
from tests.wire.postgres import PostgresServer

NOW = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
WORKSPACE = WorkspaceRef(platform=Platform.SLACK, id="T1")
USER = UserRef(platform=Platform.SLACK, realm="T1", id="U1")


@pytest.fixture(scope="session")
def migrated_postgres(postgres: PostgresServer) -> str:
    """A PostgreSQL database with this release's empty tables."""
    url = postgres.create_database()
    migrate(url)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'p.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create_database()


@pytest.fixture
def prepared_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with this release's tables, all empty."""
    if database_kind == "sqlite":
        path = shutil.copy(request.getfixturevalue("migrated"), tmp_path / "p.db")
        return f"sqlite:///{path}"
    # Emptied rather than copied anew: a copy takes ten times as long.
    return _emptied(request.getfixturevalue("migrated_postgres"))


def _emptied(url: str) -> str:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(sa.delete(table))
    engine.dispose()
    return url


class Store:
    def __init__(self, url: str) -> None:
        self.engine = create_engine(database_url(url))
        self.jobs: list[Job] = []
        self.open = SqlUnitOfWorkFactory(
            self.engine, lambda _connection, job: self.jobs.append(job)
        )


@pytest.fixture
async def store(prepared_url: str) -> AsyncIterator[Store]:
    store = Store(prepared_url)
    async with store.open() as work:
        await work.teams.add(Team(id="team", name="Team", zone="UTC"), WORKSPACE)
        await work.teams.add_member(Member(id="ada", team_id="team", name="Ada"), USER)
    yield store
    await store.engine.dispose()
