"""``prepbot db`` and ``prepbot index``."""

from __future__ import annotations

import json
from collections.abc import Callable

import click

from bot.cli.group import SuggestingGroup
from bot.cli.progress import progress_bar
from bot.cli.running import run_async
from bot.logs import configure_logs, turn_telemetry_off
from bot.settings import Settings, load_settings
from questions.ports import RetrievalUnavailable


@click.group(cls=SuggestingGroup)
def db() -> None:
    """Look after the database."""


@db.command("upgrade", short_help="Bring the database up to this release.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def upgrade_command(*, as_json: bool) -> None:
    """Bring the tables up to this release and store the shipped questions."""
    settings = load_settings()
    configure_logs(settings.log_level)
    before, after, changed = run_async(_upgrade(settings))
    if as_json:
        click.echo(json.dumps({"before": before, "after": after, "questions_changed": changed}))
    elif before == after:
        click.echo(f"The database is up to date (revision {after}).")
    else:
        click.echo(f"The database is now at revision {after} (before: {before or 'empty'}).")


@click.group(cls=SuggestingGroup)
def index() -> None:
    """Look after the index of model answers."""


@index.command("rebuild")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rebuild_command(*, as_json: bool) -> None:
    """Throw the index away and build it anew from the database."""
    settings = load_settings()
    turn_telemetry_off()
    configure_logs(settings.log_level)
    try:
        with progress_bar("Indexing the questions") as progress:
            count = run_async(_rebuild(settings, progress))
    except RetrievalUnavailable as error:
        raise click.ClickException(f"The index can't be rebuilt: {error}") from error
    if as_json:
        click.echo(json.dumps({"indexed": count}))
    else:
        click.echo(f"The index is rebuilt: {count} passages.")


async def _upgrade(settings: Settings) -> tuple[str | None, str, int]:
    from bot.core import load_bank, no_jobs, open_database  # noqa: PLC0415  (heavy)
    from bot.storage.engine import create_engine, database_url  # noqa: PLC0415
    from bot.storage.migrate import upgrade  # noqa: PLC0415

    engine = create_engine(database_url(settings.database))
    try:
        before, after = await upgrade(engine)
    finally:
        await engine.dispose()
    database = await open_database(settings, no_jobs)
    try:
        changed = await load_bank(database)
    finally:
        await database.close()
    return before, after, changed


async def _rebuild(settings: Settings, progress: Callable[[int, int], None]) -> int:
    from bot.core import (  # noqa: PLC0415  (heavy, and telemetry is off first)
        index_bank,
        load_bank,
        no_jobs,
        open_database,
        open_judging,
    )

    database = await open_database(settings, no_jobs)
    try:
        await load_bank(database)
        judging = open_judging(settings)
        try:
            return await index_bank(database, judging, progress, rebuild=True)
        finally:
            await judging.close()
    finally:
        await database.close()
