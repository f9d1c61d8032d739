"""Commits several pieces of work in one transaction, on a SQLite connection of its own."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.direct import DirectConnection
from bot.storage.engine import READ_ONLY, create_sync_engine
from handlers.storage import StorageUnavailable, UnitOfWork

Piece = Callable[[UnitOfWork], Coroutine[Any, Any, Any]]
"""Some work that awaits nothing but the unit of work it is given."""


class EnqueuingWork(UnitOfWork, Protocol):
    """A unit of work that knows whether it has enqueued anything."""

    has_enqueued: bool


OpenWork = Callable[[AsyncConnection], EnqueuingWork]

# SQLite's own waiting sleeps up to a tenth of a second between two looks, so that whoever asks
# often gets the lock first: those that a person or a platform waits for ask often.
_LOOK_SECONDS: Final = 0.001
_PATIENCE: Final = 2.5
_OUT_OF_REACH: Final = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
# All kinds of SQLITE_BUSY share their last byte.
_PRIMARY: Final = 0xFF
_PIECE: Final = "piece"


@dataclass(frozen=True)
class Done:
    """What a piece of work returned, now that it is committed."""

    value: Any


class Writer:
    """Runs pieces one after the other in one transaction. Blocking; for one thread at a time.

    Each piece has a savepoint: what one raises undoes that piece and no other. The repositories
    run on a synchronous connection, so that a piece never leaves its thread between statements.

    Args:
        engine: the database, a SQLite file.
        open_work: makes a unit of work on a connection.
        patience: seconds to wait for the write lock.
        read_only: the pieces only read, so there is no lock to wait for. A read that somebody
            waits for is over in one turn of its thread, not in one for each statement.
        enqueued: told when a transaction with jobs in it is committed.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        open_work: OpenWork,
        *,
        patience: float = _PATIENCE,
        read_only: bool = False,
        enqueued: Callable[[], None] | None = None,
    ) -> None:
        self._engine = engine
        self._enqueued = enqueued
        self._has_enqueued = False
        self._sync_engine = create_sync_engine(engine.url)
        self._open_work = open_work
        self._patience = patience
        self._is_read_only = read_only
        self._connection: sa.Connection | None = None

    def commit(self, pieces: Sequence[Piece]) -> list[Done | Exception]:
        """Return what became of each piece, in their order, once they are on disk.

        A piece's own exception is its own; where the transaction as a whole is lost, every piece
        gets `StorageUnavailable`.
        """
        try:
            connection = self._connected()
            if len(pieces) == 1:
                return [self._alone(connection, pieces[0])]
            with self._transaction(connection):
                return [self._among_others(connection, piece) for piece in pieces]
        except _OUT_OF_REACH as error:
            self.close()
            return [_unavailable(error) for _ in pieces]
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection; the next `commit` makes another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(sa.exc.SQLAlchemyError):
                connection.close()
        self._sync_engine.dispose()

    def _connected(self) -> sa.Connection:
        if self._connection is None:
            connected = self._sync_engine.connect()
            self._connection = connected.execution_options(**{READ_ONLY: self._is_read_only})
        return self._connection

    @contextlib.contextmanager
    def _transaction(self, connection: sa.Connection) -> Iterator[None]:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                transaction = connection.begin()
                break
            except sa.exc.OperationalError as error:
                if not _is_busy(error) or time.monotonic() >= deadline:
                    raise
            time.sleep(_LOOK_SECONDS)
        self._has_enqueued = False
        with transaction:
            yield
        if self._has_enqueued and self._enqueued is not None:
            self._enqueued()

    def _alone(self, connection: sa.Connection, piece: Piece) -> Done | Exception:
        try:
            with self._transaction(connection):
                return Done(self._run(connection, piece))
        except _OUT_OF_REACH:
            raise
        except Exception as error:  # noqa: BLE001  (whoever waits for the piece gets it)
            return error

    def _among_others(self, connection: sa.Connection, piece: Piece) -> Done | Exception:
        connection.exec_driver_sql(f"SAVEPOINT {_PIECE}")
        try:
            outcome: Done | Exception = Done(self._run(connection, piece))
        except Exception as error:  # noqa: BLE001  (whoever waits for the piece gets it)
            # Where SQLite has undone the whole transaction, this fails, and with it every piece.
            connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {_PIECE}")
            outcome = _unavailable(error) if isinstance(error, _OUT_OF_REACH) else error
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {_PIECE}")
        return outcome

    def _run(self, connection: sa.Connection, piece: Piece) -> Any:  # noqa: ANN401
        work = self._open_work(DirectConnection(self._engine, connection))
        try:
            return _finish(piece(work))
        finally:
            self._has_enqueued |= work.has_enqueued


def _finish(coroutine: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401  (whatever a piece returns)
    """Run a coroutine that never has to wait.

    Raises:
        RuntimeError: it waits for something else than its unit of work.
    """
    try:
        coroutine.send(None)
    except StopIteration as result:
        return result.value
    coroutine.close()
    raise RuntimeError("a piece of work may wait for nothing but its unit of work")


def _is_busy(error: sa.exc.OperationalError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0)
    return bool(code & _PRIMARY == sqlite3.SQLITE_BUSY)


def _unavailable(error: Exception) -> StorageUnavailable:
    cause = getattr(error, "orig", None) or error
    unavailable = StorageUnavailable(str(cause).partition("\n")[0])
    unavailable.__cause__ = error
    return unavailable
