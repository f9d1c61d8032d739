"""``prepbot questions drafts``: list, show, approve, drop and edit what was imported."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from bot.cli.group import SuggestingGroup
from bot.cli.importing import draft_json, opened
from bot.cli.role_option import read_role
from bot.cli.running import run_async
from bot.logs import configure_logs
from bot.settings import load_settings
from questions.question import Question
from questions.role import Role

if TYPE_CHECKING:
    from handlers.drafts.record import StoredDraft
    from handlers.records import Team
    from handlers.storage import UnitOfWork

_T = TypeVar("_T")
_BY: Final = "the command line"
_PAGE: Final = 50

_TEAM = click.option("--team", help="The team's id or name.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_ROLE = click.option("--role", callback=read_role, help="Only this role, e.g. ai-engineer.")


@click.group(cls=SuggestingGroup)
def drafts() -> None:
    """Look through imported drafts: approve, edit or drop each."""


@drafts.command("list")
@_TEAM
@_ROLE
@click.option("--limit", default=_PAGE, show_default=True, type=click.IntRange(1, 10_000))
@_JSON
def list_command(team: str | None, role: Role | None, limit: int, *, as_json: bool) -> None:
    """List the drafts that wait, the surest first."""

    async def read(work: UnitOfWork, of: Team) -> tuple[list[StoredDraft], int]:
        from handlers.drafts.record import DraftState  # noqa: PLC0415  (heavy)

        found = await work.drafts.page(of.id, state=DraftState.WAITING, role=role, limit=limit)
        return found, await work.drafts.count(of.id, DraftState.WAITING, role)

    found, total = _with_team(team, read)
    if as_json:
        rows = [{"id": one.id, **draft_json(one.draft)} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in found:
        draft = one.draft
        role_name = draft.role.value if draft.role else "no role"
        remarks = f"{len(draft.remarks)} findings"
        click.echo(
            f"{one.id[:8]}  {draft.confidence:4.2f}  {role_name:<31}  {draft.title}  ({remarks})"
        )
    if total > len(found):
        click.echo(f"… and {total - len(found):,} more; --limit shows more at once.")
    if not total:
        click.echo("No draft waits. `prepbot questions import PATH` brings some in.")


@drafts.command("show")
@click.argument("draft_id", metavar="ID")
@_TEAM
@_JSON
def show_command(draft_id: str, team: str | None, *, as_json: bool) -> None:
    """Show a draft as a pack file, with what to look at."""

    async def read(work: UnitOfWork, of: Team) -> StoredDraft:
        return await _find(work, of, draft_id)

    stored = _with_team(team, read)
    if as_json:
        row = {"id": stored.id, "state": stored.state.value, **draft_json(stored.draft)}
        click.echo(json.dumps(row, ensure_ascii=False, indent=2))
        return
    from questions.importers.sheet import write_sheet  # noqa: PLC0415  (heavy)

    draft = stored.draft
    click.echo(write_sheet(draft))
    click.echo(f"from {draft.origin}{f':{draft.line}' if draft.line else ''}; {stored.state.value}")
    if draft.proposed:
        click.echo(f"proposed: {', '.join(draft.proposed)}")
    for remark in draft.remarks:
        click.echo(f"- {remark}")
    for sample in draft.samples:
        click.echo(f"sample answer ({sample.stated or 'no score'}): {sample.text}")


@drafts.command("approve")
@click.argument("draft_ids", metavar="IDS", nargs=-1)
@click.option("--all-above", type=click.FloatRange(0, 1), help="Every draft at least this sure.")
@_ROLE
@_TEAM
def approve_command(
    draft_ids: tuple[str, ...], all_above: float | None, role: Role | None, team: str | None
) -> None:
    """Make drafts the team's own questions."""
    if not draft_ids and all_above is None:
        raise click.UsageError("Name drafts by their id, or give --all-above 0.9.")

    async def act(work: UnitOfWork, of: Team) -> list[str]:
        from handlers.drafts.decide import Decided, approve  # noqa: PLC0415  (heavy)
        from questions.importers.approve import NotReady  # noqa: PLC0415

        chosen = [await _find(work, of, one) for one in draft_ids]
        if all_above is not None:
            chosen += await _above(work, of, all_above, role)
        told = []
        for stored in chosen:
            short = f"{stored.id[:8]} {stored.draft.title}"
            try:
                question = await approve(work, stored, by=_BY)
                told.append(f"{short}: now the question {question.id}.")
            except NotReady as error:
                told.append(f"{short}: not yet, it lacks {', '.join(error.missing)}.")
            except Decided:
                told.append(f"{short}: decided on already.")
        return told

    for line in _with_team(team, act):
        click.echo(line)


