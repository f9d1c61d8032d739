from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.bootstrap import assemble
from bot.core import Database
from bot.storage.engine import create_engine, database_url
from handlers.answers.judge import AnswerGrader
from handlers.appeals.second import SecondReader
from handlers.refs import Platform
from tests.bot.fake_clock import FakeClock
from tests.handlers.appeals.court import (
    ReconsideringGrader,
)
from tests.handlers.conftest import World
from tests.handlers.fakes import (
    FakeGrader,
    FakePlatform,
    FakeRetriever,
    StumblingStorage,
    WatchedJobs,
)


@pytest.fixture
def grader() -> FakeGrader:
    """One that gives second opinions, unless a test says otherwise."""
    return ReconsideringGrader()


@pytest.fixture
async def world(tmp_path: Path, template: Path, grader: FakeGrader) -> AsyncIterator[World]:
    path = shutil.copy(template, tmp_path / "prepbot.db")
    engine = create_engine(database_url(f"sqlite:///{path}"))
    jobs, clock, slack = WatchedJobs(), FakeClock(), FakePlatform()
    retriever, storage = FakeRetriever(), StumblingStorage(engine, jobs)
    app = assemble(
        database=Database(engine=engine, unit_of_work=storage),
        answer_grader=AnswerGrader(grader, retriever),
        jobs=jobs,
        platforms={Platform.SLACK: slack},
        clock=clock,
        second_reader=SecondReader(grader, retriever),
    )
    await jobs.start()
    yield World(
        clock=clock,
        slack=slack,
        grader=grader,
        retriever=retriever,
        jobs=jobs,
        storage=storage,
        app=app,
    )
    await jobs.stop()
    await engine.dispose()
