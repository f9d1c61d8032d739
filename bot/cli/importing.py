"""``prepbot questions import``: outside material becomes drafts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bot.cli.progress import progress_bar
from bot.cli.role_option import read_role
from bot.cli.running import run_async
from bot.logs import configure_logs
from bot.settings import Settings, load_settings
from questions.importers.problem import NOTHING_FOUND
from questions.role import Role

if TYPE_CHECKING:
    from bot.core import Database
    from bot.llm.importer import ModelReading
    from handlers.drafts.decide import Kept
    from questions.importers.collect import Collected, Collector
    from questions.importers.draft import Draft

_SHOWN: Final = 40
_MODEL_OFF: Final = (
    "no question was found in it; with a model (OPENAI_API_KEY or OPENAI_BASE_URL) I could look "
    "for some in its text"
)


@dataclass(frozen=True)
class _Outcome:
    """What an import came to; ``kept`` is empty where nothing was to be stored."""

    collected: Collected
    kept: Kept | None
    team: str
    read_by_model: ModelReading | None


@click.command("import", short_help="Turn files into drafts for a lead to approve.")
@click.argument("paths", metavar="PATHS", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would come in; store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--role", callback=read_role, help="The role of all of it, whatever the files say.")
@click.option("--team", help="Whose drafts they become: a team's id or name.")
@click.option("--no-model", is_flag=True, help="Do not have a model look through running text.")
def import_command(
    paths: tuple[Path, ...],
    *,
    dry_run: bool,
    as_json: bool,
    role: Role | None,
    team: str | None,
    no_model: bool,
) -> None:
    """Turn files and folders into drafts for a lead to approve; exit 1 if a file is bad.

    Reads Markdown, text, HTML, CSV, JSON, JSON Lines, YAML, Anki exports (.apkg) and zip archives
    of these: repositories of questions, saved pages, interview transcripts, skill guides.
    Nothing is fetched from the network. Importing the same again changes nothing.
    """
    settings = load_settings()
    configure_logs(settings.log_level)
    outcome = run_async(_import(settings, paths, role, team, dry_run=dry_run, no_model=no_model))
    if as_json:
        click.echo(json.dumps(_as_json(outcome), ensure_ascii=False, indent=2))
    else:
        _print(outcome)
    for problem in outcome.collected.problems:
        click.echo(f"{problem}.", err=True)
    sys.exit(1 if outcome.collected.problems else 0)


async def _import(
    settings: Settings,
    paths: tuple[Path, ...],
    role: Role | None,
    team: str | None,
    *,
    dry_run: bool,
    no_model: bool,
) -> _Outcome:
    with progress_bar("Reading files") as progress:
        collector = await asyncio.to_thread(_collector, role)
        collected = await asyncio.to_thread(collector.collect, paths, progress)
    read_by_model = None
    if settings.uses_model and not no_model:
        read_by_model = await _read_with_model(settings, collector, collected)
    elif not settings.uses_model:
        collected.notices = [
            (name, _MODEL_OFF if notice == NOTHING_FOUND else notice)
            for name, notice in collected.notices
        ]
    if dry_run:
        return _Outcome(collected, None, "", read_by_model)
    kept, name = await _keep(settings, collected.drafts, team)
    return _Outcome(collected, kept, name, read_by_model)


def _collector(role: Role | None) -> Collector:
    from questions.importers.collect import Collector  # noqa: PLC0415  (heavy)
    from questions.importers.finish import Finisher  # noqa: PLC0415
    from questions.importers.role_guess import RoleGuess  # noqa: PLC0415
    from questions.packs import shipped_bank  # noqa: PLC0415

    bank = shipped_bank()
    return Collector(Finisher(guess=RoleGuess(bank), role=role), bank)


async def _read_with_model(
    settings: Settings, collector: Collector, collected: Collected
) -> ModelReading | None:
    """Have the model look for questions where no reader found any."""
    from bot.llm.importer import open_reader  # noqa: PLC0415  (heavy)
    from questions.importers.prose import is_material  # noqa: PLC0415

    sources = [source for source in collected.unread if is_material(source)]
    if not sources:
        return None
    key = settings.openai_api_key
    reader = open_reader(
        model=settings.model,
        api_key=key.get_secret_value() if key is not None else "",
        base_url=settings.openai_base_url,
        max_tokens=settings.tokens_per_team_day,
    )
    try:
        with progress_bar("Reading running text with the model") as progress:
            reading = await reader.read(sources, progress)
    finally:
        await reader.close()
    collector.add_found(reading.found)
    seen = {found.card.origin for found in reading.found} | {name for name, _ in reading.unread}
    collected.notices = [n for n in collected.notices if n[1] != NOTHING_FOUND or n[0] not in seen]
    collected.notices += reading.unread
    return reading


async def _keep(settings: Settings, drafts: list[Draft], wanted: str | None) -> tuple[Kept, str]:
    from bot.cli.team import find_team  # noqa: PLC0415  (heavy)
    from handlers.drafts.decide import keep  # noqa: PLC0415

    async with opened(settings) as database, database.unit_of_work() as work:
        team = await find_team(work, wanted)
        return await keep(work, team.id, drafts, datetime.now(UTC)), team.name


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Open the database for one command."""
    from bot.core import load_bank, no_jobs, open_database  # noqa: PLC0415  (heavy)

    database = await open_database(settings, no_jobs)
    try:
        # A draft's id must be none of the bank's.
        await load_bank(database)
        yield database
    finally:
        await database.close()


