"""Help is complete and instant; what is mistyped is met with what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from bot.cli.main import cli
from tests.bot.cli.conftest import Prepbot
from tests.bot.cli.process import run_prepbot

HEAVY = {
    *("aiohttp", "alembic", "apscheduler", "chromadb", "dbos", "discord", "numpy", "onnxruntime"),
    *("openai", "pydantic", "rich", "slack_bolt", "slack_sdk", "sqlalchemy", "starlette"),
}


def commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
@pytest.mark.parametrize("flag", ["--help", "-h"])
async def test_every_command_explains_itself(
    prepbot: Prepbot, path: tuple[str, ...], flag: str
) -> None:
    shown = await prepbot(*path, flag)
    assert shown.exit_code == 0
    assert shown.stdout.startswith(f"Usage: {' '.join(['prepbot', *path])}")
    assert "..." not in shown.stdout.replace("[ARGS]...", "").replace("[PATHS]...", "")


@pytest.mark.parametrize("args", [["--help"], ["--version"], []])
async def test_help_loads_nothing_heavy(tmp_path: Path, args: list[str]) -> None:
    code = f"""
import sys
sys.argv[1:] = {args}
try:
    from bot.__main__ import main
    main()
finally:
    print("loaded:", *sorted({HEAVY} & set(sys.modules)))
"""
    ended = await run_prepbot(tmp_path, code=code)
    assert ended.out.rstrip().endswith("loaded:")


async def test_version(prepbot: Prepbot) -> None:
    assert (await prepbot("--version")).stdout.strip() == version("prepbot")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("rnu", "Did you mean run?"),
        ("qwxz", "See prepbot -h."),
        ("questions lst", "Did you mean list or lint?"),
        ("db upgrad", "Did you mean upgrade?"),
        ("schedule qwxz", "See prepbot schedule -h."),
        ("grade --anser -", "--answer"),
        ("console --sa me", "--as"),
        ("questions list --role ai-enginer", "Did you mean ai-engineer"),
        ("grade x --answer - --grader opnai", "'auto', 'openai', 'local'"),
        ("schedule preview --days many", "'many' is not a valid integer"),
    ],
)
async def test_what_is_unknown_is_met_with_the_nearest(
    prepbot: Prepbot, line: str, meant: str
) -> None:
    refused = await prepbot(*line.split())
    assert refused.exit_code == 2
    assert meant in refused.stderr.splitlines()[-1]
