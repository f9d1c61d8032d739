"""What Slack offers beside channels and commands, with the whole bot behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.fake_clock import FakeClock
from tests.bot.scenario.driver import SlackDriver, SlackHttpDriver
from tests.bot.scenario.running import ANSWER, running
from tests.wire.fake_model import FakeModel
from tests.wire.fake_slack import FakeSlack, Post
from tests.wire.slack_blocks import find_buttons, read_blocks
from tests.wire.slack_visits import (
    edit,
    open_home,
    open_pane,
    point_at,
    press_on_home,
    press_thumb,
    use_shortcut,
)

CORRECTED = ANSWER + " And I would not forget to measure the queue before and after every change."


@pytest.fixture(params=[SlackDriver, SlackHttpDriver], ids=["socket mode", "http"])
async def driver(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SlackDriver]:
    async with FakeModel() as model, FakeSlack() as slack:
        person: SlackDriver = request.param(slack)
        async with running(person, tmp_path, FakeClock(), OPENAI_BASE_URL=model.base_url):
            yield person


async def ask(driver: SlackDriver) -> Post:
    """Have a question posted in the channel, and wait until the bot knows that it stands."""
    await driver.command("today", {"role": "ai-engineer"})
    await driver.wait_for_question()
    async with asyncio.timeout(30):
        while "difficulty" not in await driver.command("today", {"role": "ai-engineer"}):
            continue
    assert driver.question is not None
    return driver.question


async def page_with(slack: FakeSlack, text: str, user: str = "U1") -> str:
    """Wait until somebody's Home tab says ``text``; return all it says."""

    def newest() -> str | None:
        pages: list[Any] = slack.workspace.surfaces.homes.get(user, [])
        shown = read_blocks(pages[-1]["blocks"]) if pages else ""
        return shown if text in shown else None

    return await slack.wait_for(newest, timeout=30)


async def test_a_question_is_answered_on_the_home_tab_which_then_shows_the_grade(
    driver: SlackDriver,
) -> None:
    slack = driver.slack
    await ask(driver)
    await open_home(slack)
    await page_with(slack, "Not answered yet.")

    await press_on_home(slack, "Answer")
    await slack.submit(await slack.wait_for_view(), {"answer": ANSWER})

    await slack.wait_for_post(lambda post: post.channel == "D1" and "Got it" in post.plain)
    await driver.wait_for_grades(1)
    page = await page_with(slack, "Your grade: ")
    assert "1 day" in page
    assert "place 1 of 1" in page


async def test_an_open_page_follows_a_new_question_and_a_leads_decision(
    driver: SlackDriver,
) -> None:
    slack = driver.slack
    await open_home(slack)
    await page_with(slack, "No question yet today.")
    await ask(driver)
    await page_with(slack, "Not answered yet.")

    await driver.reply("U1", ANSWER)
    await driver.wait_for_grades(1)
    grade = await slack.wait_for_post(lambda post: "/5" in post.plain)
    await slack.click(grade, "Appeal")
    await slack.submit(await slack.wait_for_view(), {"reason": "I name the evaluation set."})
    await driver.wait_in_thread("was read again")
    await slack.command("appeals", user="U2")
    case = await slack.wait_for_post(lambda post: "They say:" in post.plain, timeout=30)
    await slack.click(case, "Override 1", user="U2")
    form = await slack.wait_for(lambda: next(iter(slack.workspace.views[1:]), None))
    await slack.submit(form, {"score": "4.9", "reason": "You do."}, user="U2")

    await page_with(slack, "Your grade: 4.9/5")


async def test_shortcuts_answer_from_anywhere(driver: SlackDriver) -> None:
    slack = driver.slack
    await ask(driver)
    said = await slack.say("C1", "U1", ANSWER)
    ts = said.envelope["payload"]["event"]["ts"]

    await point_at(slack, "C1", ts, "grade_answer")
    view = await slack.wait_for_view()
    [typed] = [b["element"]["initial_value"] for b in view["blocks"] if b["type"] == "input"]
    assert typed == ANSWER
    await slack.submit(view, {"answer": typed})
    await driver.wait_for_grades(1)

    await use_shortcut(slack, "answer_today", user="U2")
    view = await slack.wait_for(lambda: next(iter(slack.workspace.views[1:]), None))
    await slack.submit(view, {"answer": CORRECTED}, user="U2")
    await driver.wait_for_grades(2)


async def test_a_thumbs_down_leads_into_an_appeal(driver: SlackDriver) -> None:
    slack = driver.slack
    await ask(driver)
    await driver.reply("U1", ANSWER)
    await driver.wait_for_grades(1)
    grade = await slack.wait_for_post(lambda post: "/5" in post.plain)

    await press_thumb(slack, grade, helpful=False)

    offered = await slack.wait_for_post(lambda post: "noted" in post.plain)
    assert [b["text"]["text"] for _, b in find_buttons(offered.blocks)] == ["Appeal"]
    await slack.click(offered, "Appeal")
    assert (await slack.wait_for_view())["title"]["text"] == "Appeal this grade"


async def test_an_edited_answer_is_graded_once_more(driver: SlackDriver) -> None:
    await ask(driver)
    await driver.reply("U1", ANSWER)
    await driver.wait_for_grades(1)
    ts = driver.last.envelope["payload"]["event"]["ts"]

    for _ in range(2):
        await (await edit(driver.slack, "C1", ts, CORRECTED)).wait_for_ack()

    await driver.wait_for_grades(2)
    await driver.wait_for_sign("graded")
    assert len(driver.grades()) == 2


async def test_in_the_pane_one_asks_answers_and_is_graded(driver: SlackDriver) -> None:
    slack = driver.slack
    _, thread_ts = await open_pane(slack)
    prompts = await slack.wait_for(
        lambda: slack.workspace.surfaces.prompts.get(("D1", thread_ts)), timeout=30
    )

    await slack.say("D1", "U1", prompts[0]["message"], thread_ts=thread_ts)
    question = await slack.wait_for_post(lambda post: "difficulty" in post.plain, timeout=30)
    await slack.say("D1", "U1", ANSWER, thread_ts=thread_ts)
    grade = await slack.wait_for_post(lambda post: "/5" in post.plain, timeout=30)

    assert question.thread_ts == grade.thread_ts == thread_ts
    assert [where[:2] for where in slack.workspace.surfaces.statuses] == [("D1", thread_ts)]
