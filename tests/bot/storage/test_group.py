"""Pieces that wait at once share a transaction, and nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage.engine import create_engine, database_url
from bot.storage.group import GroupCommit
from bot.storage.migrate import upgrade
from bot.storage.unit_of_work import SqlUnitOfWork
from bot.storage.writer import Writer
from handlers.records import Team
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import StorageUnavailable, UnitOfWork

PATIENCE = 20.0


class Ours(Exception):
    """What a piece of work raises."""


class Bench:
    """A group on a database, and a look at it from outside."""

    def __init__(self, path: Path, group: GroupCommit, writer: Writer) -> None:
        self.path = path
        self.group = group
        self.commits = 0
        sa.event.listen(writer._sync_engine, "commit", self._note)

    def _note(self, _connection: object) -> None:
        self.commits += 1

    def stored(self) -> list[str]:
        """Return what another process would see, in the order in which it was written."""
        connection = sqlite3.connect(self.path)
        try:
            return [row[0] for row in connection.execute("SELECT id FROM teams ORDER BY rowid")]
        finally:
            connection.close()


@asynccontextmanager
async def a_bench(folder: Path, *, most: int = 32, patience: float = 5.0) -> AsyncIterator[Bench]:
    path = folder / "p.db"
    engine = create_engine(database_url(f"sqlite:///{path}"))
    await upgrade(engine)

    def no_jobs(_connection: object, _job: object) -> None:
        raise AssertionError("no piece here enqueues anything")

    writer = Writer(engine, partial(SqlUnitOfWork, enqueue=no_jobs), patience=patience)
    group = GroupCommit(writer, most=most, patience=patience)
    try:
        yield Bench(path, group, writer)
    finally:
        await group.close()
        await engine.dispose()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with a_bench(tmp_path) as bench:
        yield bench


async def add(name: str, work: UnitOfWork) -> str:
    workspace = WorkspaceRef(platform=Platform.SLACK, id=name)
    await work.teams.add(Team(id=name, name=name, zone="UTC"), workspace)
    return name


class Gate:
    """A piece that keeps the writer busy until it is opened."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._open = threading.Event()

    async def __call__(self, work: UnitOfWork) -> str:
        self._loop.call_soon_threadsafe(self.began.set)
        assert self._open.wait(PATIENCE)
        return await add("gate", work)

    def open(self) -> None:
        self._open.set()


async def behind_a_gate(
    bench: Bench, *pieces: Callable[[UnitOfWork], Coroutine[Any, Any, Any]], urgent: str = ""
) -> tuple[Gate, asyncio.Task[Any], list[asyncio.Task[Any]]]:
    """Let pieces wait while the writer is busy; those marked ``u`` in ``urgent`` are."""
    gate = Gate()
    first = asyncio.create_task(bench.group.run(gate))
    await asyncio.wait_for(gate.began.wait(), PATIENCE)
    marks = urgent.ljust(len(pieces))
    tasks = [
        asyncio.create_task(bench.group.run(piece, urgent=mark == "u"))
        for piece, mark in zip(pieces, marks, strict=True)
    ]
    await asyncio.sleep(0)  # lets them queue up
    return gate, first, tasks


async def test_what_is_returned_is_stored(bench: Bench) -> None:
    assert await bench.group.run(partial(add, "a")) == "a"
    assert bench.stored() == ["a"]


async def test_those_that_wait_at_once_are_committed_together_in_order(bench: Bench) -> None:
    names = [f"n{n}" for n in range(20)]
    gate, first, tasks = await behind_a_gate(bench, *(partial(add, name) for name in names))
    assert bench.stored() == []
    gate.open()
    assert await asyncio.gather(first, *tasks) == ["gate", *names]
    assert bench.stored() == ["gate", *names]
    assert bench.commits == 2


async def test_urgent_ones_come_first_and_the_others_all_the_same(tmp_path: Path) -> None:
    async with a_bench(tmp_path, most=2) as bench:
        pieces = [partial(add, name) for name in ("o1", "o2", "u1", "u2", "u3")]
        gate, first, tasks = await behind_a_gate(bench, *pieces, urgent="  uuu")
        gate.open()
        await asyncio.gather(first, *tasks)
        assert bench.stored() == ["gate", "u1", "o1", "u2", "o2", "u3"]
        assert bench.commits == 4


async def fail(name: str, work: UnitOfWork) -> None:
    await add(name, work)
    raise Ours(name)


async def break_a_rule(name: str, work: UnitOfWork) -> None:
    await add(name, work)
    assert isinstance(work, SqlUnitOfWork)
    await work._connection.execute(sa.text("INSERT INTO teams (id) VALUES (:id)"), {"id": name})


