"""The command tree; nothing heavy is imported before a command is chosen."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import Final

import click

from bot.cli.group import SuggestingGroup
from bot.startup import StartupError

_LAZY: Final[Mapping[str, tuple[str, str]]] = {
    "run": ("bot.cli.serve:run", "Serve Slack and Discord, or the console without tokens."),
    "console": ("bot.cli.serve:console", "Open the console, or read piped lines."),
    "doctor": ("bot.cli.doctor:doctor", "Check the settings and everything they point to."),
    "db": ("bot.cli.database:db", "Look after the database."),
    "index": ("bot.cli.database:index", "Look after the index of model answers."),
    "manifest": ("bot.cli.manifest:manifest", "Print what a platform needs to install the app."),
    "questions": ("bot.cli.questions:questions", "List, show, check, import and export questions."),
    "schedule": ("bot.cli.schedule:schedule", "Look at the schedules."),
    "grade": ("bot.cli.grade:grade", "Grade one answer."),
    "evaluate": ("bot.cli.evaluate:evaluate", "Measure a grader against people's scores."),
}


# What shells expect of a program that Ctrl-C ended: 128 and the signal's number.
_INTERRUPTED: Final = 130


class LazyGroup(SuggestingGroup):
    """A group whose commands are imported when they are called, so that help is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order of a reader's interest."""
        return list(_LAZY)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        if cmd_name not in _LAZY:
            return None
        module, _, name = _LAZY[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _LAZY.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what can't start says so in one sentence and exits with 1."""
        try:
            return super().invoke(ctx)
        except StartupError as error:
            raise click.ClickException(str(error)) from error
        except KeyboardInterrupt:
            # What the terminal shows for Ctrl-C stands on an unfinished line.
            click.echo(err=True)
            sys.exit(_INTERRUPTED)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="prepbot", message="%(version)s")
def cli() -> None:
    """Prepbot asks your team one interview question a day and grades the answers."""
