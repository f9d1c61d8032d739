"""Logging: one line an event on standard error."""

from __future__ import annotations

import logging
import os
from typing import Final

_QUIET: Final = (
    "aiohttp.access", "alembic", "apscheduler", "chromadb", "dbos", "discord", "httpcore",
    "httpx", "httpx2", "openai", "slack_bolt", "slack_sdk", "uvicorn",
)  # fmt: skip


def configure_logs(level: str) -> None:
    """Send our log at ``level`` and the libraries' warnings to standard error.

    Args:
        level: ``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``; at ``DEBUG`` libraries speak too.
    """
    logging.basicConfig(
        level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    if level != "DEBUG":
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)


def turn_telemetry_off() -> None:
    """Tell every library that could phone home not to; to be called before they are imported."""
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["OTEL_SDK_DISABLED"] = "true"
