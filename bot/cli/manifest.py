"""``prepbot manifest``: what a platform needs to install the app."""

from __future__ import annotations

import click

from bot.cli.group import SuggestingGroup


@click.group(cls=SuggestingGroup)
def manifest() -> None:
    """Print what a platform needs to install the app."""


@manifest.command()
def slack() -> None:
    """Print the Slack app manifest, to be pasted at api.slack.com/apps."""
    from bot.platforms.slack.manifest import manifest_yaml  # noqa: PLC0415

    click.echo(manifest_yaml(), nl=False)
