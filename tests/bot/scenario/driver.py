"""What people do and see on a chat platform, spelled the same for each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar, Protocol
from urllib.parse import parse_qs, urlsplit

import aiohttp

from bot.settings import Settings
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_discord_world import FakeMessage
from tests.wire.fake_slack import FakeSlack
from tests.wire.port import find_port
from tests.wire.slack_workspace import Post


class Driver(Protocol):
    """A person at a platform. Everything waits for what it asks for, up to half a minute."""

    def settings(self) -> dict[str, str]:
        """The settings that point the bot here."""

    async def wait_until_connected(self) -> None: ...

    async def command(self, name: str, options: dict[str, str]) -> str:
        """Call a command in the channel; return what the caller reads."""

    async def wait_for_question(self) -> None:
        """Wait for a question with a thread."""

    async def reply(self, user: str, text: str) -> None:
        """Write in the question's thread."""

    async def answer_by_button(self, user: str, text: str) -> str:
        """Press Answer, fill in the form, send it; return what the person reads."""

    async def wait_in_thread(self, containing: str) -> str:
        """Wait for the bot's message in the question's thread."""

    async def wait_for_sign(self, sign: str) -> None:
        """Wait for a reaction (``graded``) on the last reply."""

    async def repeat_last_reply(self) -> None:
        """Let the platform deliver the last reply again."""

    async def wait_for_grades(self, count: int) -> None:
        """Wait until so many grades stand in the question's thread."""

    def grades(self) -> list[str]:
        """All grades that stand in the question's thread."""


class SlackDriver:
    signs: ClassVar = {"graded": "white_check_mark"}

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        # Only who runs the workspace may set a schedule.
        slack.workspace.admins.add("U1")
        self.question: Post | None = None

    def settings(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.base_url,
        }

    async def wait_until_connected(self) -> None:
        await self.slack.wait_for_connection(timeout=30)

    async def command(self, name: str, options: dict[str, str]) -> str:
        seen = len(self.slack.posts)
        text = " ".join([name, *(f"--{key} {value}" for key, value in options.items())])
        # The second person of the fake workspace is its admin.
        await self.slack.command(text, user="U2")
        answer = await self.slack.wait_for(
            lambda: next((post for post in self.slack.posts[seen:] if post.to_user), None)
        )
        return answer.plain

    async def wait_for_question(self) -> None:
        self.question = await self.slack.wait_for_post(
            lambda post: "difficulty" in post.plain and not post.to_user, timeout=30
        )

    async def reply(self, user: str, text: str) -> None:
        assert self.question is not None
        self.last = await self.slack.say("C1", user, text, thread_ts=self.question.ts)
        await self.last.wait_for_ack()

    async def answer_by_button(self, user: str, text: str) -> str:
        assert self.question is not None
        await self.slack.click(self.question, "Answer", user=user)
        view = await self.slack.wait_for_view()
        seen = len(self.slack.posts)
        await self.slack.submit(view, {"answer": text}, user=user)
        said = await self.slack.wait_for(
            lambda: next((post for post in self.slack.posts[seen:] if post.to_user), None)
        )
        return said.plain

    async def wait_in_thread(self, containing: str) -> str:
        found = await self.slack.wait_for_post(
            lambda post: post in self._thread() and containing in post.plain, timeout=30
        )
        return found.plain

    async def wait_for_sign(self, sign: str) -> None:
        event = self.last.envelope["payload"]["event"]
        await self.slack.wait_for(
            lambda: (
                self.slack.workspace.reactions.get((event["channel"], event["ts"]))
                == {self.signs[sign]}
            )
        )

    async def repeat_last_reply(self) -> None:
        await (await self.slack.redeliver(self.last)).wait_for_ack()

    async def wait_for_grades(self, count: int) -> None:
        await self.slack.wait_for(lambda: len(self.grades()) >= count, timeout=30)

    def grades(self) -> list[str]:
        return [post.plain for post in self._thread() if "/5" in post.plain]

    def _thread(self) -> list[Post]:
        assert self.question is not None
        return [post for post in self.slack.posts if post.thread_ts == self.question.ts]


