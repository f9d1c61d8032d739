"""The command line in this process, in an empty folder and with nothing set."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from click.testing import CliRunner, Result

from bot import logs
from bot.cli.main import cli
from bot.settings import Settings
from tests.wire.fake_model import FakeModel

_TELEMETRY = (
    "ANONYMIZED_TELEMETRY",
    "HF_HUB_DISABLE_TELEMETRY",
    "HF_HUB_OFFLINE",
    "DO_NOT_TRACK",
    "OTEL_SDK_DISABLED",
)


class Prepbot(Protocol):
    async def __call__(self, *args: str, typed: str | bytes | None = None) -> Result: ...


@pytest.fixture
def logging_is_restored() -> Iterator[None]:
    """A command sets logging up for its process; here that must not outlive the test."""
    loggers = [logging.getLogger(), *map(logging.getLogger, logs._QUIET)]
    levels, handlers = [it.level for it in loggers], loggers[0].handlers[:]
    yield
    loggers[0].handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def prepbot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logging_is_restored: None) -> Prepbot:
    """Run a command; `asyncio.run` needs a thread of its own beside the test's fake servers."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    for name in _TELEMETRY:
        monkeypatch.setenv(name, "set, so that it is put back")
    monkeypatch.setenv("PREPBOT_EMBEDDINGS", "lexical")
    monkeypatch.chdir(tmp_path)

    async def run(*args: str, typed: str | bytes | None = None) -> Result:
        runner = CliRunner()
        result = await asyncio.to_thread(runner.invoke, cli, args, input=typed, prog_name="prepbot")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
async def model(monkeypatch: pytest.MonkeyPatch, prepbot: Prepbot) -> AsyncIterator[FakeModel]:
    """A model that the settings point to."""
    async with FakeModel() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
        yield fake
