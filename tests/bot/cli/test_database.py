"""`prepbot db` and `prepbot index`, and databases that can't be used."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Prepbot


async def test_an_upgrade_twice_is_an_upgrade_once(prepbot: Prepbot) -> None:
    first = await prepbot("db", "upgrade")
    assert first.exit_code == 0
    assert "(before: empty)" in first.stdout
    again = await prepbot("db", "upgrade")
    assert again.exit_code == 0
    assert again.stdout.startswith("The database is up to date")


async def test_an_upgrade_as_json(prepbot: Prepbot) -> None:
    first = json.loads((await prepbot("db", "upgrade", "--json")).stdout)
    assert first["before"] is None
    assert first["questions_changed"] > 0
    again = json.loads((await prepbot("db", "upgrade", "--json")).stdout)
    assert again == {"before": first["after"], "after": first["after"], "questions_changed": 0}


async def test_the_index_is_rebuilt_from_nothing_and_from_itself(prepbot: Prepbot) -> None:
    first = await prepbot("index", "rebuild")
    assert first.exit_code == 0
    assert first.stdout.startswith("The index is rebuilt: ")
    assert (await prepbot("index", "rebuild")).stdout == first.stdout


async def test_a_broken_index_is_mended_by_a_rebuild(prepbot: Prepbot, tmp_path: Path) -> None:
    good = json.loads((await prepbot("index", "rebuild", "--json")).stdout)
    assert good["indexed"] > 0
    (tmp_path / ".prepbot" / "chroma" / "chroma.sqlite3").write_bytes(b"not a database at all")
    assert json.loads((await prepbot("index", "rebuild", "--json")).stdout) == good


async def test_an_index_server_that_is_not_there(
    prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREPBOT_CHROMA_URL", "http://127.0.0.1:9")
    shown = await prepbot("index", "rebuild")
    assert shown.exit_code == 1
    assert "The Chroma server doesn't answer" in shown.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///file/p.db", "file/p.db can't be used"),
        ("sqlite:///folder", "folder can't be used (unable to open database file)"),
        ("sqlite:///file", "file can't be used (file is not a database)"),
        ("postgresql://me:secret@127.0.0.1:9/prep", "can't be used"),
        ("mysql://me:secret@127.0.0.1/prep", "is not a database address"),
        ("nonsense secret", "is not a database address"),
    ],
)
@pytest.mark.parametrize("command", ["db upgrade", "index rebuild", "schedule preview"])
async def test_a_database_that_cannot_be_used(
    prepbot: Prepbot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    command: str,
    url: str,
    said: str,
) -> None:
    (tmp_path / "file").write_bytes(b"this is no database" * 100)
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv("PREPBOT_DATABASE_URL", url)
    shown = await prepbot(*command.split())
    assert shown.exit_code == 1
    assert shown.stdout == ""
    (sentence,) = shown.stderr.splitlines()
    assert said in sentence
    assert "PREPBOT_DATABASE_URL" in sentence
    assert "secret" not in sentence


async def test_a_locked_database(prepbot: Prepbot, tmp_path: Path) -> None:
    await prepbot("db", "upgrade")
    owner = sqlite3.connect(tmp_path / ".prepbot" / "prepbot.db")
    try:
        owner.execute("BEGIN EXCLUSIVE")
        shown = await prepbot("schedule", "preview")
    finally:
        owner.close()
    assert shown.exit_code == 1
    assert "locked" in shown.stderr.splitlines()[-1]
