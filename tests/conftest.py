"""What takes long to make and can be shared: made once a process, whichever test asks first."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from bot.storage.engine import create_engine, database_url
from bot.storage.migrate import upgrade
from tests.wire.postgres import PostgresServer, start_postgres


def pytest_configure() -> None:
    """Let an example take as long as it takes: a busy machine is no finding."""
    hypothesis_settings.register_profile("patient", deadline=None)
    hypothesis_settings.load_profile("patient")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server; each test takes a database of its own from it."""
    with start_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with this release's empty tables, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "prepbot.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the bot has been started once, to copy: a first start takes seconds.

    The questions are in its database and, word by word, in its index.
    """
    # Imported here: most tests need nothing of the whole bot.
    from bot.core import index_bank, no_jobs, open_database, open_judging
    from bot.service import converse
    from bot.settings import Settings

    folder = tmp_path_factory.mktemp("furnished")
    settings = Settings(
        _env_file=None,
        PREPBOT_DATA_DIR=str(folder),
        PREPBOT_EMBEDDINGS="lexical",
    )

    async def furnish() -> None:
        await converse(settings, name="Ada", greet=False, source=io.BytesIO())
        # A conversation ends before its index is ready.
        database, judging = await open_database(settings, no_jobs), open_judging(settings)
        await index_bank(database, judging, lambda *_: None)
        await judging.close()
        await database.close()

    asyncio.run(furnish())
    return folder


def migrate(url: str) -> None:
    """Bring a database up to this release."""

    async def run() -> None:
        engine = create_engine(database_url(url))
        await upgrade(engine)
        await engine.dispose()

    asyncio.run(run())
