"""A private and a blind channel of an installed workspace, from the first post to the removal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import SlackOAuthDriver
from tests.bot.scenario.running import ANSWER, WHY, rows, running, said_in, told, wait_for_row
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack, Post
from tests.wire.slack_blocks import Json, read_blocks
from tests.wire.slack_payloads import event_envelope
from tests.wire.slack_visits import direct, open_home, press_on_home
from tests.wire.slack_workspace import Channel

PRIVATE, BLIND = "C1", "C2"
GRACES = ANSWER + " And I would not forget to measure the queue before and after every change."


class People:
    """What people of the workspace do and read, each in their own channel or conversation."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack

    async def set_up(self, channel: str, mode: str) -> None:
        for typed, said in (
            ("schedule 09:00 --zone UTC --roles ai-engineer", "09:00"),
            (f"settings {mode}", mode),
        ):
            seen = len(self.slack.posts)
            await self.slack.command(typed, user="U2", channel=channel)
            await self.slack.wait_for(lambda: self._answers(seen, said), timeout=30)  # noqa: B023

    def _answers(self, seen: int, said: str) -> list[Post]:
        return [post for post in self.slack.posts[seen:] if post.to_user and said in post.plain]

    async def question_in(self, channel: str) -> Post:
        return await self.slack.wait_for_post(
            lambda post: (
                post.channel == channel
                and "difficulty" in post.plain
                and not post.to_user
                and post.thread_ts is None
            ),
            timeout=30,
        )

    async def answer(self, question: Post, user: str, text: str) -> None:
        """Press Answer, fill in the form and send it."""
        opened = len(self.slack.workspace.views)
        await self.slack.click(question, "Answer", user=user)
        await self.slack.submit(await self.form(opened), {"answer": text}, user=user)

    async def form(self, opened: int) -> Json:
        """Wait for the next modal."""
        return await self.slack.wait_for(
            lambda: next(iter(self.slack.workspace.views[opened:]), None), timeout=30
        )

    async def told(self, user: str, text: str) -> Post:
        """Wait for a direct message."""
        return await said_in(self.slack, direct(user), text)

    def in_channels(self, text: str) -> list[Post]:
        """What everybody in a channel can read."""
        return [
            post
            for post in self.slack.posts
            if post.channel in {PRIVATE, BLIND} and not post.to_user and text in post.plain
        ]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.workspace.channels[BLIND] = Channel(BLIND, is_private=True, people={"U1", "U2"})
        fake.workspace.users["U3"] = "Linus"
        yield fake


async def private_grade_is_appealed(people: People, question: Post) -> None:
    """Answer, appeal and have the grade overridden; nobody else reads any of it."""
    slack = people.slack
    await people.answer(question, "U1", ANSWER)
    await told(slack, "direct message", "U1")
    grade = await people.told("U1", "/5")
    assert "The question:" in grade.plain

    opened = len(slack.workspace.views)
    await slack.click(grade, "Appeal", user="U1")
    await slack.submit(await people.form(opened), {"reason": WHY}, user="U1")
    await people.told("U1", "was read again")

    await slack.command("appeals", user="U2")
    case = await told(slack, "evaluation set", "U2")
    opened = len(slack.workspace.views)
    await slack.click(case, "Override 1", user="U2")
    form = await people.form(opened)
    ack = await (
        await slack.submit(form, {"score": "9", "reason": "Because."}, user="U2")
    ).wait_for_ack()
    assert ack.payload is not None
    assert set(ack.payload["errors"]) == {"score"}
    ack = await (await slack.submit(form, {"score": "4.5", "reason": ""}, user="U2")).wait_for_ack()
    assert ack.payload is not None
    assert set(ack.payload["errors"]) == {"reason"}
    await slack.submit(form, {"score": "4.5", "reason": "You name it."}, user="U2")
    assert "You name it." in (await people.told("U1", "4.5/5")).plain
    assert people.in_channels("/5") == []


