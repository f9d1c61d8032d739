"""The console in a real terminal, as a person meets it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.bot.console.terminal import CTRL_C, CTRL_D, Terminal
from tests.wire.fake_model import FakeModel
from tests.wire.model_behaviour import held

ANSWER = "I would log cached and uncached input tokens, output tokens and time to first token."


@pytest.fixture
def settings(model: FakeModel, been_here: None) -> dict[str, str]:
    return {"OPENAI_BASE_URL": model.base_url}


async def test_a_conversation(tmp_path: Path, model: FakeModel, settings: dict[str, str]) -> None:
    async with Terminal(tmp_path, "console", "--as", "Ada", settings=settings) as terminal:
        await terminal.wait_for_prompt()
        assert "/prep today asks a question" in terminal.text
        terminal.type("/prep today ai-engineer\n")
        await terminal.wait_for("difficulty")
        await terminal.wait_for_prompt()
        assert [line for line in terminal.text.splitlines() if len(line) > 88] == []

        # A paste is too long for a terminal's line; several lines are not.
        terminal.type("x" * 5000 + "\n")
        await terminal.wait_for("longer than a terminal passes on")
        await terminal.wait_for_prompt()
        terminal.type("/prep answer\n")
        await terminal.wait_for("stop sends it.")
        await terminal.wait_for_prompt()
        terminal.type(f"{ANSWER}\n\nThat is all.\n.\n")
        await terminal.wait_for("/5")
        await terminal.wait_for_prompt()
        assert [request.reply for request in model.requests] == [f"{ANSWER}\n\nThat is all."]

        # A grade that comes late goes above the prompt, which is shown again below it.
        release = asyncio.Event()
        model.queue(held(release))
        terminal.type(f"{ANSWER} Once more.\n")
        await model.wait_for_request(2)
        terminal.type("/prep leaderboard\n")
        await terminal.wait_for("Ties:")
        terminal.type(CTRL_D)
        await terminal.wait_for("I'm waiting for your grade.")
        release.set()
        assert await terminal.wait_for_end() == 0
        assert terminal.text.count("/5") == 2
        assert "Traceback" not in terminal.text


async def test_it_opens_on_a_question_and_ends_on_ctrl_c(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    async with Terminal(tmp_path, "run", settings=settings) as terminal:
        await terminal.wait_for("difficulty")
        await terminal.wait_for_prompt()
        assert "Type your answer on one line" in terminal.text
        terminal.type("half an ans" + CTRL_C)
        assert await terminal.wait_for_end() == 130
        assert terminal.text.endswith("^C\n")
        assert "Traceback" not in terminal.text
