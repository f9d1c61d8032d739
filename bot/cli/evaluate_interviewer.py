"""``prepbot evaluate --interviewer``: made-up candidates against the interviewer."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bot.cli.progress import progress_bar
from bot.cli.running import run_async

if TYPE_CHECKING:
    from bot.evaluation.interview.run import Outcome


def evaluate_interviewer(sessions: int, *, as_json: bool) -> None:
    """Hold interviews with a model that misbehaves, print what was found, and exit.

    The exit code is 1 where an interview did something that it must not.
    """
    # Imported here: the whole bot comes along, which other evaluations do without.
    from bot.evaluation.interview.run import try_out  # noqa: PLC0415
    from questions.packs import PackError, shipped_bank  # noqa: PLC0415

    try:
        bank = shipped_bank()
    except PackError as error:
        raise click.ClickException(str(error)) from error
    # Every misbehaviour is a warning to whoever runs a bot; here they are wanted.
    logging.disable(logging.ERROR)
    try:
        with progress_bar("Holding interviews") as advance:
            outcome = run_async(try_out(bank, sessions=sessions, progress=advance))
    finally:
        logging.disable(logging.NOTSET)
    if as_json:
        click.echo(json.dumps(outcome_json(outcome), ensure_ascii=False, indent=2))
    else:
        for line in outcome_lines(outcome):
            click.echo(line)
    sys.exit(0 if outcome.verdict.is_clean else 1)


def outcome_json(outcome: Outcome) -> dict[str, object]:
    """Return what was found, for programs."""
    verdict = outcome.verdict
    return {
        "sessions": dict(verdict.sessions),
        "turns": verdict.turns,
        "turns_by_model": verdict.by_model,
        "report_quotes": verdict.quotes,
        "misbehaviours": outcome.wrong,
        "offences": {offence.value: count for offence, count in verdict.offences.items()},
        "examples": {offence.value: text for offence, text in verdict.examples.items()},
    }


def outcome_lines(outcome: Outcome) -> Iterator[str]:
    """Yield what was found, for people."""
    verdict = outcome.verdict
    candidates = ", ".join(f"{count} {name}" for name, count in verdict.sessions.items())
    yield f"{verdict.sessions.total()} interviews ({candidates})"
    yield (
        f"{verdict.turns} turns, {verdict.by_model} of them in a model's words; the model went "
        f"wrong {sum(outcome.wrong.values())} times"
    )
    yield f"{verdict.quotes} quotes in reports looked up"
    yield ""
    for offence, count in verdict.offences.items():
        yield f"{count:6}  {offence.value}"
        if offence in verdict.examples:
            yield f"        for example {verdict.examples[offence]}"
