"""``prepbot run`` and ``prepbot console``."""

from __future__ import annotations

import getpass
import sys
from typing import Final

import click

from bot.cli.running import run_async
from bot.logs import configure_logs, turn_telemetry_off
from bot.settings import Settings, load_settings

_MAX_NAME: Final = 80


@click.command()
@click.option("--console", "on_console", is_flag=True, help="Use the console even with tokens.")
def run(*, on_console: bool) -> None:
    """Serve Slack and Discord, or open the console where no token is set."""
    settings = load_settings()
    if on_console or not _has_tokens(settings):
        _converse(settings, name=_user(), greet=True)
        return
    turn_telemetry_off()
    configure_logs(settings.log_level)
    run_async(_serve(settings))


@click.command()
@click.option(
    "--as",
    "name",
    metavar="NAME",
    callback=lambda _ctx, _param, value: _clean_name(value),
    help="Who is typing; your user name by default.",
)
def console(name: str | None) -> None:
    """Open the console, or read piped lines.

    A line that begins with /prep is a command, any other answers the open question. At the end
    of the input, pending grades are awaited and printed.
    """
    _converse(load_settings(), name=name or _user(), greet=False)


async def _serve(settings: Settings) -> None:
    from bot.service import serve, stop_on_signals  # noqa: PLC0415

    await serve(settings, stop=stop_on_signals())


def _converse(settings: Settings, *, name: str, greet: bool) -> None:
    turn_telemetry_off()
    # The console is for reading questions and grades. Where the log goes to the same screen, it
    # only tells of what nobody is told otherwise.
    quiet = "ERROR" if sys.stderr.isatty() else "WARNING"
    configure_logs(quiet if settings.log_level == "INFO" else settings.log_level)
    from bot.service import converse  # noqa: PLC0415  (telemetry is off before libraries load)

    run_async(converse(settings, name=name, greet=greet))


def _clean_name(name: str | None) -> str | None:
    """Return a name that can be stored and shown, on one line."""
    if name is None:
        return None
    shown = "".join(ch if ch.isprintable() else " " for ch in name)
    return " ".join(shown.split())[:_MAX_NAME] or None


def _has_tokens(settings: Settings) -> bool:
    return settings.wants_slack or settings.discord_token is not None


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "me"
