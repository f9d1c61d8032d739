"""The command line's fixtures: the console is one of its commands."""

from __future__ import annotations

from tests.bot.cli.conftest import logging_is_restored, model, prepbot

__all__ = ["logging_is_restored", "model", "prepbot"]
