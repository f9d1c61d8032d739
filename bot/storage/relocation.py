"""Moving everything of one member or team to another, and back.

Every table says by its foreign keys what of it is a member's or a team's, so a new table takes
part without a line here. What was moved is written down row by row: that is what goes back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.link_tables import link_moves
from bot.storage.tables import METADATA, members, questions, teams
from handlers.linking.record import LinkKind

# Accounts of money and caches stay where they came about; ratings are worked out anew.
_STAYS: Final = frozenset({"judgements", "ratings", "reservations", "spending"})
# Columns that name a team without a foreign key: the shipped bank's rows belong to none.
_UNDECLARED: Final = {questions: questions.c.team_id, teams: teams.c.joined_into}
_TARGET: Final = {LinkKind.MEMBER: members, LinkKind.TEAM: teams}
_CHUNK: Final = 500


def owned(kind: LinkKind) -> Iterator[tuple[sa.Table, sa.Column[str]]]:
    """Yield every column that says whose a row is, table by table, referenced tables first."""
    target = _TARGET[kind]
    for table in METADATA.sorted_tables:
        if table.name in _STAYS:
            continue
        for column in table.columns:
            if any(key.column.table is target for key in column.foreign_keys):
                yield table, column
        if kind is LinkKind.TEAM and table in _UNDECLARED:
            yield table, _UNDECLARED[table]


async def move(
    connection: AsyncConnection, kind: LinkKind, *, link_id: str, kept: str, other: str
) -> None:
    """Move what is ``other``'s to ``kept``; what the other has already a like of stays."""
    for table, column in owned(kind):
        keys = await _keys(connection, table, column == other)
        if _is_contested(table, column):
            keys = [key for key in keys if await _try_one(connection, table, column, key, kept)]
            keys = [_after(table, column, key, kept) for key in keys]
        elif keys:
            await connection.execute(
                sa.update(table).where(column == other).values({column.name: kept})
            )
        await _note(connection, link_id, table, column, keys)


async def move_back(
    connection: AsyncConnection, kind: LinkKind, *, link_id: str, kept: str, other: str
) -> None:
    """Move back what `move` moved, as far as it is still there."""
    moved = await connection.execute(
        sa.select(link_moves.c.table, link_moves.c.key, link_moves.c.column).where(
            link_moves.c.link_id == link_id
        )
    )
    noted = {(row.table, row.column, row.key) for row in moved}
    # The other way round: a key that was moved last must be as it was first.
    for table, column in reversed(list(owned(kind))):
        for name, column_name, text in sorted(noted):
            if (name, column_name) == (table.name, column.name):
                key = tuple(json.loads(text))
                await _try_one(connection, table, column, key, other, only_from=kept)
    await connection.execute(sa.delete(link_moves).where(link_moves.c.link_id == link_id))


async def follow(connection: AsyncConnection, *, kept: str, other: str) -> None:
    """Give a team what came about since and hangs on its members and channels.

    A row goes with its member; one that is nobody's goes with what it refers to.
    """
    for table in METADATA.sorted_tables:
        if table.name in _STAYS or "team_id" not in table.c or table in {members, teams}:
            continue
        leads = [_moved_along(column, other) for column in _leads(table)]
        if not leads:
            continue
        for key in await _keys(connection, table, sa.and_(table.c.team_id == kept, sa.or_(*leads))):
            await _try_one(connection, table, table.c.team_id, key, other)


def _leads(table: sa.Table) -> list[sa.Column[str]]:
    """Return the columns by which a row follows another."""
    referring = [
        column
        for column in table.columns
        for key in column.foreign_keys
        if "team_id" in key.column.table.c and column.name != "team_id"
    ]
    own = [column for column in referring if column.name == "member_id"]
    return own or referring


def _moved_along(column: sa.Column[str], team_id: str) -> sa.ColumnElement[bool]:
    (key,) = column.foreign_keys
    referred = key.column.table
    return column.in_(sa.select(key.column).where(referred.c.team_id == team_id))


def _is_contested(table: sa.Table, column: sa.Column[str]) -> bool:
    """Return whether two rows can't have the same value there."""
    unique = [c for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
    indexes = [index for index in table.indexes if index.unique]
    return (
        column.primary_key
        or any(column.name in constraint.columns for constraint in unique)
        or any(column.name in index.columns for index in indexes)
    )


async def _keys(
    connection: AsyncConnection, table: sa.Table, where: sa.ColumnElement[bool]
) -> list[tuple[object, ...]]:
    rows = await connection.execute(sa.select(*table.primary_key.columns).where(where))
    return [tuple(row) for row in rows]


async def _try_one(
    connection: AsyncConnection,
    table: sa.Table,
    column: sa.Column[str],
    key: Sequence[object],
    to: str,
    *,
    only_from: str | None = None,
) -> bool:
    """Move one row; ``False``, changing nothing, where its new place is taken."""
    this = [c == value for c, value in zip(table.primary_key.columns, key, strict=True)]
    if only_from is not None:
        this.append(column == only_from)
    try:
        async with connection.begin_nested():
            await connection.execute(sa.update(table).where(*this).values({column.name: to}))
    except sa.exc.IntegrityError:
        return False
    return True


def _after(
    table: sa.Table, column: sa.Column[str], key: tuple[object, ...], to: str
) -> tuple[object, ...]:
    """Return a row's key once the column, which may be part of it, has changed."""
    names = [c.name for c in table.primary_key.columns]
    return tuple(to if n == column.name else v for n, v in zip(names, key, strict=True))


async def _note(
    connection: AsyncConnection,
    link_id: str,
    table: sa.Table,
    column: sa.Column[str],
    keys: Sequence[tuple[object, ...]],
) -> None:
    rows = [
        {
            "link_id": link_id,
            "table": table.name,
            "key": json.dumps(list(key), default=str),
            "column": column.name,
        }
        for key in keys
    ]
    for start in range(0, len(rows), _CHUNK):
        await connection.execute(sa.insert(link_moves), rows[start : start + _CHUNK])
