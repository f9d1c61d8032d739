"""`prepbot questions import` and `prepbot questions drafts`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from questions.packs import read_pack
from tests.bot.cli.conftest import Prepbot
from tests.questions.importers.samples import PAGE, REPOSITORY_FILE
from tests.wire.fake_model import FakeModel
from tests.wire.model_behaviour import says


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    (folder / "ML_Engineer").mkdir(parents=True)
    (folder / "ML_Engineer" / "Q1_Warm.md").write_text(REPOSITORY_FILE)
    (folder / "page.txt").write_text(PAGE)
    return folder


async def test_an_import_stores_drafts_and_doing_it_again_changes_nothing(
    prepbot: Prepbot, folder: Path
) -> None:
    first = await prepbot("questions", "import", "notes")
    assert first.exit_code == 0
    assert "2 files read, 2 drafts; 2 new for console/local, 0 known already." in first.stdout
    before = (await prepbot("questions", "drafts", "list", "--json")).stdout
    second = await prepbot("questions", "import", "notes")
    assert "0 new for console/local, 2 known already." in second.stdout
    assert (await prepbot("questions", "drafts", "list", "--json")).stdout == before
    assert len(json.loads(before)) == 2


async def test_a_dry_run_shows_everything_and_stores_nothing(
    prepbot: Prepbot, folder: Path, tmp_path: Path
) -> None:
    shown = await prepbot("questions", "import", "notes", "--dry-run", "--json")
    told = json.loads(shown.stdout)
    assert (told["files"], told["new"], told["problems"]) == (2, None, [])
    by_origin = {draft["origin"]: draft for draft in told["drafts"]}
    draft = by_origin["notes/ML_Engineer/Q1_Warm.md"]
    assert draft["role"] == "ml-engineer"
    assert draft["topic"] == "Warm Starts & Caching"
    assert draft["confidence"] > 0.8
    assert {"place": "rubric", "message": "proposed from the answer"} in draft["findings"]
    assert not (tmp_path / ".prepbot").exists()


async def test_bad_files_are_named_and_the_rest_comes_in(prepbot: Prepbot, folder: Path) -> None:
    (folder / "bad.json").write_text('{"question": oops')
    shown = await prepbot("questions", "import", "notes", "missing.md")
    assert shown.exit_code == 1
    assert "notes/bad.json:1: it begins like JSON" in shown.stderr
    assert "missing.md: there is no such file" in shown.stderr
    assert "2 new" in shown.stdout


async def test_a_role_given_is_the_role_of_all(prepbot: Prepbot, folder: Path) -> None:
    args = ("questions", "import", "notes", "--dry-run", "--json", "--role", "nlp engineer")
    told = json.loads((await prepbot(*args)).stdout)
    assert {draft["role"] for draft in told["drafts"]} == {"nlp-engineer"}
    wrong = await prepbot("questions", "import", "notes", "--role", "nlp-enginer")
    assert wrong.exit_code == 2
    assert "nlp-engineer" in wrong.stderr


async def test_a_team_that_is_unknown_is_met_with_those_there_are(
    prepbot: Prepbot, folder: Path
) -> None:
    assert "no team yet" in (await prepbot("questions", "import", "notes", "--team", "x")).stderr
    await prepbot("questions", "import", "notes")
    wrong = await prepbot("questions", "import", "notes", "--team", "x")
    assert "There are: " in wrong.stderr
    assert "(console/local)" in wrong.stderr
    right = await prepbot("questions", "import", "notes", "--team", "console/local")
    assert "2 known already" in right.stdout


async def drafts(prepbot: Prepbot) -> dict[str, str]:
    rows = json.loads((await prepbot("questions", "drafts", "list", "--json")).stdout)
    return {row["title"]: row["id"] for row in rows}


async def test_drafts_are_shown_edited_approved_and_dropped(
    prepbot: Prepbot, folder: Path, tmp_path: Path
) -> None:
    await prepbot("questions", "import", "notes")
    ids = await drafts(prepbot)
    warm, page = ids["Warm Starts & Caching"], ids["System Design"]
    shown = await prepbot("questions", "drafts", "show", warm[:8])
    assert "## Model answer" in shown.stdout
    assert "proposed: criteria" in shown.stdout
    sheet = shown.stdout.split("\nfrom notes/")[0].rstrip() + "\n"
    (tmp_path / "mine.md").write_text(sheet.replace("difficulty: 3", "difficulty: 5"))
    assert read_pack(tmp_path / "mine.md").difficulty == 5
    edited = await prepbot("questions", "drafts", "edit", warm, "--from", "mine.md")
    assert edited.exit_code == 0
    approved = await prepbot("questions", "drafts", "approve", warm[:8])
    assert "now the question warm-starts-caching." in approved.stdout
    assert "decided on already" in (await prepbot("questions", "drafts", "approve", warm)).stdout
    assert "dropped." in (await prepbot("questions", "drafts", "drop", page)).stdout
    assert "No draft waits." in (await prepbot("questions", "drafts", "list")).stdout
    assert "There is no draft" in (await prepbot("questions", "drafts", "show", "zzz")).stderr


async def test_all_drafts_that_are_sure_are_approved_at_once(
    prepbot: Prepbot, folder: Path
) -> None:
    await prepbot("questions", "import", "notes")
    done = await prepbot("questions", "drafts", "approve", "--all-above", "0.9")
    assert done.stdout.count("now the question") == 1
    assert list(await drafts(prepbot)) == ["System Design"]
    assert (await prepbot("questions", "drafts", "approve")).exit_code == 2


async def test_a_broken_edit_names_its_line(prepbot: Prepbot, folder: Path) -> None:
    await prepbot("questions", "import", "notes")
    (warm, *_) = (await drafts(prepbot)).values()
    (folder.parent / "bad.md").write_text("---\nid: x\nrole: }\n---\n")
    failed = await prepbot("questions", "drafts", "edit", warm, "--from", "bad.md")
    assert failed.exit_code == 1
    assert "line 3" in failed.stderr


ESSAY = "Interviewers like to ask why a queue grows. It grows when arrivals outpace service.\n"


async def test_running_text_without_a_model_is_said_plainly(
    prepbot: Prepbot, tmp_path: Path
) -> None:
    (tmp_path / "essay.txt").write_text(ESSAY)
    shown = await prepbot("questions", "import", "essay.txt", "--dry-run")
    assert shown.exit_code == 0
    assert "essay.txt: no question was found in it; with a model" in shown.stdout


async def test_running_text_is_read_by_the_model(
    prepbot: Prepbot, model: FakeModel, tmp_path: Path
) -> None:
    (tmp_path / "essay.txt").write_text(ESSAY)
    found = {
        "questions": [
            {
                "question": "why a queue grows",
                "answer": "It grows when arrivals outpace service.",
                "topic": "queues",
                "tests": "Knows what makes a queue grow.",
            }
        ]
    }
    model.queue(says(json.dumps(found)))
    shown = await prepbot("questions", "import", "essay.txt", "--dry-run", "--json")
    (draft,) = json.loads(shown.stdout)["drafts"]
    assert draft["prompt"] == "why a queue grows"
    assert any("a model found this" in one["message"] for one in draft["findings"])
    assert ESSAY.strip() in model.requests[0].body["messages"][1]["content"]
    none = await prepbot("questions", "import", "essay.txt", "--dry-run", "--no-model")
    assert len(model.requests) == 1
    assert "no question was found in it" in none.stdout


async def test_a_teams_own_questions_are_exported_as_pack_files(
    prepbot: Prepbot, folder: Path, tmp_path: Path
) -> None:
    await prepbot("questions", "import", "notes")
    await prepbot("questions", "drafts", "approve", "--all-above", "0.9")
    done = await prepbot("questions", "export", "out", "--team", "console/local")
    assert done.stdout == "1 questions written to out.\n"
    question = read_pack(tmp_path / "out" / "ml-engineer" / "warm-starts-caching.md")
    assert question.title == "Warm Starts & Caching"
    again = await prepbot("questions", "import", "out", "--dry-run", "--json")
    (draft,) = json.loads(again.stdout)["drafts"]
    assert draft["confidence"] == 1.0
