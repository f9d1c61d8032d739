"""A channel on each platform, with eyes to see what stands there."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Protocol

from bot.platforms.console.client import CHANNEL, ConsolePlatform, user_ref
from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.config import DiscordConfig
from bot.platforms.slack.client import SlackPlatform
from bot.platforms.slack.config import SlackConfig
from handlers.ports import ChatPlatform
from handlers.refs import ChannelRef, Platform, ThreadRef, UserRef
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_slack import Failure, FakeSlack


class Place(Protocol):
    """A platform with a channel, and eyes to see what stands there."""

    channel: ChannelRef

    @property
    def platform(self) -> ChatPlatform: ...

    def lose_next_answer(self) -> None:
        """Let the next message get through, and its answer be lost."""

    def forget(self) -> None:
        """Let as much time pass that the platform itself recognises no repetition."""

    def break_reactions(self) -> None:
        """Let every reaction fail from now on."""

    def lose_channel(self) -> None:
        """Take the channel away for good."""

    @property
    def person(self) -> UserRef:
        """Somebody whom the bot may write to."""

    @property
    def nobody(self) -> UserRef:
        """Somebody who does not exist."""

    def texts(self, thread: ThreadRef | None = None) -> list[str]:
        """What the bot's messages say, in the channel itself or in a thread."""


class ConsolePlace:
    channel = CHANNEL

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._screen = io.StringIO()
        self.platform = ConsolePlatform(folder, self._screen)

    def lose_next_answer(self) -> None:
        """Nothing lies between us and the screen: only a killed process loses an answer."""

    def forget(self) -> None:
        self.platform = ConsolePlatform(self._folder, self._screen)

    def break_reactions(self) -> None:
        self._folder.joinpath("console.jsonl").mkdir()

    def lose_channel(self) -> None:
        raise AssertionError("the console has no channel to lose")

    @property
    def person(self) -> UserRef:
        return user_ref("ada")

    @property
    def nobody(self) -> UserRef:
        raise AssertionError("whoever types in a terminal is there")

    def texts(self, thread: ThreadRef | None = None) -> list[str]:
        return [text for text in self._screen.getvalue().split("\n\n") if text]


class SlackPlace:
    channel = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="C1")

    def __init__(self, slack: FakeSlack, platform: ChatPlatform | None = None) -> None:
        self._slack = slack
        self.platform = platform or SlackPlatform(
            SlackConfig(
                bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.base_url
            )
        )

    def lose_next_answer(self) -> None:
        self._slack.script_failure("chat.postMessage", Failure(drop="after"))

    def forget(self) -> None:
        """Slack never recognises a repetition."""

    def break_reactions(self) -> None:
        for failure in (Failure(error="missing_scope"), Failure(status=500, body="no JSON")):
            self._slack.script_failure("reactions.add", failure)
        self._slack.script_failure("reactions.add", Failure(drop="before"), times=20)

    @property
    def person(self) -> UserRef:
        return UserRef(platform=Platform.SLACK, realm="T1", id="U1")

    @property
    def nobody(self) -> UserRef:
        return UserRef(platform=Platform.SLACK, realm="T1", id="U404")

    def lose_channel(self) -> None:
        self._slack.workspace.channels["C1"].is_archived = True

    def texts(self, thread: ThreadRef | None = None) -> list[str]:
        wanted = thread.id if thread else None
        return [
            post.plain.strip()
            for post in self._slack.posts
            if post.thread_ts == wanted and post.channel == self.channel.id
        ]


class DiscordPlace:
    def __init__(self, discord: FakeDiscord) -> None:
        self._discord = discord
        self.channel = ChannelRef(
            platform=Platform.DISCORD,
            workspace_id=str(discord.guild_id),
            id=str(discord.channel_id),
        )
        self.platform = DiscordPlatform(
            DiscordConfig(
                token=discord.token, api_url=discord.api_url, gateway_url=discord.gateway_url
            )
        )

    def lose_next_answer(self) -> None:
        self._discord.script_failure("POST", "/messages$", drop=True, after=True)

    def forget(self) -> None:
        self._discord.forget_nonces()

    def break_reactions(self) -> None:
        self._discord.script_failure("PUT", "/reactions/", drop=True, times=5)
        self._discord.script_failure("PUT", "/reactions/", status=403, code=50013, times=20)

    @property
    def person(self) -> UserRef:
        return self._user(self._discord.user_id("Ana"))

    @property
    def nobody(self) -> UserRef:
        return self._user(404)

    def _user(self, id_: int) -> UserRef:
        return UserRef(platform=Platform.DISCORD, realm="global", id=str(id_))

    def lose_channel(self) -> None:
        self._discord.delete_channel(self._discord.channel_id)

    def texts(self, thread: ThreadRef | None = None) -> list[str]:
        wanted = int(thread.id if thread else self.channel.id)
        return [post.text for post in self._discord.posts if post.channel_id == wanted]
