"""``prepbot evaluate``: how well a grader agrees with people, and how little it can be fooled."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import click

from bot.cli.progress import progress_bar
from bot.cli.role_option import read_role
from bot.cli.running import run_async
from bot.logs import configure_logs, turn_telemetry_off
from bot.settings import Settings, load_settings
from questions.role import Role

if TYPE_CHECKING:
    from bot.evaluation.data_report import DataReport
    from questions.evaluation.exemplar import ExemplarReport
    from questions.evaluation.robustness import RobustnessReport
    from questions.evaluation.row import DataSet
    from questions.ports import Grader
    from questions.question import Question

    _Chosen = tuple[Sequence[Question], Sequence[Question]]

_Result = TypeVar("_Result")
# A model's endpoint answers many at once; on this machine two keep its cores busy.
_AT_ONCE_MODEL: Final = 8
_AT_ONCE_LOCAL: Final = 2
_INTERVIEWS: Final = 24


@click.command()
@click.option(
    "--data",
    metavar="FILE.jsonl",
    type=click.Path(path_type=Path),
    help="Answers that people have scored, one JSON object a line.",
)
@click.option("--robustness", is_flag=True, help="Try to fool the grader with made-up answers.")
@click.option(
    "--interviewer", is_flag=True, help="Hold mock interviews with a model that misbehaves."
)
@click.option(
    "--sessions",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --interviewer: how many interviews, 24 by default.",
)
@click.option("--exemplars", is_flag=True, help="Grade the shipped sample answers.")
@click.option(
    "--retrieval", is_flag=True, help="Look up what people might type with each embedding."
)
@click.option(
    "--grader",
    type=click.Choice(["auto", "openai", "local"]),
    default="auto",
    show_default=True,
    help="Which grader is evaluated; auto takes the model where one is set.",
)
@click.option(
    "--calibrate",
    metavar="N",
    type=click.IntRange(min=1),
    help="With --data: fit a calibration to N answers and evaluate it on the rest.",
)
@click.option(
    "--plot",
    metavar="OUT.png",
    type=click.Path(path_type=Path),
    help="With --data: draw the grader's scores against people's.",
)
@click.option("--role", callback=read_role, help="Only this role's questions, e.g. ai-engineer.")
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="Only N questions, spread over the bank: quicker, and less sure.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    data: Path | None,
    grader: Literal["auto", "openai", "local"],
    calibrate: int | None,
    plot: Path | None,
    role: Role | None,
    sample: int | None,
    sessions: int | None,
    *,
    robustness: bool,
    interviewer: bool,
    exemplars: bool,
    retrieval: bool,
    as_json: bool,
) -> None:
    """Measure a grader, the interviewer, or how well questions are found.

    --robustness grades about 115 variants of each shipped question and exits with 1 where more
    relations between their scores are broken than may be. --interviewer needs no model of yours:
    made-up candidates meet a scripted one, and it exits with 1 where an interview goes wrong.
    --retrieval looks up one query for each shipped question by meaning, by words and by both, and
    exits with 1 where the default finds too little.
    """
    if (data is not None) + robustness + exemplars + interviewer + retrieval != 1:
        raise click.UsageError(
            "Choose one of --data, --robustness, --exemplars, --interviewer and --retrieval."
        )
    if sessions is not None and not interviewer:
        raise click.UsageError("--sessions goes with --interviewer.")
    if data is None and (calibrate is not None or plot is not None):
        raise click.UsageError("--calibrate and --plot go with --data.")
    if (data is not None or interviewer or retrieval) and (role is not None or sample is not None):
        raise click.UsageError("--role and --sample go with --robustness and --exemplars.")
    settings = load_settings()
    if grader != "auto":
        settings = settings.model_copy(update={"grader": grader})
    turn_telemetry_off()
    configure_logs("WARNING" if settings.log_level == "INFO" else settings.log_level)
    if interviewer:
        from bot.cli.evaluate_interviewer import evaluate_interviewer  # noqa: PLC0415

        evaluate_interviewer(sessions or _INTERVIEWS, as_json=as_json)
    elif retrieval:
        from bot.cli.evaluate_retrieval import evaluate_retrieval  # noqa: PLC0415

        evaluate_retrieval(as_json=as_json)
    elif data is not None:
        _evaluate_data(settings, data, calibrate, plot, as_json=as_json)
    elif robustness:
        _evaluate_robustness(settings, _questions(role, sample), as_json=as_json)
    else:
        _evaluate_exemplars(settings, _questions(role, sample), as_json=as_json)


def _evaluate_data(
    settings: Settings, path: Path, calibrate: int | None, plot: Path | None, *, as_json: bool
) -> None:
    data = _read_data(path)
    if plot is not None:
        _check_writable(plot)
    report = run_async(
        _with_grader(settings, lambda grader: _grade_data(settings, grader, data, calibrate))
    )
    if plot is not None:
        _draw(report, plot)
    _show(report.as_json(), report.lines(), as_json=as_json)
    if all(observation.outcome.score is None for observation in report.observations):
        raise click.ClickException("Not one answer was graded.")


async def _grade_data(
    settings: Settings, grader: Grader, data: DataSet, calibrate: int | None
) -> DataReport:
    from bot.evaluation.data_report import DataReport  # noqa: PLC0415
    from questions.evaluation.benchmark import Benchmark  # noqa: PLC0415
    from questions.evaluation.subject import subject_of  # noqa: PLC0415

    await _require(grader, subject_of(data.rows[0]).question)
    benchmark = Benchmark(grader, at_once=_at_once(settings))
    began = perf_counter()
    with progress_bar("Grading answers") as advance:
        observations = await benchmark.observe(data.rows, advance)
    seconds = perf_counter() - began
    calibrated = None
    if calibrate is not None:
        try:
            with progress_bar("Calibrating") as advance:
                calibrated = await benchmark.calibrate(observations, calibrate, advance)
        except ValueError as error:
            raise click.ClickException(
                f"{error}, so not by {calibrate}: ask for fewer, and leave some to measure."
            ) from error
    return DataReport(
        grader=grader.name,
        is_estimate=grader.is_estimate,
        observations=observations,
        malformed=len(data.faults),
        seconds=seconds,
        calibrated=calibrated,
    )


def _evaluate_robustness(settings: Settings, chosen: _Chosen, *, as_json: bool) -> None:
    from bot.evaluation.robustness_report import (  # noqa: PLC0415
        robustness_json,
        robustness_lines,
    )
    from questions.evaluation.robustness import check_robustness  # noqa: PLC0415

    bank, questions = chosen

    async def run(grader: Grader) -> RobustnessReport:
        await _require(grader, questions[0])
        with progress_bar("Trying variants") as advance:
            return await check_robustness(
                grader, questions, bank, at_once=_at_once(settings), advance=advance
            )

    report = run_async(_with_grader(settings, run))
    _show(robustness_json(report), robustness_lines(report), as_json=as_json)
    sys.exit(0 if report.keeps_floors else 1)


def _evaluate_exemplars(settings: Settings, chosen: _Chosen, *, as_json: bool) -> None:
    from bot.evaluation.robustness_report import exemplars_json, exemplars_lines  # noqa: PLC0415
    from questions.evaluation.robustness import check_robustness  # noqa: PLC0415

    bank, questions = chosen

    async def run(grader: Grader) -> ExemplarReport:
        await _require(grader, questions[0])
        with progress_bar("Grading exemplars") as advance:
            found = await check_robustness(
                grader, questions, bank, at_once=_at_once(settings), only=(), advance=advance
            )
        return found.exemplars

    report = run_async(_with_grader(settings, run))
    _show(exemplars_json(report), exemplars_lines(report), as_json=as_json)
    sys.exit(0 if report.keeps_floor else 1)


async def _with_grader(settings: Settings, work: Callable[[Grader], Awaitable[_Result]]) -> _Result:
    # Imported here so that telemetry is off first, and bad input is told without the wait.
    from bot.core import open_judging  # noqa: PLC0415

    judging = open_judging(settings)
    try:
        return await work(judging.grader)
    finally:
        await judging.close()


async def _require(grader: Grader, question: Question) -> None:
    from questions.evaluation.judging import warm_up  # noqa: PLC0415

    reason = await warm_up(grader, question)
    if reason is not None:
        raise click.ClickException(
            f"Nothing can be evaluated, because {reason}; try again, or use --grader local."
        )


def _read_data(path: Path) -> DataSet:
    from questions.evaluation.row import read_rows  # noqa: PLC0415

    try:
        with path.open("rb") as file:
            data = read_rows(file)
    except OSError as error:
        raise click.ClickException(f"{path} can't be read ({error.strerror}).") from error
    for fault in data.faults:
        click.echo(f"{path}:{fault.line}: {fault.reason}", err=True)
    if data.faults:
        count = len(data.faults)
        click.echo(f"{count} malformed {'line' if count == 1 else 'lines'} skipped.", err=True)
    if not data.rows:
        raise click.ClickException(f"{path} has no usable row.")
    return data


def _questions(role: Role | None, sample: int | None) -> _Chosen:
    """Return the bank, and the questions of it that are evaluated."""
    from questions.packs import PackError, shipped_bank  # noqa: PLC0415

    try:
        bank = shipped_bank()
    except PackError as error:
        raise click.ClickException(str(error)) from error
    questions = [q for q in bank if role is None or q.role is role]
    count = len(questions) if sample is None else min(sample, len(questions))
    return bank, [questions[i * len(questions) // count] for i in range(count)]


def _at_once(settings: Settings) -> int:
    return _AT_ONCE_MODEL if settings.uses_model else _AT_ONCE_LOCAL


def _check_writable(path: Path) -> None:
    """Find out before the grading that a drawing could not be kept."""
    is_new = not path.exists()
    try:
        with path.open("ab"):
            pass
        if is_new:
            path.unlink()
    except OSError as error:
        raise click.ClickException(f"{path} can't be written ({error.strerror}).") from error


def _draw(report: DataReport, path: Path) -> None:
    from bot.evaluation.plot import draw_scores  # noqa: PLC0415

    scored = [(o.outcome.score, o.row.human) for o in report.observations]
    pairs = [(given, human) for given, human in scored if given is not None]
    try:
        draw_scores(
            path,
            [given for given, _ in pairs],
            [human for _, human in pairs],
            title=f"{report.grader}, {len(pairs)} answers",
        )
    except OSError as error:
        raise click.ClickException(f"{path} can't be written ({error.strerror}).") from error


def _show(values: dict[str, object], lines: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False))
        return
    for line in lines:
        click.echo(line)
