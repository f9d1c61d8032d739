"""One team, and one person in it, on Slack and Discord at once: one bot, one board."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Final

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import DiscordDriver, SlackDriver
from tests.bot.scenario.running import ANSWER, running
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack
from tests.wire.model_behaviour import rules

CODE: Final = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")
ROW: Final = re.compile(r"^(?:\d+\. )?\**([^*\n]+?)\**\s+(\d+) points", re.MULTILINE)
# The members: Ben on Discord is U1 on Slack; U2 and Ada lead.
MEMBER, BEN, LEAD, ADA = "U1", "Ben", "U2", "Ada"


class Both(SlackDriver):
    """People of a Slack workspace and of a Discord server, served by one bot."""

    def __init__(self, slack: FakeSlack, discord: FakeDiscord) -> None:
        super().__init__(slack)
        self.elsewhere = DiscordDriver(discord)
        self.discord = discord
        slack.workspace.admins.add(LEAD)

    def settings(self) -> dict[str, str]:
        return super().settings() | self.elsewhere.settings()

    async def wait_until_connected(self) -> None:
        await asyncio.gather(super().wait_until_connected(), self.elsewhere.wait_until_connected())

    async def on_slack(self, text: str, user: str) -> str:
        """Call a command on Slack; return what the caller alone reads."""
        seen = len(self.slack.posts)
        await self.slack.command(text, user=user)
        told = await self.slack.wait_for(
            lambda: next((p for p in self.slack.posts[seen:] if p.to_user == user), None),
            timeout=30,
        )
        return told.plain

    async def board(self) -> dict[str, int]:
        """Return the board's points by name; it is the same on both platforms."""
        here, there = await asyncio.gather(
            self.on_slack("leaderboard", LEAD), self.elsewhere.command("leaderboard", {})
        )
        assert ROW.findall(here) == ROW.findall(there)
        return {name: int(points) for name, points in ROW.findall(here)}

    async def join_the_teams(self) -> str:
        """Have a lead on Discord type the code of a lead on Slack, and agree."""
        code = CODE.search(await self.on_slack("link team", LEAD))
        assert code is not None
        called = await self.discord.slash(
            self.discord.channel_id, ADA, "link", {"code": code[0]}, manages=True
        )
        asked = await self.discord.wait_for_answer(called)
        pressed = await self.discord.click(asked, ADA, "Join the teams", manages=True)
        return (await self.discord.wait_for_answer(pressed)).text

    async def link_the_member(self) -> str:
        """Have the member write the code from Slack to the bot on Discord."""
        code = CODE.search(await self.on_slack("link", MEMBER))
        assert code is not None
        conversation = self.discord.direct_channel(BEN)
        called = await self.discord.slash(conversation, BEN, "link", {"code": code[0]})
        return (await self.discord.wait_for_answer(called)).text

    async def answer_on_both(self) -> None:
        """Ask a question on each platform and have the member answer it."""
        await self.on_slack("today --role ai-engineer", LEAD)
        await self.wait_for_question()
        await self.reply(MEMBER, ANSWER)
        await self.wait_for_sign("graded")
        await self.elsewhere.command("today", {"role": "ml-engineer"})
        await self.elsewhere.wait_for_question()
        await self.elsewhere.reply(BEN, ANSWER)
        await self.elsewhere.wait_for_sign("graded")


async def test_a_member_on_both_platforms_has_one_row_with_all_points_until_they_unlink(
    tmp_path: Path,
) -> None:
    async with (
        FakeSlack() as slack,
        FakeDiscord() as discord,
        FakeModel(default=rules("met")) as model,
    ):
        both = Both(slack, discord)
        async with running(both, tmp_path, FakeClock(), **model.endpoint):
            assert "you are one team now" in await both.join_the_teams()
            assert "Slack and Discord are one member" in await both.link_the_member()
            await both.answer_on_both()

            linked = await both.board()
            parted_words = await both.on_slack("unlink", MEMBER)
            parted = await both.board()

    assert len(linked) == 1
    assert "two members again" in parted_words
    assert len(parted) == 2
    assert sum(parted.values()) == sum(linked.values())
    assert all(points > 0 for points in parted.values())
