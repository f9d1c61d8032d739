"""The command line's entry: ``prepbot`` and ``python -m bot``."""

from __future__ import annotations

from bot.cli.main import cli


def main() -> None:
    """Run the command line."""
    cli(prog_name="prepbot")


if __name__ == "__main__":
    main()
