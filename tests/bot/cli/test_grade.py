"""`prepbot grade`: one answer, graded or refused, and nothing stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from questions.grading import MAX_REPLY_CHARACTERS
from questions.packs import find_shipped, shipped_bank, write_pack
from questions.question import Question, Verdict
from tests.bot.cli.conftest import Prepbot
from tests.wire.fake_model import FakeModel
from tests.wire.model_behaviour import refuses, status

ID = "assistant-token-bill-halved"
ANSWER = (
    "I would log cached and uncached input tokens, output tokens and time to first token per "
    "call, and put the unchanging system prompt first so that the prompt cache hits."
)


@pytest.fixture
def question() -> Question:
    found, _ = find_shipped(ID)
    assert found is not None
    return found


async def grade_json(prepbot: Prepbot, answer: str | bytes, *more: str) -> dict[str, Any]:
    shown = await prepbot("grade", ID, "--answer", "-", "--json", *more, typed=answer)
    return {"exit": shown.exit_code, **json.loads(shown.stdout)}


async def test_a_grade_as_json(prepbot: Prepbot, model: FakeModel, question: Question) -> None:
    await prepbot("index", "rebuild")
    grade = await grade_json(prepbot, ANSWER)
    assert set(grade) == {
        *("exit", "state", "reason", "score", "max", "criteria", "grader", "related"),
        *("band", "is_estimate", "low_confidence", "errors", "rewording", "usage"),
    }
    assert grade["exit"] == 0
    assert (grade["state"], grade["reason"], grade["max"]) == ("graded", None, 5)
    assert grade["grader"] == "openai:gpt-5-mini"
    assert grade["is_estimate"] is False

    criteria = grade["criteria"]
    assert [c["id"] for c in criteria] == list(question.rubric.ids)
    assert [c["weight"] for c in criteria] == [c.weight for c in question.rubric.criteria]
    assert all(set(c) == {"id", "verdict", "weight", "quote", "comment"} for c in criteria)
    assert {c["verdict"] for c in criteria} == {"met", "missed"}
    assert all(c["quote"] in ANSWER for c in criteria)
    earned = sum(c["weight"] * Verdict(c["verdict"]).share for c in criteria)
    assert grade["score"] == round(5 * earned / question.rubric.total_weight, 1)

    assert grade["related"]
    assert set(grade["related"]) <= {q.id for q in shipped_bank()} - {ID}


async def test_a_grade_for_people(prepbot: Prepbot, model: FakeModel, question: Question) -> None:
    shown = await prepbot("grade", ID, "--answer", "-", typed=ANSWER)
    assert shown.exit_code == 0
    first, *rest = shown.stdout.splitlines()
    assert first.split()[0].endswith("/5")
    assert question.title in first
    assert "\n".join(rest).count("“I would log") >= 1


async def test_the_local_grader_needs_no_model_and_says_that_it_estimates(
    prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch, question: Question
) -> None:
    monkeypatch.setenv("PREPBOT_EMBEDDINGS", "auto")
    strong = next(e.text for e in question.exemplars if e.band == "strong")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    grade = await grade_json(prepbot, strong, "--grader", "local")
    assert (grade["exit"], grade["state"], grade["is_estimate"]) == (0, "graded", True)
    assert [c["id"] for c in grade["criteria"]] == list(question.rubric.ids)
    assert grade["score"] > 0
    assert all(c["quote"] in strong for c in grade["criteria"])
    shown = await prepbot("grade", ID, "--answer", "-", "--grader", "local", typed=strong)
    assert f"{grade['score']:.1f}/5 (estimate)" in shown.stdout


async def test_an_answer_in_a_file_to_a_pack_file(
    prepbot: Prepbot, model: FakeModel, question: Question, tmp_path: Path
) -> None:
    own = tmp_path / "own.md"
    own.write_text(write_pack(question.model_copy(update={"id": "my-own"})), encoding="utf-8")
    (tmp_path / "answer.txt").write_bytes("\ufeffCached, das ist schön.\r\n".encode())
    shown = await prepbot("grade", "--question", "own.md", "--answer", "answer.txt", "--json")
    assert json.loads(shown.stdout)["state"] == "graded"
    assert model.requests[0].reply.strip() == "Cached, das ist schön."


async def test_ungraded_is_a_state_with_a_reason(prepbot: Prepbot, model: FakeModel) -> None:
    model.default = refuses()
    grade = await grade_json(prepbot, ANSWER)
    assert (grade["exit"], grade["state"], grade["reason"]) == (0, "ungraded", "refused")
    assert (grade["score"], grade["criteria"], grade["related"]) == (None, [], [])
    shown = await prepbot("grade", ID, "--answer", "-", typed=ANSWER)
    assert shown.stdout.startswith("Not graded. ")
    assert "/5" not in shown.stdout


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "empty"),
        (" \n\t\n", "empty"),
        ("yes", "too-short"),
        ("word " * (MAX_REPLY_CHARACTERS // 5) + "one", "too-long"),
        (b"PK\x03\x04\x14\x00\x06\x00", "not-text"),
        (b"\xff\xfe\xfa neither is this", "not-text"),
    ],
    ids=["nothing", "blanks", "one word", "too long", "binary", "no UTF-8"],
)
async def test_what_cannot_be_graded_never_reaches_the_model(
    prepbot: Prepbot, model: FakeModel, answer: str | bytes, reason: str
) -> None:
    grade = await grade_json(prepbot, answer)
    assert (grade["exit"], grade["state"], grade["reason"]) == (0, "ungraded", reason)
    assert grade["detail"].endswith(".")
    assert model.requests == []


async def test_the_longest_answer_is_graded_whole(prepbot: Prepbot, model: FakeModel) -> None:
    longest = ("word " * (MAX_REPLY_CHARACTERS // 5))[:-4] + "last"
    assert len(longest) == MAX_REPLY_CHARACTERS
    assert (await grade_json(prepbot, longest))["state"] == "graded"
    assert model.requests[0].reply == longest


async def test_a_model_that_is_down(prepbot: Prepbot, model: FakeModel) -> None:
    model.default = status(503)
    grade = await grade_json(prepbot, ANSWER)
    assert (grade["exit"], grade["state"], grade["reason"]) == (1, "ungraded", "unavailable")


async def test_a_model_that_cannot_be_reached(
    prepbot: Prepbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    shown = await prepbot("grade", ID, "--answer", "-", typed=ANSWER)
    assert shown.exit_code == 1
    assert shown.stdout == ""
    assert "the model endpoint could not be reached" in shown.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([ID, "--answer", "nowhere.txt"], 1, "nowhere.txt can't be read (No such file"),
        ([ID, "--answer", "."], 1, ". can't be read (Is a directory)"),
        (["assistant-token-bill", "--answer", "-"], 1, f"Did you mean {ID}"),
        (["--question", "nowhere.md", "--answer", "-"], 1, "nowhere.md:1: can't be opened"),
        (["--question", "broken.md", "--answer", "-"], 1, "broken.md:8: "),
        ([ID, "--question", "broken.md", "--answer", "-"], 2, "by its id, or give a pack file"),
        (["--answer", "-"], 2, "by its id, or give a pack file"),
        ([ID], 2, "Missing option '--answer'"),
        ([ID, "--answer", "-", "--grader", "openai"], 1, "OPENAI_API_KEY"),
    ],
)
async def test_what_is_missing_or_broken_is_named(
    prepbot: Prepbot,
    question: Question,
    tmp_path: Path,
    args: list[str],
    code: int,
    said: str,
) -> None:
    lines = write_pack(question).splitlines()
    assert lines[7].startswith("difficulty")
    lines[7] = "difficulty: 9"
    (tmp_path / "broken.md").write_text("\n".join(lines), encoding="utf-8")
    shown = await prepbot("grade", *args, typed=ANSWER)
    assert shown.exit_code == code
    assert said in shown.stderr.splitlines()[-1]
    assert shown.stdout == ""