def _print(outcome: _Outcome) -> None:
    collected = outcome.collected
    for draft in collected.drafts[:_SHOWN]:
        role = draft.role.value if draft.role else "no role"
        click.echo(f"{draft.confidence:4.2f}  {role:<31}  {draft.title}")
    if (more := len(collected.drafts) - _SHOWN) > 0:
        click.echo(f"… and {more:,} more.")
    for message, count in _frequent(collected.drafts):
        click.echo(f"  {count} of {len(collected.drafts)}: {message}")
    for name, notice in collected.notices:
        click.echo(f"{name}: {notice}.")
    click.echo(_sum_up(outcome))


def _frequent(drafts: list[Draft]) -> list[tuple[str, int]]:
    counts = Counter(message for draft in drafts for message in {str(r) for r in draft.remarks})
    return counts.most_common(8)


def _sum_up(outcome: _Outcome) -> str:
    collected, kept = outcome.collected, outcome.kept
    read = f"{_count(collected.files, 'file')} read, {_count(len(collected.drafts), 'draft')}"
    parts = [read]
    if collected.repeated:
        parts.append(f"{collected.repeated:,} more said the same again")
    if outcome.read_by_model is not None:
        parts.append(str(outcome.read_by_model))
    if kept is None:
        parts.append("nothing was stored (dry run)")
    else:
        parts.append(f"{kept.new:,} new for {outcome.team}, {kept.known:,} known already")
    ending = (
        ""
        if kept is None or not kept.new
        else " Look at them with `prepbot questions drafts list` or /prep drafts."
    )
    return f"{'; '.join(parts)}.{ending}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _as_json(outcome: _Outcome) -> dict[str, object]:
    collected, kept = outcome.collected, outcome.kept
    return {
        "files": collected.files,
        "drafts": [draft_json(draft) for draft in collected.drafts],
        "repeated": collected.repeated,
        "new": None if kept is None else kept.new,
        "known": None if kept is None else kept.known,
        "team": outcome.team or None,
        "notices": [{"file": name, "message": notice} for name, notice in collected.notices],
        "left_out": [
            {"file": left.origin, "reason": left.reason, "text": left.text}
            for left in collected.left_out
        ],
        "problems": [
            {"file": p.origin, "line": p.line or None, "reason": p.reason}
            for p in collected.problems
        ],
    }


def draft_json(draft: Draft) -> dict[str, object]:
    """Return a draft as it is printed."""
    values: dict[str, object] = draft.model_dump(mode="json", exclude={"remarks", "edited"})
    values["findings"] = [{"place": r.place, "message": r.message} for r in draft.remarks]
    return values
