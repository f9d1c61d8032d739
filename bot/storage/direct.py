"""A connection for the repositories that never leaves its thread."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class DirectConnection(AsyncConnection):
    """What repositories call, on a synchronous connection: each call is over when it returns.

    An asynchronous SQLite connection hands every statement to a thread and waits to be woken up;
    while other threads are busy, that takes longer than the statement.

    Args:
        engine: the asynchronous engine on the same database.
        connection: the synchronous connection; used by one thread at a time.
    """

    def __init__(self, engine: AsyncEngine, connection: sa.Connection) -> None:
        super().__init__(engine, connection)
        self._direct = connection

    async def execute(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  (SQLAlchemy's own overloads)
        """Execute a statement; see `AsyncConnection.execute`."""
        return self._direct.execute(*args, **kwargs)
