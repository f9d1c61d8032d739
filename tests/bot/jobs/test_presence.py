"""Who counts as alive, and whose jobs are freed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.jobs.database import open_engine
from bot.jobs.presence import Presence

PATIENCE = 20.0


class Releases:
    """Stands in for the jobs' rows: keeps who was alive each time."""

    def __init__(self) -> None:
        self.living: list[set[str]] = []
        self._seen = threading.Condition()

    def __call__(self, connection: sa.Connection, living: sa.Select[str]) -> int:
        found = set(connection.scalars(living))
        with self._seen:
            self.living.append(found)
            self._seen.notify_all()
        return 0

    def wait_for(self, living: set[str]) -> bool:
        with self._seen:
            return self._seen.wait_for(
                lambda: bool(self.living) and self.living[-1] == living, PATIENCE
            )


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    engine = open_engine(request.getfixturevalue(request.param))
    yield engine
    engine.dispose()


@pytest.fixture
def releases() -> Releases:
    return Releases()


@contextlib.contextmanager
def present(engine: sa.Engine, releases: Releases, dead_after: float = 15) -> Iterator[Presence]:
    presence = Presence(engine, releases, dead_after=dead_after)
    presence.announce()
    presence.keep_watch()
    try:
        yield presence
    finally:
        presence.leave()


def _insert(engine: sa.Engine, id_: str, lock_path: Path, *, age: float) -> None:
    now = (
        "extract(epoch from clock_timestamp())"
        if engine.dialect.name == "postgresql"
        else "(julianday('now') - 2440587.5) * 86400.0"
    )
    with engine.begin() as connection:
        connection.execute(
            sa.text(f"INSERT INTO jobs_executor VALUES (:id, :path, {now} - :age)"),
            {"id": id_, "path": str(lock_path), "age": age},
        )


def test_the_living_are_left_alone_and_a_leaver_frees_its_jobs(
    engine: sa.Engine, releases: Releases
) -> None:
    with present(engine, releases) as one:
        with present(engine, releases) as two:
            both = {one.executor_id, two.executor_id}
            assert releases.living == [{one.executor_id}, both]
        assert releases.living[-1] == {one.executor_id}


@pytest.mark.parametrize(("age", "is_alive"), [(1, True), (14, True), (16, False), (9999, False)])
def test_elsewhere_only_beats_prove_a_life(
    engine: sa.Engine, releases: Releases, tmp_path: Path, age: float, *, is_alive: bool
) -> None:
    with present(engine, releases):
        pass
    _insert(engine, "elsewhere", tmp_path / "not-on-this-machine", age=age)
    with present(engine, releases) as me:
        expected = {me.executor_id, "elsewhere"} if is_alive else {me.executor_id}
        assert releases.living[-1] == expected


def test_a_free_lock_on_this_machine_proves_a_death_at_once(
    engine: sa.Engine, releases: Releases, tmp_path: Path
) -> None:
    with present(engine, releases):
        pass
    left_behind = tmp_path / "killed.lock"
    left_behind.touch()
    _insert(engine, "killed", left_behind, age=0)
    with present(engine, releases) as me:
        assert releases.living[-1] == {me.executor_id}
    assert not left_behind.exists()


def test_a_held_lock_proves_a_life_even_without_beats(
    engine: sa.Engine, releases: Releases
) -> None:
    with present(engine, releases) as sleeper:
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE jobs_executor SET beat_at = 0"))
        with present(engine, releases) as me:
            assert releases.living[-1] == {me.executor_id, sleeper.executor_id}


def test_a_death_is_noticed_while_watching(
    engine: sa.Engine, releases: Releases, tmp_path: Path
) -> None:
    with present(engine, releases, dead_after=0.5) as me:
        _insert(engine, "elsewhere", tmp_path / "not-here", age=0)
        assert releases.wait_for({me.executor_id, "elsewhere"})
        assert releases.wait_for({me.executor_id})


def test_a_process_that_was_declared_dead_announces_itself_again(
    engine: sa.Engine, releases: Releases
) -> None:
    with present(engine, releases, dead_after=0.5) as me:
        with engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM jobs_executor"))
        releases.living.clear()
        assert releases.wait_for({me.executor_id})


def test_leaving_leaves_no_file(engine: sa.Engine, releases: Releases, tmp_path: Path) -> None:
    with present(engine, releases) as me:
        pass
    assert not list(tmp_path.glob(".*.lock"))
    with engine.connect() as connection:
        assert connection.execute(sa.text("SELECT id FROM jobs_executor")).all() == []
    assert me.executor_id not in releases.living[-1]
