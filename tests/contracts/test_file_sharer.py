"""One suite for handing files over, each platform behind its real client."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from handlers.ports import DeliveryFailed, FileSharer, OutgoingFile, TargetGone
from handlers.refs import ChannelRef
from tests.contracts.place import ConsolePlace, DiscordPlace, SlackPlace
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_slack import Failure, FakeSlack

FILES = (
    OutgoingFile(
        name="report.md", media_type="text/markdown", title="Report", content=b"# Hi\n" * 900
    ),
    OutgoingFile(
        name="report.pdf", media_type="application/pdf", title="As PDF", content=bytes(range(256))
    ),
)
DIGESTS = sorted(hashlib.sha256(file.content).hexdigest() for file in FILES)


class Desk(Protocol):
    """A platform that files can be handed over on, and eyes to see what came."""

    @property
    def platform(self) -> FileSharer: ...

    @property
    def channel(self) -> ChannelRef: ...

    def contents(self) -> list[list[bytes]]:
        """The files of each message, in order."""

    def lose_next_answer(self) -> None:
        """Let the next message get through, and its answer be lost."""

    def forget(self) -> None:
        """Let time pass."""


class ConsoleDesk(ConsolePlace):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._reports = folder / "reports"

    def contents(self) -> list[list[bytes]]:
        shown = [text for text in self.texts() if str(self._reports) in text]
        return [[path.read_bytes() for path in sorted(self._reports.iterdir())] for _ in shown]


class SlackDesk:
    channel = SlackPlace.channel

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.platform = SlackPlatform(
            SlackConfig(bot_token=slack.bot_token, api_url=slack.base_url)
        )

    def forget(self) -> None:
        """Slack never recognises a repetition."""

    def contents(self) -> list[list[bytes]]:
        kept = self.slack.workspace.files.kept
        messages = self.slack.workspace.channels[self.channel.id].messages
        return [[kept[f["id"]].content for f in m["files"]] for m in messages if "files" in m]

    def lose_next_answer(self) -> None:
        self.slack.script_failure("files.completeUploadExternal", Failure(drop="after"))


class DiscordDesk(DiscordPlace):
    def __init__(self, discord: FakeDiscord) -> None:
        super().__init__(discord)
        self.discord = discord

    def contents(self) -> list[list[bytes]]:
        uploads = self.discord.uploads
        return [
            [uploads[file["filename"]] for file in post.attachments]
            for post in self.discord.posts
            if post.attachments
        ]


@pytest.fixture(params=["console", "slack", "discord"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    match request.param:
        case "console":
            yield ConsoleDesk(tmp_path)
        case "slack":
            async with FakeSlack() as slack:
                yield SlackDesk(slack)
        case "discord":
            async with FakeDiscord() as discord:
                there = DiscordDesk(discord)
                yield there
                await there.platform.close()


def digests(files: list[bytes]) -> list[str]:
    return sorted(hashlib.sha256(content).hexdigest() for content in files)


async def test_files_come_together_as_they_were(desk: Desk) -> None:
    posted = await desk.platform.share(desk.channel, FILES, text="Your <report>", key="k")

    [files] = desk.contents()
    assert digests(files) == DIGESTS
    assert posted.message.channel == desk.channel


@pytest.mark.parametrize("later", [False, True], ids=["at once", "much later"])
async def test_files_whose_answer_was_lost_stand_once(desk: Desk, later: bool) -> None:
    desk.lose_next_answer()
    with contextlib.suppress(DeliveryFailed):
        await desk.platform.share(desk.channel, FILES, text="Report", key="k")
    if later:
        desk.forget()

    await desk.platform.share(desk.channel, FILES, text="Report", key="k", maybe_sent=True)
    assert [digests(files) for files in desk.contents()] == [DIGESTS]


async def test_another_key_is_another_message(desk: Desk) -> None:
    for key in ("one", "two"):
        await desk.platform.share(desk.channel, FILES, text="Report", key=key, maybe_sent=True)

    assert len(desk.contents()) == 2


async def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")
    desk = ConsoleDesk(tmp_path)

    with pytest.raises(DeliveryFailed, match="can't be written"):
        await desk.platform.share(desk.channel, FILES, text="Report", key="k")


async def test_a_channel_that_is_gone_on_slack() -> None:
    async with FakeSlack() as slack:
        desk = SlackDesk(slack)
        slack.workspace.channels["C1"].is_archived = True
        with pytest.raises(TargetGone):
            await desk.platform.share(desk.channel, FILES, text="Report", key="k")


async def test_an_app_without_the_scope_is_told_which() -> None:
    async with FakeSlack() as slack:
        desk = SlackDesk(slack)
        slack.workspace.scopes.discard("files:write")
        with pytest.raises(DeliveryFailed, match="files:write"):
            await desk.platform.share(desk.channel, FILES, text="Report", key="k")


async def test_an_upload_that_slack_refuses_shows_nothing() -> None:
    async with FakeSlack() as slack:
        desk = SlackDesk(slack)
        slack.workspace.files.refuses = True
        with pytest.raises(DeliveryFailed, match="refused the file"):
            await desk.platform.share(desk.channel, FILES, text="Report", key="k")
        assert desk.contents() == []


async def test_a_channel_that_is_gone_on_discord() -> None:
    async with FakeDiscord() as discord:
        desk = DiscordDesk(discord)
        desk.lose_channel()
        with pytest.raises(TargetGone):
            await desk.platform.share(desk.channel, FILES, text="Report", key="k")
        await desk.platform.close()
