"""``prepbot grade``: grades one answer without storing anything."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Literal

import click

from bot.cli.bank import find_question
from bot.cli.running import run_async
from bot.logs import configure_logs, turn_telemetry_off
from bot.settings import Settings, load_settings
from questions.band import band_of
from questions.grading import Grade, Ungraded, UngradedReason
from questions.packs import PackError, read_pack
from questions.question import MAX_SCORE, Question


@click.command()
@click.argument("question_id", metavar="[ID]", required=False)
@click.option(
    "--question",
    "question_file",
    type=click.Path(path_type=Path),
    help="A pack file instead of a question's id.",
)
@click.option(
    "--answer",
    "answer_file",
    required=True,
    metavar="FILE|-",
    help="The answer's file; - reads standard input.",
)
@click.option(
    "--grader",
    type=click.Choice(["auto", "openai", "local"]),
    default="auto",
    show_default=True,
    help="Which grader judges; auto takes the model where one is set.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def grade(
    question_id: str | None,
    question_file: Path | None,
    answer_file: str,
    grader: Literal["auto", "openai", "local"],
    *,
    as_json: bool,
) -> None:
    """Grade an answer to the question ID, or to a pack file."""
    question = _question(question_id, question_file)
    answer = _answer(answer_file)
    settings = load_settings()
    if grader != "auto":
        settings = settings.model_copy(update={"grader": grader})
    turn_telemetry_off()
    configure_logs("WARNING" if settings.log_level == "INFO" else settings.log_level)
    outcome, name = run_async(_grade(settings, question, answer))
    is_down = isinstance(outcome, Ungraded) and outcome.reason is UngradedReason.UNAVAILABLE
    if as_json:
        click.echo(json.dumps(_as_json(outcome, name), ensure_ascii=False, indent=2))
        sys.exit(1 if is_down else 0)
    if isinstance(outcome, Ungraded):
        if is_down:
            raise click.ClickException(outcome.detail)
        click.echo(f"Not graded. {outcome.detail}")
    else:
        _print(outcome, question)


def _question(question_id: str | None, question_file: Path | None) -> Question:
    if (question_id is None) == (question_file is None):
        raise click.UsageError("Name a question by its id, or give a pack file with --question.")
    if question_file is not None:
        try:
            return read_pack(question_file)
        except PackError as error:
            raise click.ClickException(str(error)) from error
    return find_question(question_id or "")


def _answer(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise click.ClickException(f"{name} can't be read ({error.strerror}).") from error
    # Bytes that are no text become NUL, which is refused as binary like everything of its kind.
    return raw.decode("utf-8-sig", errors="replace").replace("\ufffd", "\0")


async def _grade(
    settings: Settings, question: Question, answer: str
) -> tuple[Grade | Ungraded, str]:
    # Imported here so that telemetry is off first, and bad input is told without the wait.
    from bot.core import open_judging  # noqa: PLC0415
    from questions.ports import GraderUnavailable  # noqa: PLC0415

    judging = open_judging(settings)
    try:
        outcome = await judging.answer_grader.grade(question, answer)
    except GraderUnavailable as error:
        outcome = Ungraded(
            reason=UngradedReason.UNAVAILABLE,
            detail=f"No grade, because {error.reason}; try again, or use --grader local.",
        )
    finally:
        await judging.close()
    return outcome, judging.grader.name


def _as_json(outcome: Grade | Ungraded, grader: str) -> dict[str, object]:
    if isinstance(outcome, Ungraded):
        return {
            "state": "ungraded",
            "reason": outcome.reason.value,
            "detail": outcome.detail,
            "score": None,
            "max": MAX_SCORE,
            "criteria": [],
            "grader": grader,
            "related": [],
        }
    return {
        "state": "graded",
        "reason": None,
        "score": outcome.score,
        "max": MAX_SCORE,
        "criteria": [c.model_dump(mode="json", exclude_none=True) for c in outcome.criteria],
        "grader": outcome.grader,
        "related": list(outcome.related),
        "band": band_of(outcome.score).level,
        "is_estimate": outcome.is_estimate,
        "low_confidence": outcome.low_confidence,
        "errors": [error.model_dump() for error in outcome.errors],
        "rewording": outcome.rewording and outcome.rewording.model_dump(),
        "usage": outcome.usage.model_dump(),
    }


def _print(outcome: Grade, question: Question) -> None:
    mark = " (estimate)" if outcome.is_estimate else ""
    band = band_of(outcome.score).name
    click.echo(f"{outcome.score:.1f}/{MAX_SCORE}{mark}  {band}: {question.title}")
    texts = {c.id: c.text for c in question.rubric.criteria}
    for criterion in outcome.criteria:
        click.echo(f"  {criterion.verdict.value:<8} {texts[criterion.id]}")
        if criterion.quote:
            click.echo(f"           “{' '.join(criterion.quote.split())}”")
        if criterion.comment:
            click.echo(f"           {criterion.comment}")
    for error in outcome.errors:
        click.echo(f"  wrong    “{error.quote}”\n           {error.correction}")
    if outcome.rewording is not None:
        click.echo(f"  stronger “{outcome.rewording.stronger}”")