async def blind_answers_stay_hidden(people: People, question: Post, folder: Path) -> None:
    """Answer by form and by direct message; nobody reads a grade yet."""
    slack = people.slack
    said = await slack.say(BLIND, "U1", ANSWER, thread_ts=question.ts)
    await said.wait_for_ack()
    await people.told("U1", "stay hidden")
    await people.answer(question, "U1", ANSWER)
    receipt = await told(slack, "Your grade comes at 17:00", "U1")
    await slack.click(receipt, "Share my answer then", user="U1")
    await told(slack, "your answer and your name", "U1")

    await (await slack.say("D2", "U2", GRACES)).wait_for_ack()
    await people.told("U2", "Your grade comes at 17:00")
    await wait_for_row(
        folder, "SELECT 1 FROM (SELECT count(*) AS n FROM grades WHERE score >= 0) WHERE n >= 3"
    )
    assert people.in_channels("/5") == []


async def home_tells(slack: FakeSlack, user: str) -> str:
    seen = len(slack.workspace.surfaces.homes.get(user, []))
    await open_home(slack, user)
    pages = await slack.wait_for(lambda: slack.workspace.surfaces.homes.get(user, [])[seen:])
    return read_blocks(pages[-1]["blocks"])


async def test_private_and_blind_from_installation_to_removal(
    slack: FakeSlack, tmp_path: Path
) -> None:
    clock, driver, people = FakeClock(), SlackOAuthDriver(slack), People(slack)
    async with (
        FakeModel() as model,
        running(driver, tmp_path, clock, OPENAI_BASE_URL=model.base_url),
    ):
        await people.set_up(PRIVATE, "private")
        await people.set_up(BLIND, "blind")
        clock.move(hours=1)
        private, blind = await people.question_in(PRIVATE), await people.question_in(BLIND)
        await wait_for_row(
            tmp_path,
            "SELECT 1 FROM (SELECT count(*) AS n FROM occurrences WHERE state = 'posted') "
            "WHERE n = 2",
        )

        await private_grade_is_appealed(people, private)
        await blind_answers_stay_hidden(people, blind, tmp_path)

        # Whoever is in the blind channel sees that they answered, and nobody sees a held grade.
        ada, linus = await home_tells(slack, "U1"), await home_tells(slack, "U3")
        assert "the grades come with the reveal" in ada
        assert "Your grade: 4.5/5" in ada
        assert "grades: blind" in ada
        assert "grades: blind" not in linus
        assert linus.count("Not answered yet.") == 1

        clock.move(hours=8)
        reveal = await slack.wait_for_post(
            lambda post: post.thread_ts == blind.ts and "Model answer" in post.plain, timeout=30
        )
        assert "Ada: " in reveal.plain
        assert "Grace: " in reveal.plain
        assert "Ada's answer" in reveal.plain
        assert "Grace's answer" not in reveal.plain
        assert "measure the queue before" not in reveal.plain
        assert "How to say it:" in reveal.plain
        for user in ("U1", "U2"):
            await slack.wait_for(
                lambda user=user: [  # type: ignore[misc]
                    post
                    for post in slack.posts
                    if post.channel == f"D{user[1:]}" and "/5" in post.plain
                ],
                timeout=30,
            )
        assert [post.thread_ts for post in people.in_channels("/5")] == [blind.ts]

        board = await driver.command("leaderboard", {})
        assert "Ada" in board
        assert "Grace" in board
        await press_on_home(slack, "Leaderboard", user="U1")
        assert "Grace" in (await people.told("U1", "Grace")).plain

        slack.oauth.end("T1")
        posts = len(slack.posts)
        await (await slack.deliver(event_envelope({"type": "app_uninstalled"}))).wait_for_ack()
        assert rows(tmp_path, "SELECT secret FROM installations") == [("",)]
        paused = "SELECT DISTINCT paused FROM schedules"
        assert rows(tmp_path, paused) == [("Prepbot was removed",)]
        clock.move(days=1)
        await wait_for_row(tmp_path, "SELECT 1 FROM schedules WHERE paused IS NOT NULL")
        assert len(slack.posts) == posts
