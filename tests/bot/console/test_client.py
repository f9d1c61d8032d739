"""Speaking on the console: once for a key, in this process and the next."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest

from bot.platforms.console.client import CHANNEL, ConsolePlatform
from handlers.message import say
from handlers.ports import Reaction
from handlers.refs import MessageRef


async def test_the_next_process_knows_what_was_said(tmp_path: Path) -> None:
    first, second = io.StringIO(), io.StringIO()
    posted = await ConsolePlatform(tmp_path, first).post(CHANNEL, say("hello"), key="k")
    again = await ConsolePlatform(tmp_path, second).post(
        CHANNEL, say("hello"), key="k", maybe_sent=True
    )
    assert again == posted
    assert (first.getvalue(), second.getvalue()) == ("hello\n\n", "")


async def test_a_transcript_that_was_cut_short_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    out = io.StringIO()
    posted = await ConsolePlatform(tmp_path, out).post(CHANNEL, say("hello"), key="k")
    with (tmp_path / "console.jsonl").open("ab") as transcript:
        transcript.write(b'[1]\n\xff\xfe\n{"key": "k", "i')
    again = await ConsolePlatform(tmp_path, out).post(
        CHANNEL, say("hello"), key="k", maybe_sent=True
    )
    assert again == posted


async def test_a_transcript_that_cannot_be_written_repeats_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "console.jsonl").mkdir()
    out = io.StringIO()
    platform = ConsolePlatform(tmp_path, out)
    with caplog.at_level(logging.WARNING):
        posted = await platform.post(CHANNEL, say("hello"), key="k")
    assert "transcript can't be written" in caplog.text
    assert await platform.post(CHANNEL, say("hello"), key="k", maybe_sent=True) == posted
    assert out.getvalue() == "hello\n\n"


async def test_only_the_first_sign_is_shown(tmp_path: Path) -> None:
    out = io.StringIO()
    platform = ConsolePlatform(tmp_path, out)
    for reaction in Reaction:
        await platform.react(MessageRef(channel=CHANNEL, id="1"), reaction)
    assert out.getvalue() == "Got it. Grading…\n\n"
