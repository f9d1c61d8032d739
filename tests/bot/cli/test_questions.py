"""`prepbot questions`: the bank from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from questions.packs import SHIPPED, read_pack, shipped_bank
from questions.role import Role
from tests.bot.cli.conftest import Prepbot

ID = "assistant-token-bill-halved"


async def test_the_list_names_every_question(prepbot: Prepbot) -> None:
    shown = await prepbot("questions", "list")
    assert [line.split()[0] for line in shown.stdout.splitlines()] == [
        question.id for question in shipped_bank()
    ]


async def test_the_list_of_one_role(prepbot: Prepbot) -> None:
    cards = json.loads(
        (await prepbot("questions", "list", "--role", "NLP engineer", "--json")).stdout
    )
    assert cards
    assert {card["role"] for card in cards} == {Role.NLP_ENGINEER.value}


async def test_a_question_is_shown_whole(prepbot: Prepbot) -> None:
    shown = await prepbot("questions", "show", ID)
    assert shown.exit_code == 0
    for part in ("## Prompt", "## Model answer", "### Punchline", "strong: "):
        assert part in shown.stdout
    as_json = json.loads((await prepbot("questions", "show", ID, "--json")).stdout)
    assert as_json == read_pack(SHIPPED / "ai-engineer" / f"{ID}.md").model_dump(mode="json")


async def test_an_unknown_question_is_met_with_a_near_one(prepbot: Prepbot) -> None:
    shown = await prepbot("questions", "show", "assistant-token")
    assert shown.exit_code == 1
    assert f"Did you mean {ID}" in shown.stderr


async def test_the_shipped_bank_is_clean(prepbot: Prepbot) -> None:
    shown = await prepbot("questions", "lint")
    assert shown.exit_code == 0
    assert shown.stdout == f"{len(shipped_bank())} questions read, nothing to mend.\n"


async def test_what_is_exported_is_clean_and_the_same(prepbot: Prepbot, tmp_path: Path) -> None:
    shown = await prepbot("questions", "export", "out")
    assert shown.exit_code == 0
    exported = sorted((tmp_path / "out").rglob("*.md"))
    assert [read_pack(path) for path in exported] == list(shipped_bank())
    lint = await prepbot("questions", "lint", "out", "--json")
    assert json.loads(lint.stdout) == {"questions": len(exported), "findings": []}


async def test_an_export_that_cannot_be_written(prepbot: Prepbot, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "ai-engineer").write_text("in the way")
    shown = await prepbot("questions", "export", "out", "--role", "ai-engineer")
    assert shown.exit_code == 1
    assert "can't be written" in shown.stderr


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"no front matter", 1),
        (b"---\nid: x\nrole: }\n---\n", 3),
        (b"---\nid: \xff\n---\n", 2),
    ],
    ids=["no front matter", "bad YAML", "no UTF-8"],
)
async def test_a_broken_file_is_named_with_its_line(
    prepbot: Prepbot, tmp_path: Path, text: bytes, line: int
) -> None:
    (tmp_path / "broken.md").write_bytes(text)
    shown = await prepbot("questions", "lint", "broken.md")
    assert shown.exit_code == 1
    first, last = shown.stdout.splitlines()
    assert first.startswith(f"broken.md:{line}: ")
    assert last == "0 questions read, 1 findings."
