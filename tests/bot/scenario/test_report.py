"""A report through the real clients: written after an interview, with files, to its owner alone."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
from aiohttp import web

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import DiscordDriver, SlackDriver
from tests.bot.scenario.running import ANSWER, PROJECT, running, said_in
from tests.wire.fake_discord import FakeDiscord
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack
from tests.wire.slack_visits import direct


class FakeAudio:
    """An audio API that hears the same answer in everything."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    async def transcribe(self, request: web.Request) -> web.Response:
        file = (await request.post())["file"]
        assert isinstance(file, web.FileField)
        self.heard.append(file.file.read())
        return web.json_response({"text": f"Um, you know. {ANSWER}", "duration": 12.0})


async def test_on_slack_a_spoken_answer_ends_in_a_report_with_files(tmp_path: Path) -> None:
    audio = FakeAudio()
    async with FakeModel(audio=audio.transcribe) as model, FakeSlack() as slack:
        driver = SlackDriver(slack)
        async with running(driver, tmp_path, FakeClock(), **model.endpoint):
            dm = direct("U2")
            asked = {"role": "ai-engineer", "length": "1", "mode": "real"}
            await driver.command("practice", asked)
            await said_in(slack, dm, "Mock interview: AI Engineer")
            await slack.say(dm, "U2", PROJECT)
            await said_in(slack, dm, "Question 1 of 1")
            clip = {
                "name": "audio_message",
                "mimetype": "audio/mp4",
                "subtype": "slack_audio",
                "size": 5,
                "url_private_download": slack.workspace.files.put("clip", b"sound"),
            }
            await slack.say(dm, "U2", "", subtype="file_share", files=[clip])
            await slack.wait_for(lambda: audio.heard, timeout=30)
            await slack.say(dm, "U2", "quit")
            report = await said_in(slack, dm, "Your interview: AI Engineer")
            await slack.wait_for(
                lambda: [f for f in slack.workspace.files.kept.values() if f.name.endswith("pdf")],
                timeout=30,
            )
            files = await slack.wait_for(
                lambda: next(
                    (m["files"] for m in slack.workspace.channel(dm).messages
                     if "files" in m and m.get("bot_id")),
                    None,
                ),
                timeout=30,
            )  # fmt: skip

        assert audio.heard == [b"sound"]
        assert "Pace" in report.plain
        contents = {f["name"]: slack.workspace.files.kept[f["id"]].content for f in files}
        [pdf] = [content for name, content in contents.items() if name.endswith(".pdf")]
        [text] = [content.decode() for name, content in contents.items() if name.endswith(".md")]
        assert pypdf.PdfReader(io.BytesIO(pdf)).pages
        assert ANSWER[:60] in text
        assert not [post for post in slack.posts if post.channel == "C1" and not post.to_user]


async def test_on_discord_a_report_comes_with_files_by_direct_message(tmp_path: Path) -> None:
    async with FakeModel() as model, FakeDiscord() as discord:
        driver = DiscordDriver(discord)
        async with running(driver, tmp_path, FakeClock(), **model.endpoint):
            dm = discord.direct_channel("Ada")
            await driver.command("practice", {"role": "ai-engineer", "length": "1"})
            await discord.wait_for_post("Mock interview", channel_id=dm, timeout=30)
            await discord.direct_message("Ada", PROJECT)
            await discord.wait_for_post("Question 1 of 1", channel_id=dm, timeout=30)
            await discord.direct_message("Ada", ANSWER)
            await discord.wait_for_post("/5", channel_id=dm, timeout=30)
            await discord.direct_message("Ada", "quit")
            await discord.wait_for_post("Your interview: AI Engineer", channel_id=dm, timeout=30)
            shared = await discord.wait_for_post("Your report:", channel_id=dm, timeout=30)

        endings = sorted(Path(file["filename"]).suffix for file in shared.attachments)
        assert endings == [".md", ".pdf"]
        assert all(discord.uploads[file["filename"]] for file in shared.attachments)
