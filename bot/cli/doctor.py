"""``prepbot doctor``: looks at everything the settings point to."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import click

from bot.cli.finding import Finding, State, failed
from bot.cli.running import run_async
from bot.logs import configure_logs, turn_telemetry_off
from bot.settings import Settings, load_settings
from bot.startup import StartupError

Check = Callable[[Settings], Awaitable[Finding]]

_SECONDS: Final = 30.0
_COLOURS: Final = {State.OK: "green", State.WARNING: "yellow", State.FAILED: "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(*, as_json: bool) -> None:
    """Check the settings and everything they point to; exit 1 if anything fails.

    Nothing is posted anywhere. A model is asked one short question, where one is set.
    """
    settings = load_settings()
    turn_telemetry_off()
    # What goes wrong is said line by line below; the libraries need not say it too.
    configure_logs("ERROR" if settings.log_level != "DEBUG" else "DEBUG")
    findings = run_async(_findings(settings, show=None if as_json else _show))
    is_well = all(finding.state is not State.FAILED for finding in findings)
    if as_json:
        rows = [
            {"subject": f.subject, "state": f.state.value, "detail": f.detail} for f in findings
        ]
        click.echo(json.dumps({"ok": is_well, "checks": rows}, ensure_ascii=False, indent=2))
    else:
        click.echo(_summary(findings))
    sys.exit(0 if is_well else 1)


async def _findings(settings: Settings, *, show: Callable[[Finding], None] | None) -> list[Finding]:
    found = []
    for subject, check in _checks().items():
        finding = await _run(subject, check, settings)
        found.append(finding)
        if show is not None:
            show(finding)
    return found


def _checks() -> dict[str, Check]:
    # Imported here because the libraries behind them take seconds, and telemetry is off first.
    from bot.cli.check_local import (  # noqa: PLC0415
        check_database,
        check_folder,
        check_index,
        check_port,
        check_questions,
        check_variables,
    )
    from bot.cli.check_remote import check_discord, check_grader, check_slack  # noqa: PLC0415

    return {
        "settings": check_variables,
        "data folder": check_folder,
        "database": check_database,
        "questions": check_questions,
        "index": check_index,
        "grader": check_grader,
        "slack": check_slack,
        "discord": check_discord,
        "http port": check_port,
    }


async def _run(subject: str, check: Check, settings: Settings) -> Finding:
    try:
        async with asyncio.timeout(_SECONDS):
            return await check(settings)
    except StartupError as error:
        return failed(subject, str(error))
    except TimeoutError:
        return failed(subject, f"No answer within {_SECONDS:.0f} seconds: check the network.")


def _show(finding: Finding) -> None:
    mark = click.style(f"{finding.state.value:<8}", fg=_COLOURS[finding.state])
    click.echo(f"{mark} {finding.subject:<12} {finding.detail}")


def _summary(findings: Sequence[Finding]) -> str:
    if all(finding.state is not State.FAILED for finding in findings):
        return "\nPrepbot can start."
    return f"\nTo mend: {', '.join(f.subject for f in findings if f.state is State.FAILED)}."
