"""INSERT … ON CONFLICT, which SQLite and PostgreSQL spell alike and SQLAlchemy imports apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert


async def insert_new(
    connection: AsyncConnection, table: sa.Table, values: Mapping[str, Any]
) -> bool:
    """Insert a row; return ``False``, changing nothing, if any of its unique keys is taken."""
    result = await connection.execute(_insert_new(connection.dialect.name, table), dict(values))
    return result.first() is not None


async def insert_all_new(
    connection: AsyncConnection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> int:
    """Insert rows, passing over those of which a unique key is taken; return how many were new."""
    if not rows:
        return 0
    module = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = module.insert(table).values(list(rows)).on_conflict_do_nothing()
    result = await connection.execute(statement.returning(*table.primary_key.columns))
    return len(result.all())


async def put(
    connection: AsyncConnection, table: sa.Table, values: Mapping[str, Any], key: tuple[str, ...]
) -> None:
    """Insert a row, or change the one with the same ``key`` columns."""
    statement = _insert(connection, table, values)
    changed = {name: statement.excluded[name] for name in values if name not in key}
    await connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))


async def put_all(
    connection: AsyncConnection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    key: tuple[str, ...],
) -> None:
    """Insert rows, or change those with the same ``key`` columns, in one go.

    Args:
        connection: where.
        table: the table.
        rows: each with the same columns.
        key: the columns of a unique key.
    """
    if not rows:
        return
    module = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = module.insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    upsert = statement.on_conflict_do_update(index_elements=key, set_=changed)
    await connection.execute(upsert, [dict(row) for row in rows])


@cache
def _insert_new(dialect: str, table: sa.Table) -> ReturningInsert[Any]:
    # Made once a table: making one costs as much as executing it.
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing().returning(*table.primary_key.columns)


def _insert(
    connection: AsyncConnection, table: sa.Table, values: Mapping[str, Any]
) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).values(**values)
    return postgresql.insert(table).values(**values)
