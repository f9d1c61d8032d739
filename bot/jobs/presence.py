"""Signs of life: which processes are alive, and whose jobs are to be taken over.

A process holds a lock on a file of its own and beats in a table. On the same machine a free lock
proves a death at once, and a held one proves a life even after the machine slept. From elsewhere
only the beats can be seen, and a process that has missed them for a while counts as dead.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import filelock
import sqlalchemy as sa

# Any number will do that no other user of advisory locks in this database has picked.
_ADVISORY_LOCK: Final = 0x7072657062
_BEATS_BEFORE_DEATH: Final = 5

_executors = sa.Table(
    "jobs_executor",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("lock_path", sa.Text, nullable=False),
    sa.Column("beat_at", sa.Double, nullable=False),
)

_log = logging.getLogger(__name__)


class Presence:
    """This process among those that work on the jobs of one database.

    Args:
        engine: the jobs' engine.
        release_orphans: gets a connection and the ids of the living, and puts everybody else's
            jobs back into the queue; returns how many.
        dead_after: seconds without a beat after which a process elsewhere counts as dead.
    """

    def __init__(
        self,
        engine: sa.Engine,
        release_orphans: Callable[[sa.Connection, sa.Select[str]], int],
        *,
        dead_after: float,
    ) -> None:
        self._engine = engine
        self._release_orphans = release_orphans
        self._dead_after = dead_after
        self.executor_id: Final = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._lock = _lock_on(_lock_folder(engine.url) / f".{self.executor_id}.lock")
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None

    def announce(self) -> None:
        """Hold the lock and write the first beat: before any job is taken."""
        self._lock.acquire()
        with self._engine.begin() as connection:
            self._take_turns(connection)
            connection.execute(sa.schema.CreateTable(_executors, if_not_exists=True))
            self._beat(connection)

    def keep_watch(self) -> None:
        """Free the jobs of dead processes now, then beat and look again until `leave`."""
        self._sweep()
        self._thread = threading.Thread(target=self._watch, name="jobs-presence", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Free what this process has not finished, and be gone.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database is out of reach; the others find out by
                the lock or the beats.
        """
        self._is_over.set()
        if self._thread is not None:
            self._thread.join()
        try:
            with self._engine.begin() as connection:
                self._take_turns(connection)
                connection.execute(sa.delete(_executors).where(_executors.c.id == self.executor_id))
                # Without a watch there was no job either, and perhaps no table of them.
                if self._thread is not None:
                    self._release_orphans(connection, sa.select(_executors.c.id))
        finally:
            self._thread = None
            self._lock.release()
            Path(self._lock.lock_file).unlink(missing_ok=True)

    def _watch(self) -> None:
        interval = self._dead_after / _BEATS_BEFORE_DEATH
        seen_at = time.monotonic()
        while not self._is_over.wait(interval):
            try:
                with self._engine.begin() as connection:
                    self._beat(connection)
                now = time.monotonic()
                # Whoever was held up must not judge the others: the same outage may have silenced
                # them, and they need the time for a beat.
                if now - seen_at < self._dead_after:
                    self._sweep()
                seen_at = now
            except sa.exc.SQLAlchemyError:
                _log.warning("The jobs' database does not answer; trying again", exc_info=True)

    def _beat(self, connection: sa.Connection) -> None:
        now = _now(connection.dialect)
        mine = _executors.c.id == self.executor_id
        if connection.execute(sa.update(_executors).where(mine).values(beat_at=now)).rowcount:
            return
        connection.execute(
            sa.insert(_executors).values(
                id=self.executor_id, lock_path=str(self._lock.lock_file), beat_at=now
            )
        )

    def _sweep(self) -> None:
        with self._engine.begin() as connection:
            self._take_turns(connection)
            rows = connection.execute(
                sa.select(
                    _executors, (_now(connection.dialect) - _executors.c.beat_at).label("age")
                )
            ).all()
            dead = [row for row in rows if row.id != self.executor_id and self._is_dead(row)]
            if dead:
                ids = [row.id for row in dead]
                connection.execute(sa.delete(_executors).where(_executors.c.id.in_(ids)))
            freed = self._release_orphans(connection, sa.select(_executors.c.id))
        for row in dead:
            Path(row.lock_path).unlink(missing_ok=True)
        if freed:
            _log.warning("Took over %d jobs of processes that are gone", freed)

    def _is_dead(self, row: sa.Row[Any]) -> bool:
        is_held = _is_held(Path(row.lock_path))
        return bool(row.age > self._dead_after) if is_held is None else not is_held

    @staticmethod
    def _take_turns(connection: sa.Connection) -> None:
        """Let one process at a time create the table or free jobs.

        On SQLite the first write takes the only write lock there is.
        """
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))


def _now(dialect: sa.Dialect) -> sa.ColumnElement[float]:
    """The database's clock in seconds, so that the machines' own need not agree."""
    if dialect.name == "postgresql":
        return sa.cast(sa.func.extract("epoch", sa.func.clock_timestamp()), sa.Double)
    return (sa.func.julianday("now", type_=sa.Double) - 2440587.5) * 86400.0


def _lock_folder(url: sa.URL) -> Path:
    """Beside a SQLite file, which all its users can see; else this machine's own folder."""
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).parent
    return Path(tempfile.gettempdir())


def _lock_on(path: Path) -> filelock.BaseFileLock:
    return filelock.FileLock(path, timeout=0, thread_local=False)


def _is_held(path: Path) -> bool | None:
    """Whether a living process holds the lock; ``None`` where it can't be seen from here."""
    if not path.exists():
        return None
    lock = _lock_on(path)
    try:
        lock.acquire()
    except filelock.Timeout:
        return True
    except OSError:
        return None
    lock.release()
    return False
