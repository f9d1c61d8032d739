"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy imports apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_new(
    connection: AsyncConnection, table: sa.Table, values: Mapping[str, Any]
) -> bool:
    """Insert a row; return ``False``, changing nothing, if any of its unique keys is taken."""
    statement = _insert(connection, table, values).on_conflict_do_nothing()
    result = await connection.execute(statement.returning(*table.primary_key.columns))
    return result.first() is not None


async def put(
    connection: AsyncConnection, table: sa.Table, values: Mapping[str, Any], key: tuple[str, ...]
) -> None:
    """Insert a row, or change the one with the same ``key`` columns."""
    statement = _insert(connection, table, values)
    changed = {name: statement.excluded[name] for name in values if name not in key}
    await connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))


def _insert(
    connection: AsyncConnection, table: sa.Table, values: Mapping[str, Any]
) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).values(**values)
    return postgresql.insert(table).values(**values)
