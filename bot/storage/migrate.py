"""Brings the database's tables up to this release."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.startup import StartupError
from bot.storage.engine import unusable

_SCRIPTS: Final = Path(__file__).parent / "migrations"
# Any number that no other program takes as an advisory lock in this database.
_ADVISORY_LOCK: Final = 7_376_226


async def upgrade(engine: AsyncEngine) -> tuple[str | None, str]:
    """Apply what is missing; replicas that start together take turns.

    Returns:
        The revision before (``None`` for an empty database) and after.

    Raises:
        StartupError: the database can't be opened, or comes from a newer release.
    """
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(_upgrade)
    except (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        why = str(cause).strip().partition("\n")[0].rstrip(".")
        raise StartupError(unusable(engine.url, why)) from error


def _upgrade(connection: sa.Connection) -> tuple[str | None, str]:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head() or ""
    before = MigrationContext.configure(connection).get_current_revision()
    if before == head:
        return before, head
    if before is not None and before not in {
        script.revision for script in scripts.walk_revisions()
    }:
        raise StartupError(
            "The database was written by a newer release of Prepbot: run that release, or point "
            "PREPBOT_DATABASE_URL at another database."
        )
    command.upgrade(config, "head")
    return before, head
