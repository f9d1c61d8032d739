"""The main job through a pipe: ask, answer, grade, rank, on real parts."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Prepbot
from tests.bot.cli.process import run_prepbot
from tests.wire.fake_model import FakeModel
from tests.wire.model_behaviour import held, status

TODAY = "/prep today --role ai-engineer\n"
ANSWER = (
    "I would log cached and uncached input tokens, output tokens and time to first token per "
    "call, and gate each change on an evaluation set of real conversations.\n"
)
BOARD = "/prep leaderboard\n"
QUESTION = "AI Engineer · difficulty"
GRADE = re.compile(r"^tester: [0-5]\.\d/5, [a-z ]+$", re.MULTILINE)


@pytest.fixture
def prepbot(prepbot: Prepbot, been_here: None) -> Prepbot:
    """Commands of this process; those that run in a process of their own begin with nothing."""
    return prepbot


async def test_ask_answer_grade_rank(tmp_path: Path, model: FakeModel) -> None:
    ended = await run_prepbot(
        tmp_path,
        *("console", "--as", "tester"),
        settings={"PREPBOT_GRADER": "openai", "OPENAI_BASE_URL": model.base_url},
        typed=(TODAY + ANSWER + BOARD).encode(),
    )
    assert ended.code == 0, ended.err
    assert "Traceback" not in ended.err
    asked, graded, ranked = (
        ended.out.index(QUESTION),
        ended.out.index("tester: "),
        ended.out.index("1. tester "),
    )
    assert asked < graded < ranked
    assert len(GRADE.findall(ended.out)) == 1
    assert "Met: " in ended.out
    assert [request.reply for request in model.requests] == [ANSWER.strip()]


async def test_without_a_model_the_grade_is_an_estimate_that_says_so(tmp_path: Path) -> None:
    ended = await run_prepbot(
        tmp_path,
        *("console", "--as", "tester"),
        settings={"PREPBOT_EMBEDDINGS": "auto"},
        typed=(TODAY + ANSWER + BOARD).encode(),
    )
    assert ended.code == 0, ended.err
    assert "Traceback" not in ended.err
    (grade,) = re.findall(r"^tester: [0-5]\.\d/5, [a-z ]+ \(estimate\)$", ended.out, re.MULTILINE)
    asked, graded, ranked = map(ended.out.index, (QUESTION, grade, "1. tester "))
    assert asked < graded < ranked
    assert "without a language model" in ended.out


async def test_the_end_of_input_waits_for_pending_grades(
    prepbot: Prepbot, model: FakeModel
) -> None:
    release = asyncio.Event()
    model.queue(held(release))
    running = asyncio.create_task(prepbot("console", "--as", "tester", typed=TODAY + ANSWER))
    await model.wait_for_request(timeout=30)
    assert not running.done()
    release.set()
    shown = await running
    assert shown.exit_code == 0
    assert shown.stdout.rstrip().endswith("points.")
    assert len(GRADE.findall(shown.stdout)) == 1


async def test_a_second_run_goes_on_where_the_first_ended(
    prepbot: Prepbot, model: FakeModel
) -> None:
    first = await prepbot("console", "--as", "tester", typed=TODAY + ANSWER)
    second = await prepbot("console", "--as", "tester", typed=TODAY + BOARD)
    for shown in (first, second):
        assert shown.exit_code == 0
        assert shown.stdout.count(QUESTION) == 1
    assert _title(second.stdout) == _title(first.stdout)
    assert len(GRADE.findall(first.stdout)) == 1
    assert GRADE.findall(second.stdout) == []
    assert "1 answer ·" in second.stdout
    assert len(model.requests) == 1


async def test_what_is_no_answer_costs_nothing(prepbot: Prepbot, model: FakeModel) -> None:
    script = (TODAY + "\n   \r\nyes\r\n").encode() + b"\xff\xfe\x00\nnul\0 byte here\n"
    too_long = b"word " * 8_001 + b"end\n"
    shown = await prepbot("console", typed=script + too_long + BOARD.encode())
    assert shown.exit_code == 0
    for said in ("One word is too little", "not text", "binary data", "40,008 characters"):
        assert shown.stdout.count(said) == 1
    assert "Nobody has points yet" in shown.stdout
    assert model.requests == []


async def test_an_answer_without_a_question_is_told_so(prepbot: Prepbot, model: FakeModel) -> None:
    shown = await prepbot("console", typed="my answer to nothing")
    assert shown.exit_code == 0
    assert "There is no open question here yet" in shown.stdout


async def test_escape_sequences_of_an_answer_never_reach_the_terminal(
    prepbot: Prepbot, model: FakeModel
) -> None:
    # Neither is a control character of the ASCII kind; the second is text and gets a grade.
    script = (
        f"{TODAY}/prep answer My \x9b31m answer about tokens\n"
        "/prep answer My \u202e answer \u2066 about tokens\n"
    )
    shown = await prepbot("console", typed=script)
    assert shown.exit_code == 0
    assert shown.stdout.count("binary data") == 1
    assert "│ My  answer  about tokens" in shown.stdout
    assert not set("\x1b\x9b\u202e\u2066") & set(shown.stdout)


async def test_the_name_is_shown_on_one_line(prepbot: Prepbot, model: FakeModel) -> None:
    name = "\x1b[31mEve\n\tof “Markdown” *bold* [red]" + "x" * 200
    shown = await prepbot("console", "--as", name, typed=TODAY + ANSWER + BOARD)
    assert shown.exit_code == 0
    assert "\x1b" not in shown.stdout
    (line,) = [line for line in shown.stdout.splitlines() if "points ·" in line]
    assert line.startswith("1. [31mEve of “Markdown” *bold* [red]xxx")


async def test_a_model_that_is_down_for_a_moment(prepbot: Prepbot, model: FakeModel) -> None:
    model.queue(status(503, headers={"Retry-After": "0"}))
    shown = await prepbot("console", "--as", "tester", typed=TODAY + ANSWER)
    assert shown.exit_code == 0
    pending = shown.stdout.index("tester, your answer is safe.")
    assert pending < shown.stdout.index("/5")
    assert len(GRADE.findall(shown.stdout)) == 1
    assert len(model.requests) == 2


def _title(shown: str) -> str:
    """The line above a question's text."""
    lines = shown.splitlines()
    end = next(n for n, line in enumerate(lines) if line.startswith(QUESTION))
    return lines[end - 3]


async def test_run_opens_the_console_even_with_tokens_where_it_is_told_to(
    prepbot: Prepbot, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-unused")
    shown = await prepbot("run", "--console", typed="")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("This is Prepbot's console.")
    assert shown.stdout.count("· difficulty") == 1
