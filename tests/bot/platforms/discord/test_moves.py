"""Servers add the bot and remove it."""

from __future__ import annotations

import asyncio

import pytest

from bot.platforms.discord.moves import Moves
from handlers.refs import Platform, WorkspaceRef
from handlers.storage import StorageUnavailable
from tests.bot.platforms.discord.conftest import StartApp
from tests.wire.fake_discord import FakeDiscord


class Diary:
    """Takes down what happened, after so many failures to."""

    def __init__(self, failures: int = 0) -> None:
        self.entries: list[tuple[str, WorkspaceRef]] = []
        self.failures = failures
        self._changed = asyncio.Condition()

    async def _note(self, what: str, workspace: WorkspaceRef) -> None:
        if self.failures:
            self.failures -= 1
            raise StorageUnavailable("locked")
        async with self._changed:
            self.entries.append((what, workspace))
            self._changed.notify_all()

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(30), self._changed:
            await self._changed.wait_for(lambda: len(self.entries) >= count)

    async def left(self, workspace: WorkspaceRef) -> None:
        await self._note("left", workspace)

    async def came(self, workspace: WorkspaceRef) -> None:
        await self._note("came", workspace)

    @property
    def moves(self) -> Moves:
        return Moves(left=self.left, came=self.came, retry_seconds=(0.01,))


@pytest.mark.parametrize("failures", [0, 3])
async def test_a_removal_and_a_return_are_handed_on(
    discord: FakeDiscord, start_app: StartApp, failures: int
) -> None:
    diary = Diary(failures)
    await start_app(moves=diary.moves)
    server = WorkspaceRef(platform=Platform.DISCORD, id=str(discord.guild_id))
    await diary.wait_for(1)

    await discord.remove_bot()
    await diary.wait_for(2)
    await discord.add_bot()
    await diary.wait_for(3)

    assert diary.entries == [("came", server), ("left", server), ("came", server)]


async def test_an_outage_is_no_removal(discord: FakeDiscord, start_app: StartApp) -> None:
    diary = Diary()
    await start_app(moves=diary.moves)

    await discord.remove_bot(outage=True)
    await discord.add_bot()
    called = await discord.slash(discord.channel_id, "Ana", "today")
    await discord.wait_for_answer(called)

    assert "left" not in [what for what, _ in diary.entries]
