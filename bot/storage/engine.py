"""The database engine: SQLite in WAL mode with immediate writes, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.startup import StartupError

READ_ONLY: Final = "prepbot_read_only"
# A chat platform waits 3 s for an acknowledgement: give up on a locked database before that.
_BUSY_MS: Final = 2_500


def database_url(text: str) -> URL:
    """Return the async form of a database's address.

    Args:
        text: ``sqlite:///path``, or ``postgresql://user@host/name``.

    Raises:
        StartupError: the text is neither.
    """
    try:
        url = make_url(text)
    except sa.exc.ArgumentError as error:
        raise StartupError(_NO_URL) from error
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case _:
            raise StartupError(_NO_URL)


def create_engine(url: URL) -> AsyncEngine:
    """Return an engine for `database_url`'s result; nothing is opened yet.

    Raises:
        StartupError: a SQLite file's folder can't be made.
    """
    if url.get_backend_name() != "sqlite":
        return create_async_engine(
            url, pool_pre_ping=True, pool_size=10, pool_timeout=_BUSY_MS / 1000
        )
    if url.database:
        try:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StartupError(unusable(url, error.strerror or "unknown")) from error
    engine = create_async_engine(url, connect_args={"timeout": _BUSY_MS / 1000})
    sa.event.listen(engine.sync_engine, "connect", _on_connect)
    sa.event.listen(engine.sync_engine, "begin", _on_begin)
    return engine


def create_sync_engine(url: URL) -> sa.Engine:
    """Return an engine for one thread that asks for the write lock by itself, again and again.

    Args:
        url: a SQLite file's, as of `database_url`.
    """
    engine = sa.create_engine(
        url.set(drivername="sqlite+pysqlite"),
        poolclass=sa.pool.NullPool,
        connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "connect", _on_impatient_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def unusable(url: URL, why: str) -> str:
    """Return the one sentence for a database that can't be used."""
    shown = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
    return f"The database {shown} can't be used ({why}): check PREPBOT_DATABASE_URL."


_NO_URL: Final = (
    "PREPBOT_DATABASE_URL is not a database address: write sqlite:///path/to/file.db or "
    "postgresql://user:password@host/name."
)


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401  (DBAPI, untyped)
    # The driver's own implicit BEGIN is deferred: a read followed by a write in it fails at
    # once and ignores the busy timeout. We send BEGIN ourselves.
    connection.isolation_level = None
    cursor: sqlite3.Cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
    finally:
        cursor.close()


def _on_impatient_connect(connection: Any, _record: object) -> None:  # noqa: ANN401  (DBAPI)
    connection.execute("PRAGMA busy_timeout=0")
    # What a person waits for does not wait for the log's way into the file: other connections,
    # which write at least as often, see to that.
    connection.execute("PRAGMA wal_autocheckpoint=0")


def _on_begin(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
