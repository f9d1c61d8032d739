"""``prepbot manifest``: what a platform needs to install the app."""

from __future__ import annotations

from urllib.parse import urlsplit

import click

from bot.cli.group import SuggestingGroup


@click.group(cls=SuggestingGroup)
def manifest() -> None:
    """Print what a platform needs to install the app."""


@manifest.command()
@click.option(
    "--url",
    default="",
    metavar="https://…",
    help="Where Slack reaches Prepbot over HTTP; without it, Prepbot connects by Socket Mode.",
)
@click.option(
    "--assistant",
    is_flag=True,
    help="For an app that has Slack's older pane for assistants: keep it.",
)
def slack(url: str, *, assistant: bool) -> None:
    """Print the Slack app manifest, to be pasted at api.slack.com/apps."""
    from bot.platforms.slack.manifest import manifest_yaml  # noqa: PLC0415

    parts = urlsplit(url)
    if url and (parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment):
        raise click.BadParameter(
            "write the public address, for example https://prepbot.example.org", param_hint="--url"
        )
    click.echo(manifest_yaml(url=url.rstrip("/"), assistant=assistant), nl=False)
