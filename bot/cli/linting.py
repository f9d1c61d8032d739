"""``prepbot questions lint``: what is wrong with pack files, and what a grader makes of them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
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
    from questions.ports import Grader

_AT_ONCE: Final = 2


@click.command("lint", short_help="Check pack files; exit 1 if anything is wrong.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--quick", is_flag=True, help="Leave out what takes long: same meanings, and grading."
)
@click.option(
    "--grader",
    type=click.Choice(["local", "openai"]),
    default="local",
    show_default=True,
    help="What grades model answers and exemplars.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lint_command(
    paths: tuple[Path, ...], grader: Literal["local", "openai"], *, quick: bool, as_json: bool
) -> None:
    """Check pack files (the shipped ones by default); exit 1 if anything is wrong.

    Without PATHS the bank as a whole is checked too: 30 questions a role, of every difficulty and
    kind.

    A model answer that is not judged to meet each criterion is wrong, and so is an exemplar that
    does not score in its band: of text and rubric, one does not say what it means. The shipped
    bank takes a minute or two, with --quick two seconds.
    """
    files = [
        file
        for path in paths or (SHIPPED,)
        for file in (pack_files(path) if path.is_dir() else [path])
    ]
    read, findings = read_files(files)
    findings.extend(lint_read(read, is_bank=not paths))
    meaning = _Meaning() if quick or not read else _check_meaning(read, grader)
    findings.extend(meaning.near)
    if meaning.coverage is not None:
        findings.extend(meaning.coverage.findings)
    findings.sort()
    if as_json:
        click.echo(json.dumps(_json(len(read), findings, meaning), ensure_ascii=False))
    else:
        _show(len(read), findings, meaning)
    sys.exit(1 if findings else 0)


@dataclass(frozen=True, kw_only=True)
class _Meaning:
    """What only a model can tell.

    Attributes:
        near: questions that mean the same.
        coverage: what the grader makes of the texts.
        not_checked: what could not be checked, and why; one sentence each.
    """

    near: tuple[Finding, ...] = ()
    coverage: Coverage | None = None
    not_checked: tuple[str, ...] = ()


def _check_meaning(
    read: list[tuple[Path, Question]], grader: Literal["local", "openai"]
) -> _Meaning:
    # Imported here, as it takes a while that --quick need not spend.
    from bot.retrieval.hybrid import HybridEmbedder  # noqa: PLC0415
    from bot.retrieval.lexical import LexicalEmbedder  # noqa: PLC0415
    from bot.retrieval.minilm import MiniLM  # noqa: PLC0415
    from bot.retrieval.unavailable import EmbedderUnavailable  # noqa: PLC0415
    from questions.local.grader import LocalGrader  # noqa: PLC0415

    turn_telemetry_off()
    minilm = MiniLM()
    embedder = HybridEmbedder(minilm, LexicalEmbedder())
    try:
        near: list[Finding] = []
        if len(read) > 1:
            with progress_bar("Comparing questions") as advance:
                near = list(repeated_meanings(read, embedder, advance))
        if grader == "openai":
            coverage = run_async(_grade_with_model(read))
        else:
            # The estimate by spelling alone, which stands in where MiniLM is not at hand, is too
            # coarse to find fault with a question.
            minilm.load()
            coverage = run_async(_grade(LocalGrader(minilm), read))
    except EmbedderUnavailable as error:
        why = f"Questions that mean the same were not looked for, and nothing was graded. {error}"
        return _Meaning(not_checked=(why,))
    finally:
        embedder.close()
    return _Meaning(near=tuple(near), coverage=coverage)


async def _grade(grader: Grader, read: list[tuple[Path, Question]]) -> Coverage:
    from questions.linting.coverage import check_coverage  # noqa: PLC0415

    with progress_bar("Grading the questions' own texts") as advance:
        return await check_coverage(grader, read, at_once=_AT_ONCE, advance=advance)


async def _grade_with_model(read: list[tuple[Path, Question]]) -> Coverage:
    settings = load_settings().model_copy(update={"grader": "openai"})
    configure_logs("WARNING" if settings.log_level == "INFO" else settings.log_level)
    from bot.core import open_judging  # noqa: PLC0415

    judging = open_judging(settings)
    try:
        return await _grade(judging.grader, read)
    finally:
        await judging.close()


def _show(count: int, findings: list[Finding], meaning: _Meaning) -> None:
    for finding in findings:
        click.echo(str(finding))
    coverage = meaning.coverage
    if coverage is not None:
        click.echo(
            f"{coverage.grader}: model answers meet {coverage.met} of {coverage.criteria} "
            f"criteria, {coverage.in_band} of {coverage.exemplars} exemplars score in their band."
        )
    for note in meaning.not_checked:
        click.echo(note, err=True)
    wrong = (
        f"{len(findings)} finding{'s' * (len(findings) != 1)}" if findings else "nothing to mend"
    )
    click.echo(f"{count} question{'s' * (count != 1)} read, {wrong}.")


def _json(count: int, findings: list[Finding], meaning: _Meaning) -> dict[str, object]:
    values: dict[str, object] = {
        "questions": count,
        "findings": [{"path": str(f.path), "line": f.line, "message": f.message} for f in findings],
    }
    if meaning.not_checked:
        values["not_checked"] = list(meaning.not_checked)
    coverage = meaning.coverage
    if coverage is not None:
        values["coverage"] = {
            "grader": coverage.grader,
            "criteria": coverage.criteria,
            "met": coverage.met,
            "exemplars": coverage.exemplars,
            "in_band": coverage.in_band,
        }
    return values