class SlackHttpDriver(SlackDriver):
    """The same people; Slack calls the bot, which is on a port of this machine."""

    def __init__(self, slack: FakeSlack) -> None:
        super().__init__(slack)
        self._port = find_port()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def settings(self) -> dict[str, str]:
        return {
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_SIGNING_SECRET": self.slack.signing_secret,
            "SLACK_API_URL": self.slack.base_url,
            "PREPBOT_HTTP_PORT": str(self._port),
        }

    async def wait_until_connected(self) -> None:
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            while not await _is_ready(session, f"{self.address}/readyz"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        self.slack.request_url = f"{self.address}/slack/events"


class SlackOAuthDriver(SlackHttpDriver):
    """The same again; the workspace installs the app in a browser first."""

    def settings(self) -> dict[str, str]:
        return {
            **super().settings(),
            "SLACK_BOT_TOKEN": "",
            "SLACK_CLIENT_ID": self.slack.oauth.client_id,
            "SLACK_CLIENT_SECRET": self.slack.oauth.client_secret,
        }

    async def wait_until_connected(self) -> None:
        await super().wait_until_connected()
        await self.install()

    async def install(self) -> str:
        """Install the app in a browser; return the page that the person ends on."""
        # Cookies for an address without a name are not kept otherwise.
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as browser:
            begin = f"{self.address}/slack/install"
            async with browser.get(begin, allow_redirects=False) as answer:
                asked = parse_qs(urlsplit(answer.headers["Location"]).query)
            back = {"state": asked["state"][0], "code": self.slack.oauth.agree("T1")}
            end = f"{self.address}/slack/oauth_redirect"
            async with browser.get(end, params=back) as answer:
                assert answer.status == 200, await answer.text()
                return await answer.text()


class DiscordDriver:
    signs: ClassVar = {"graded": "✅"}

    def __init__(self, discord: FakeDiscord) -> None:
        self.discord = discord
        self.question: FakeMessage | None = None

    def settings(self) -> dict[str, str]:
        return {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.api_url,
            "DISCORD_GATEWAY_URL": self.discord.gateway_url,
        }

    async def wait_until_connected(self) -> None:
        await self.discord.wait_for_identify(timeout=30)

    async def command(self, name: str, options: dict[str, str]) -> str:
        called = await self.discord.slash(
            self.discord.channel_id, "Ada", name, options, manages=True
        )
        return (await self.discord.wait_for_answer(called)).text

    async def wait_for_question(self) -> None:
        self.question = await self.discord.wait_for_post("difficulty", timeout=30)
        await self.discord.wait_until(lambda: self._thread_id, what="a thread", timeout=30)

    async def reply(self, user: str, text: str) -> None:
        self.last = await self.discord.say(self._thread_id, user, text)

    async def answer_by_button(self, user: str, text: str) -> str:
        assert self.question is not None
        pressed = await self.discord.click(self.question, user, "Answer")
        await self.discord.wait_for_modal(pressed)
        sent = await self.discord.submit_modal(pressed, user, {"answer": text})
        return (await self.discord.wait_for_answer(sent)).text

    async def wait_in_thread(self, containing: str) -> str:
        found = await self.discord.wait_for_post(containing, channel_id=self._thread_id, timeout=30)
        return found.text

    async def wait_for_sign(self, sign: str) -> None:
        await self.discord.wait_until(
            lambda: self.discord.reactions(self.last) == {self.signs[sign]}, what=sign
        )

    async def repeat_last_reply(self) -> None:
        await self.discord.redeliver(self.last)

    async def wait_for_grades(self, count: int) -> None:
        await self.discord.wait_until(
            lambda: len(self.grades()) >= count, what=f"{count} grades", timeout=30
        )

    def grades(self) -> list[str]:
        return [
            post.text
            for post in self.discord.posts
            if post.channel_id == self._thread_id and "/5" in post.text
        ]

    @property
    def _thread_id(self) -> int:
        assert self.question is not None
        thread = self.question.thread
        return 0 if thread is None else thread.id


_SLACK = {"slack": SlackDriver, "slack over http": SlackHttpDriver, "slack oauth": SlackOAuthDriver}
PLATFORMS = (*_SLACK, "discord")


@asynccontextmanager
async def open_driver(platform: str) -> AsyncIterator[SlackDriver | DiscordDriver]:
    """Run one of `PLATFORMS` and give somebody to act on it."""
    if platform in _SLACK:
        async with FakeSlack() as slack:
            yield _SLACK[platform](slack)
    else:
        async with FakeDiscord() as discord:
            yield DiscordDriver(discord)


async def _is_ready(session: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with session.get(address) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


def settings_for(driver: Driver, more: dict[str, str]) -> Settings:
    """Settings from nothing but the driver and ``more``; no environment, no file."""
    values = {**more, **driver.settings()}
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]