async def wait_for_something_else(name: str, work: UnitOfWork) -> None:
    await add(name, work)
    await asyncio.sleep(0)


BAD: dict[str, tuple[Callable[[str, UnitOfWork], Coroutine[Any, Any, Any]], type[Exception]]] = {
    "fails": (fail, Ours),
    "breaks a rule": (break_a_rule, sa.exc.IntegrityError),
    "waits": (wait_for_something_else, RuntimeError),
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_piece_alone_that_fails_leaves_nothing(bench: Bench, kind: str) -> None:
    piece, error = BAD[kind]
    with pytest.raises(error):
        await bench.group.run(partial(piece, "x"))
    assert bench.stored() == []
    assert await bench.group.run(partial(add, "a")) == "a"
    assert bench.stored() == ["a"]


@given(kinds=st.lists(st.sampled_from(["good", *BAD]), min_size=1, max_size=12))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_bad_piece_fails_alone(
    kinds: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def check() -> None:
        async with a_bench(tmp_path_factory.mktemp("group")) as bench:
            pieces = [
                partial(add if kind == "good" else BAD[kind][0], f"n{n}")
                for n, kind in enumerate(kinds)
            ]
            gate, first, tasks = await behind_a_gate(bench, *pieces)
            gate.open()
            _, *outcomes = await asyncio.gather(first, *tasks, return_exceptions=True)
            for kind, outcome in zip(kinds, outcomes, strict=True):
                assert isinstance(outcome, str if kind == "good" else BAD[kind][1])
            good = [f"n{n}" for n, kind in enumerate(kinds) if kind == "good"]
            assert bench.stored() == ["gate", *good]

    asyncio.run(check())


async def test_a_piece_that_nobody_waits_for_is_left_out_unless_it_has_begun(
    bench: Bench,
) -> None:
    gate, first, [leaving, staying] = await behind_a_gate(
        bench, partial(add, "leaving"), partial(add, "staying")
    )
    leaving.cancel()
    first.cancel()
    await asyncio.gather(leaving, first, return_exceptions=True)
    gate.open()
    assert await staying == "staying"
    assert leaving.cancelled()
    assert first.cancelled()
    assert bench.stored() == ["gate", "staying"]


async def test_closing_commits_what_waits_and_takes_no_more(bench: Bench) -> None:
    names = [f"n{n}" for n in range(50)]
    gate, first, tasks = await behind_a_gate(bench, *(partial(add, name) for name in names))
    closing = asyncio.create_task(bench.group.close())
    await asyncio.sleep(0)
    with pytest.raises(StorageUnavailable):
        await bench.group.run(partial(add, "late"))
    gate.open()
    await closing
    assert await asyncio.gather(first, *tasks) == ["gate", *names]
    assert bench.stored() == ["gate", *names]


async def test_while_another_program_writes_nothing_is_promised(tmp_path: Path) -> None:
    async with a_bench(tmp_path, patience=0.2) as bench:
        other = sqlite3.connect(bench.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = [bench.group.run(partial(add, name)) for name in ("a", "b", "c")]
        outcomes = await asyncio.gather(*waiting, return_exceptions=True)
        other.execute("ROLLBACK")
        other.close()
        assert all(isinstance(outcome, StorageUnavailable) for outcome in outcomes)
        assert await bench.group.run(partial(add, "d")) == "d"


async def test_a_full_disk_undoes_exactly_what_was_not_promised(bench: Bench) -> None:
    async def fill(work: UnitOfWork) -> None:
        assert isinstance(work, SqlUnitOfWork)
        await work._connection.execute(sa.text("PRAGMA max_page_count = 1"))
        await work._connection.execute(sa.text("CREATE TABLE t AS SELECT zeroblob(10000000) AS b"))

    gate, first, tasks = await behind_a_gate(bench, partial(add, "a"), fill, partial(add, "b"))
    gate.open()
    _, *outcomes = await asyncio.gather(first, *tasks, return_exceptions=True)
    promised = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert isinstance(outcomes[1], StorageUnavailable)
    assert bench.stored() == ["gate", *promised]


async def test_a_writer_that_breaks_is_told_to_everybody_and_works_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, first, tasks = await behind_a_gate(bench, partial(add, "a"), partial(add, "b"))
    writer = bench.group._writer
    with monkeypatch.context() as patch:
        patch.setattr(writer, "_among_others", lambda *_: 1 / 0)
        gate.open()
        outcomes = await asyncio.gather(first, *tasks, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [str, ZeroDivisionError, ZeroDivisionError]
    assert await bench.group.run(partial(add, "c")) == "c"
    assert bench.stored() == ["gate", "c"]
