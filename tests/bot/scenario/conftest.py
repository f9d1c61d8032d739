"""The bot is started in a folder where it has been before."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def tmp_path(tmp_path: Path, furnished: Path) -> Path:
    """This test's data folder: it need not wait for a first start's work."""
    shutil.copytree(furnished, tmp_path, dirs_exist_ok=True)
    return tmp_path
