"""The command line's entry: ``prepbot`` and ``python -m bot``."""

from __future__ import annotations

import io
import sys

from bot.cli.main import cli


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a character of ours shows a question mark in its place.
            stream.reconfigure(errors="replace")
    cli(prog_name="prepbot")


if __name__ == "__main__":
    main()
