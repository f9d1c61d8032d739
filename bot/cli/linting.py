"""``prepbot questions lint``: what is wrong with pack files, and what a grader makes of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from bot.cli.progress import progress_bar
from bot.cli.running import run_async
from bot.logs import configure_logs, turn_telemetry_off
from bot.settings import load_settings
from questions.lint import lint_read, read_files
from questions.linting.finding import Finding
from questions.linting.nearness import repeated_meanings
from questions.packs import SHIPPED, pack_files
from questions.question import Question

if TYPE_CHECKING:
    from questions.linting.coverage import Coverage

_AT_ONCE: Final = 2


@click.command("lint", short_help="Check pack files; exit 1 if anything is wrong.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--quick", is_flag=True, help="Leave out the search for questions that mean the same."
)
@click.option(
    "--grader",
    type=click.Choice(["local", "openai"]),
    help="Also grade model answers and exemplars (slow); what it says are warnings.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lint_command(
    paths: tuple[Path, ...],
    grader: Literal["local", "openai"] | None,
    *,
    quick: bool,
    as_json: bool,
) -> None:
    """Check pack files (the shipped ones by default); exit 1 if anything is wrong.

    Without PATHS the bank as a whole is checked too: 30 questions a role, of every difficulty and
    kind.

    With --grader, a model answer that is not judged to meet each criterion, and an exemplar that
    does not score in its band, is a warning: it may be the grader that is wrong. Warnings do not
    change the exit code.
    """
    files = [
        file
        for path in paths or (SHIPPED,)
        for file in (pack_files(path) if path.is_dir() else [path])
    ]
    read, findings = read_files(files)
    findings = sorted([*findings, *lint_read(read, is_bank=not paths)])
    note = None
    if not quick and len(read) > 1:
        near, note = _near(read)
        findings = sorted([*findings, *near])
    coverage = _coverage(grader, read) if grader else None
    if as_json:
        click.echo(json.dumps(_json(len(read), findings, note, coverage), ensure_ascii=False))
    else:
        _show(len(read), findings, note, coverage)
    sys.exit(1 if findings else 0)


def _near(read: list[tuple[Path, Question]]) -> tuple[list[Finding], str | None]:
    """Return the questions that mean the same, or why they could not be looked for."""
    # Imported here, as it takes a while that --quick need not spend.
    from bot.retrieval.hybrid import HybridEmbedder  # noqa: PLC0415
    from bot.retrieval.lexical import LexicalEmbedder  # noqa: PLC0415
    from bot.retrieval.minilm import MiniLM  # noqa: PLC0415
    from bot.retrieval.unavailable import EmbedderUnavailable  # noqa: PLC0415

    embedder = HybridEmbedder(MiniLM(), LexicalEmbedder())
    try:
        with progress_bar("Comparing questions") as advance:
            return list(repeated_meanings(read, embedder, advance)), None
    except EmbedderUnavailable as error:
        return [], f"Questions that mean the same were not looked for. {error}"
    finally:
        embedder.close()


def _coverage(grader: Literal["local", "openai"], read: list[tuple[Path, Question]]) -> Coverage:
    settings = load_settings().model_copy(update={"grader": grader})
    turn_telemetry_off()
    configure_logs("WARNING" if settings.log_level == "INFO" else settings.log_level)
    from bot.core import open_judging  # noqa: PLC0415
    from questions.linting.coverage import check_coverage  # noqa: PLC0415

    async def run() -> Coverage:
        judging = open_judging(settings)
        try:
            with progress_bar("Grading the bank's own texts") as advance:
                return await check_coverage(judging.grader, read, at_once=_AT_ONCE, advance=advance)
        finally:
            await judging.close()

    return run_async(run())


def _show(count: int, findings: list[Finding], note: str | None, coverage: Coverage | None) -> None:
    for finding in findings:
        click.echo(str(finding))
    if coverage is not None:
        for warning in coverage.warnings:
            click.echo(f"warning: {warning}")
        click.echo(
            f"{coverage.grader}: model answers meet {coverage.met} of {coverage.criteria} "
            f"criteria, {coverage.in_band} of {coverage.exemplars} exemplars score in their band."
        )
    if note is not None:
        click.echo(note, err=True)
    wrong = (
        f"{len(findings)} finding{'s' * (len(findings) != 1)}" if findings else "nothing to mend"
    )
    click.echo(f"{count} questions read, {wrong}.")


def _json(
    count: int, findings: list[Finding], note: str | None, coverage: Coverage | None
) -> dict[str, object]:
    values: dict[str, object] = {
        "questions": count,
        "findings": [_row(finding) for finding in findings],
    }
    if note is not None:
        values["not_checked"] = note
    if coverage is not None:
        values["coverage"] = {
            "grader": coverage.grader,
            "criteria": coverage.criteria,
            "met": coverage.met,
            "exemplars": coverage.exemplars,
            "in_band": coverage.in_band,
            "warnings": [_row(warning) for warning in coverage.warnings],
        }
    return values


def _row(finding: Finding) -> dict[str, object]:
    return {"path": str(finding.path), "line": finding.line, "message": finding.message}
