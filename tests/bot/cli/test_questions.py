"""`prepbot questions`: the bank from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from questions.packs import SHIPPED, read_pack, shipped_bank
from questions.role import Role
from tests.bot.cli.conftest import Prepbot

ID = "assistant-token-bill-halved"
TOLD_AGAIN = (
    "A parcel firm closes a customer's message as a duplicate when its embedding is closer than "
    "0.8 to another one. “Please cancel the collection” and “please don't cancel the collection” "
    "came out at 0.93, so the second was closed. Unrelated messages score about 0.7, which "
    "somebody reads as 70% alike. Why, and what would you build?"
)


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
    shown = await prepbot("questions", "lint", "--quick")
    assert shown.exit_code == 0
    assert shown.stdout == f"{len(shipped_bank())} questions read, nothing to mend.\n"


async def test_what_is_exported_is_clean_and_the_same(prepbot: Prepbot, tmp_path: Path) -> None:
    shown = await prepbot("questions", "export", "out")
    assert shown.exit_code == 0
    exported = sorted((tmp_path / "out").rglob("*.md"))
    assert [read_pack(path) for path in exported] == list(shipped_bank())
    lint = await prepbot("questions", "lint", "out", "--quick", "--json")
    assert json.loads(lint.stdout) == {"questions": len(exported), "findings": []}


async def test_a_question_told_again_in_other_words_is_found(
    prepbot: Prepbot, tmp_path: Path
) -> None:
    folder = tmp_path / "out" / "nlp-engineer"
    await prepbot("questions", "export", "out", "--role", "nlp-engineer")
    first = (folder / "opposites-at-0-93.md").read_text(encoding="utf-8")
    prompt = read_pack(folder / "opposites-at-0-93.md").prompt
    again = first.replace("id: opposites-at-0-93", "id: told-again").replace(prompt, TOLD_AGAIN)
    (folder / "told-again.md").write_text(again, encoding="utf-8")

    shown = await prepbot(
        "questions", "lint", str(folder / "told-again.md"), str(folder / "opposites-at-0-93.md")
    )

    assert shown.exit_code == 1
    near, graded, last = shown.stdout.splitlines()
    assert graded.endswith("6 of 6 exemplars score in their band.")
    assert "means nearly the same as" in near
    assert last == "2 questions read, 1 finding."


async def test_the_whole_bank_must_be_even_and_a_part_need_not(
    prepbot: Prepbot, tmp_path: Path
) -> None:
    await prepbot("questions", "export", "out", "--role", "nlp-engineer")
    (tmp_path / "out" / "nlp-engineer" / "opposites-at-0-93.md").unlink()

    assert (await prepbot("questions", "lint", "out", "--quick")).exit_code == 0


async def test_a_question_s_own_texts_are_graded(prepbot: Prepbot) -> None:
    path = SHIPPED / "ai-engineer" / f"{ID}.md"
    shown = await prepbot("questions", "lint", str(path), "--json")
    assert shown.exit_code == 0, shown.stdout
    criteria = len(read_pack(path).rubric.criteria)
    assert json.loads(shown.stdout) == {
        "questions": 1,
        "findings": [],
        "coverage": {
            "grader": "local",
            "criteria": criteria,
            "met": criteria,
            "exemplars": 3,
            "in_band": 3,
        },
    }

    told = await prepbot("questions", "lint", str(path))
    assert told.exit_code == 0
    assert f"model answers meet {criteria} of {criteria} criteria" in told.stdout


async def test_a_model_answer_that_leaves_a_criterion_out_is_found(
    prepbot: Prepbot, tmp_path: Path
) -> None:
    question = read_pack(SHIPPED / "ai-engineer" / f"{ID}.md")
    kept = question.model_answer.split("\n\n")[0]
    path = tmp_path / f"{ID}.md"
    text = (SHIPPED / "ai-engineer" / f"{ID}.md").read_text(encoding="utf-8")
    path.write_text(text.replace(question.model_answer, kept), encoding="utf-8")

    shown = await prepbot("questions", "lint", str(path))

    assert shown.exit_code == 1
    assert "the model answer is judged to have it missed" in shown.stdout


@pytest.mark.parametrize("role", list(Role))
async def test_the_shipped_bank_s_own_texts_are_graded_as_they_should(
    prepbot: Prepbot, role: Role
) -> None:
    shown = await prepbot("questions", "lint", str(SHIPPED / role), "--json")
    values = json.loads(shown.stdout)
    assert values["findings"] == []
    assert values["coverage"]["in_band"] == values["coverage"]["exemplars"] == 90
    assert values["coverage"]["met"] == values["coverage"]["criteria"]
    assert shown.exit_code == 0


@pytest.mark.soak
async def test_no_two_shipped_questions_mean_the_same(prepbot: Prepbot) -> None:
    shown = await prepbot("questions", "lint", "--json")
    values = json.loads(shown.stdout)
    assert (values["questions"], values["findings"]) == (len(shipped_bank()), [])


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
    assert last == "0 questions read, 1 finding."
