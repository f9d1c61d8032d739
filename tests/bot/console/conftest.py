"""The command line's fixtures: the console is one of its commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.bot.cli.conftest import logging_is_restored, model, prepbot

__all__ = ["logging_is_restored", "model", "prepbot"]


@pytest.fixture
def been_here(tmp_path: Path, furnished: Path) -> None:
    """The bot was started before in this test's data folder, whichever of the two that is."""
    shutil.copytree(furnished, tmp_path / "data")
    (tmp_path / ".prepbot").symlink_to("data")