@drafts.command("drop", short_help="Put drafts away for good.")
@click.argument("draft_ids", metavar="IDS", nargs=-1, required=True)
@_TEAM
def drop_command(draft_ids: tuple[str, ...], team: str | None) -> None:
    """Put drafts away for good; importing them again does not bring them back."""

    async def act(work: UnitOfWork, of: Team) -> list[str]:
        from handlers.drafts.decide import Decided, drop  # noqa: PLC0415  (heavy)

        told = []
        for one in draft_ids:
            stored = await _find(work, of, one)
            try:
                await drop(work, stored, by=_BY)
                told.append(f"{stored.id[:8]} {stored.draft.title}: dropped.")
            except Decided:
                told.append(f"{stored.id[:8]} {stored.draft.title}: decided on already.")
        return told

    for line in _with_team(team, act):
        click.echo(line)


@drafts.command("edit")
@click.argument("draft_id", metavar="ID")
@click.option(
    "--from", "source", type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take this pack file instead of opening an editor.",
)  # fmt: skip
@_TEAM
def edit_command(draft_id: str, source: Path | None, team: str | None) -> None:
    """Edit a draft as a pack file, in $EDITOR or from a file."""
    from questions.importers.sheet import write_sheet  # noqa: PLC0415  (heavy)

    async def read(work: UnitOfWork, of: Team) -> StoredDraft:
        return await _find(work, of, draft_id)

    before = _with_team(team, read)
    if source is not None:
        text = _read_file(source)
    else:
        sheet = write_sheet(before.draft)
        text = click.edit(sheet, extension=".md") or ""
        if not text.strip() or text == sheet:
            click.echo("Nothing was changed.")
            return

    async def act(work: UnitOfWork, of: Team) -> str:
        from handlers.drafts.decide import Decided, edit  # noqa: PLC0415
        from questions.importers.sheet import read_sheet  # noqa: PLC0415
        from questions.packs import PackError  # noqa: PLC0415

        stored = await _find(work, of, draft_id)
        try:
            draft = read_sheet(stored.draft, text)
        except PackError as error:
            raise click.ClickException(f"line {error.line}: {error.reason}") from error
        try:
            await edit(work, stored, draft)
        except Decided as error:
            raise click.ClickException("This draft was decided on already.") from error
        return draft.title

    title = _with_team(team, act)
    click.echo(
        f"{before.id[:8]} is now “{title}”. `prepbot questions drafts approve` makes it a question."
    )


def own_questions(team: str) -> list[Question]:
    """Return the newest version of a team's own questions, without the retired ones."""

    async def read(work: UnitOfWork, of: Team) -> list[Question]:
        return await work.questions.all(of.id)

    return _with_team(team, read)


async def _find(work: UnitOfWork, team: Team, wanted: str) -> StoredDraft:
    found = await work.drafts.beginning(team.id, wanted.strip().casefold())
    if not found:
        raise click.ClickException(
            f"There is no draft “{wanted}”. See `prepbot questions drafts list`."
        )
    if len(found) > 1:
        ids = ", ".join(one.id[:12] for one in found)
        raise click.ClickException(f"“{wanted}” may be {ids} …: give more of its id.")
    return found[0]


async def _above(
    work: UnitOfWork, team: Team, least: float, role: Role | None
) -> list[StoredDraft]:
    from handlers.drafts.record import DraftState  # noqa: PLC0415  (heavy)

    total = await work.drafts.count(team.id, DraftState.WAITING, role)
    found = await work.drafts.page(
        team.id, state=DraftState.WAITING, role=role, limit=max(1, total)
    )
    return [one for one in found if one.draft.confidence >= least]


def _with_team(
    team: str | None, act: Callable[[UnitOfWork, Team], Coroutine[None, None, _T]]
) -> _T:
    settings = load_settings()
    configure_logs(settings.log_level)

    async def run() -> _T:
        from bot.cli.team import find_team  # noqa: PLC0415  (heavy)

        async with opened(settings) as database, database.unit_of_work() as work:
            return await act(work, await find_team(work, team))

    return run_async(run())


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} can't be read as UTF-8 text.") from error
