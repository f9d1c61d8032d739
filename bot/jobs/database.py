"""The jobs' own synchronous engine on the application's database."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event

from bot.startup import StartupError

_BUSY_SECONDS: Final = 30
# SQLite's own waiting sleeps up to a tenth of a second between two looks.
_LOOK_SECONDS: Final = 0.002
_CONNECT_SECONDS: Final = 5


def open_engine(database_url: str) -> sa.Engine:
    """Build an engine; nothing is connected yet.

    Args:
        database_url: the application's, ``sqlite+aiosqlite:///path`` or ``postgresql+psycopg://…``.

    Raises:
        StartupError: the URL names no database that jobs can be kept in.
    """
    try:
        url = sa.make_url(database_url)
    except sa.exc.ArgumentError as error:
        raise StartupError(
            "The database address can't be read; it looks like sqlite+aiosqlite:///prepbot.db or "
            "postgresql+psycopg://user:password@host/name."
        ) from error
    match url.get_backend_name():
        case "sqlite":
            return _open_sqlite(url)
        case "postgresql":
            return sa.create_engine(
                url.set(drivername="postgresql+psycopg"),
                pool_size=10,
                pool_pre_ping=True,
                connect_args={"connect_timeout": _CONNECT_SECONDS},
            )
        case other:
            raise StartupError(
                f"Prepbot keeps its data in SQLite or PostgreSQL, not in {other}; "
                "change the database address."
            )


def check_reachable(engine: sa.Engine) -> None:
    """Connect once.

    Raises:
        StartupError: the database does not answer.
    """
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise StartupError(
            f"The database {describe(engine.url)} can't be opened; check its address and that "
            "Prepbot may read and write it."
        ) from error


def describe(url: sa.URL) -> str:
    """Return what a person calls the database: its file, or host and name; never a password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    return f"{url.database} at {url.host or url.query.get('host') or 'localhost'}{port}"


def _open_sqlite(url: sa.URL) -> sa.Engine:
    if url.database in {None, "", ":memory:"} or "mode" in url.query:
        raise StartupError(
            "Jobs need a database that outlives the process; give SQLite a file, "
            "for example sqlite+aiosqlite:///prepbot.db."
        )
    engine = sa.create_engine(
        sa.URL.create("sqlite+pysqlite", database=str(Path(str(url.database)).absolute())),
        pool_size=10,
        connect_args={"timeout": _BUSY_SECONDS, "factory": _Connection},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


class _Cursor(sqlite3.Cursor):
    """Looks often whether the write lock is free, where a statement begins a transaction."""

    def execute(self, sql: str, parameters: Any = (), /) -> _Cursor:  # noqa: ANN401  (as its base)
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                return super().execute(sql, parameters)
            except sqlite3.OperationalError as error:
                # Within a transaction nothing gets better by waiting: it holds the lock.
                if self.connection.in_transaction or not _is_busy(error):
                    raise
                if time.monotonic() >= deadline:
                    raise
            time.sleep(_LOOK_SECONDS)


class _Connection(sqlite3.Connection):
    """Makes cursors of that kind."""

    def cursor(self, factory: Any = _Cursor) -> Any:  # noqa: ANN401  (as its base)
        return super().cursor(factory)


def _is_busy(error: sqlite3.OperationalError) -> bool:
    # All kinds of SQLITE_BUSY share their last byte.
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set what DBOS leaves at its default where the engine is not its own."""
    # A deferred transaction that reads first fails at once when another one writes.
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA journal_mode=WAL")
    # With WAL this is safe when the process dies; a power cut may repeat a job's last turn.
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")
    # From here on the cursors wait, who look more often.
    connection.execute("PRAGMA busy_timeout=0")
