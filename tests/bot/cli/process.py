"""Running the real program in a process of its own, with nothing of ours in its environment."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
# A first start reads every question with the embedding model: 20 s of work on an idle machine.
_SECONDS = 110.0


@dataclass(frozen=True)
class Ended:
    """How a process ended and what it wrote."""

    code: int
    out: str
    err: str


def clean_environment(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment in which only ``more`` is set, with the data below ``folder``."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "PREPBOT_DATA_DIR": str(folder / "data"),
        "PREPBOT_EMBEDDINGS": "lexical",
        "PREPBOT_HTTP_PORT": "0",
        **(more or {}),
    }


async def run_prepbot(
    folder: Path,
    *args: str,
    settings: Mapping[str, str] | None = None,
    typed: bytes = b"",
    code: str | None = None,
) -> Ended:
    """Run ``prepbot`` with ``args``, or some Python ``code`` in the same surroundings.

    A process that does not end in time is killed and fails the test.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(("-m", "bot", *args) if code is None else ("-c", code)),
        cwd=folder,
        env=clean_environment(folder, settings),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            out, err = await process.communicate(typed)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Ended(process.returncode or 0, out.decode(), err.decode())
