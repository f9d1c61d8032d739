"""Killed with SIGKILL before any commit of a whole interview, from its command to its report, and
restarted: each turn is seen once, no answer is lost, and the report comes once.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.bot.kill.process import Bot, a_bot, before_commits, redeliver_if_needed
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import Delivery, FakeSlack, Post
from tests.wire.slack_visits import direct

DM = direct("U1")
ANSWERS = {
    "opening": "I built the search of a bank's help pages, and owned its index.",
    "question": "I would look at the retrieved chunks first, and compare them with the source.",
    "follow-up": "Then I would count how often each of the chunks was wrong, week by week.",
    "invitation": "How many people work in the team?",
    "reply": "No, thank you.",
}
# From the command to the report's files there are fewer.
COMMITS = 90
PATIENCE = 90.0
ASKED = "SELECT number, kind FROM practice_turns WHERE state = 'asked'"
OVER = "SELECT 1 FROM reports WHERE state = 'sent'"


@dataclass
class Candidate:
    """Somebody who answers each turn once, as soon as it stands, whatever becomes of the bot."""

    slack: FakeSlack
    bot: Bot
    written: dict[int, str] = field(default_factory=dict)
    last: Delivery | None = None
    restarts: int = 0

    async def practise(self) -> None:
        """Hold the interview to its report; whoever kills the bot has it started again."""
        async with asyncio.timeout(PATIENCE):
            await self._call()
            while not self.bot.rows(OVER):
                await self._restart_if_dead()
                for number, kind in self.bot.rows(ASKED):
                    await self._answer(int(str(number)), str(kind))
                await asyncio.sleep(0.05)

    async def _call(self) -> None:
        """Call for an interview; a command that nobody acknowledged is lost, and called again."""
        self.last = await self.slack.command("practice ai-engineer 1 real")
        while not self.bot.rows("SELECT 1 FROM practice_sessions"):
            if await self._restart_if_dead():
                self.last = await self.slack.command("practice ai-engineer 1 real")
            await asyncio.sleep(0.05)

    async def _answer(self, number: int, kind: str) -> None:
        if number not in self.written:
            self.written[number] = f"{ANSWERS[kind]}"
            self.last = await self.slack.say(DM, "U1", ANSWERS[kind])

    async def _restart_if_dead(self) -> bool:
        process = self.bot.process
        if process is None or process.returncode is None:
            return False
        await self.bot.start()
        self.restarts += 1
        if self.last is not None and self.last.envelope.get("type") == "events_api":
            await redeliver_if_needed(self.slack, self.last)
        return True


def key_of(post: Post) -> str:
    payload = (post.metadata or {}).get("event_payload", {})
    return str(payload.get("key", ""))


def expect_each_once(candidate: Candidate) -> None:
    """Each turn stands once in the conversation, with its answer, and the report once."""
    turns = candidate.bot.rows(
        "SELECT session_id, number, kind, answer, state FROM practice_turns ORDER BY number"
    )
    assert len({session_id for session_id, *_ in turns}) == 1
    kinds = [kind for _, _, kind, _, _ in turns]
    assert kinds[:2] == ["opening", "question"]
    assert kinds[-1] == "close"
    assert not [state for *_, state in turns if state in {"due", "asked", "answered"}]
    answers = {number: answer for _, number, _, answer, _ in turns if answer}
    assert answers == candidate.written
    stood = Counter(key_of(post) for post in candidate.slack.posts if post.channel == DM)
    del stood[""]
    assert set(stood.values()) == {1}, stood
    expected = {f"practice-turn:{session_id}-{number}" for session_id, number, *_ in turns}
    assert {key for key in stood if key.startswith("practice-turn:")} == expected
    reports = [p for p in candidate.slack.posts if "Your interview: AI Engineer" in p.plain]
    assert len(reports) == 1


async def kill_within_the_course(kill_at: int, folder: Path) -> bool:
    """Hold an interview that is killed once; return whether it was."""
    async with FakeSlack() as slack, FakeModel() as model, a_bot(slack, model, folder) as bot:
        await bot.start(kill_at=kill_at)
        bot.arm()
        candidate = Candidate(slack, bot)
        await candidate.practise()
        await bot.stop()
        expect_each_once(candidate)
        return candidate.restarts > 0


@pytest.mark.parametrize("kill_at", before_commits([4, 13, 24, 35, 46, 57], ordinary={13, 46}))
@pytest.mark.timeout(180)
async def test_killed_anywhere_an_interview_comes_to_its_report(
    kill_at: int, tmp_path: Path
) -> None:
    assert await kill_within_the_course(kill_at, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(28_800)
async def test_two_hundred_kills_from_the_command_to_the_report(tmp_path: Path) -> None:
    chance, killed = random.Random(7), 0
    for number in range(200):
        folder = tmp_path / str(number)
        folder.mkdir()
        killed += await kill_within_the_course(chance.randint(1, COMMITS), folder)
    assert killed > 100
