"""Somebody's own page: what stands on it, for whom."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.actions import Action, ActionKind
from handlers.answers.submit import GRADE_ANSWER
from handlers.home.command import Home
from handlers.invocation import Caller
from handlers.ports import Again
from handlers.refs import Platform
from handlers.teams.membership import join
from questions.question import Verdict
from tests.factory import a_question
from tests.handlers.conftest import REPLY, World, a_caller, buttons_of, in_direct_message
from tests.handlers.fakes import PATIENCE, a_judgement


async def test_a_new_member_sees_where_to_begin(world: World) -> None:
    page = await world.app.router.home(in_direct_message())

    assert "No question yet today." in page.plain_text
    assert "Starts with your next answer" in page.plain_text
    assert "No channel has a daily question yet." in page.plain_text
    assert [button.label for button in buttons_of(page)] == ["Leaderboard", "Practise an interview"]


async def test_todays_question_waits_with_its_button_until_it_is_answered(world: World) -> None:
    asked = await world.ask()
    before = await world.app.router.home(in_direct_message())
    await world.reply(asked, REPLY)

    after = await world.app.router.home(in_direct_message())

    assert "Not answered yet." in before.plain_text
    assert Action(ActionKind.ANSWER, asked.id) in [b.action for b in buttons_of(before)]
    assert "Your grade: 5.0/5, strong pass." in after.plain_text
    assert [button.label for button in buttons_of(after)] == [
        "Leaderboard",
        "Practise an interview",
    ]
    # Somebody else still has it before them.
    other = await world.app.router.home(in_direct_message("Bob"))
    assert "Not answered yet." in other.plain_text


async def test_an_answer_that_could_not_be_graded_can_be_given_again(world: World) -> None:
    asked = await world.ask()
    world.grader.script.append(RuntimeError("a bug"))
    world.grader.script.extend([RuntimeError("a bug")] * 20)
    await world.reply(asked, REPLY)

    page = await world.app.router.home(in_direct_message())

    assert "could not be graded" in page.plain_text
    assert "Answer" in [button.label for button in buttons_of(page)]


async def test_progress_counts_points_place_answers_and_days(world: World) -> None:
    await world.nine_every_day()
    for day in range(3):
        world.at(datetime(2026, 3, 3 + day, 9, 0, tzinfo=UTC))
        await world.tick()
        asked = await world.newest()
        assert asked is not None
        if day != 1:
            await world.reply(asked, REPLY, by="Bob")
        await world.reply(asked, REPLY)

    ada = (await world.app.router.home(in_direct_message())).plain_text
    bob = (await world.app.router.home(in_direct_message("Bob"))).plain_text

    assert "Streak: 3 days" in ada
    assert "All time: 105 points, place 1 of 2" in ada
    assert "Graded: 3 answers, 5.0/5 on average" in ada
    assert "Streak: 1 day\n" in bob
    assert "place 2 of 2" in bob


async def test_days_end_where_the_person_lives(world: World) -> None:
    world.at(datetime(2026, 3, 5, 23, 30, tzinfo=UTC))
    await world.ask()
    world.clock.move(hours=1)

    here = await world.app.router.home(replace(in_direct_message(), zone="America/New_York"))
    there = await world.app.router.home(replace(in_direct_message(), zone="UTC"))
    nowhere = await world.app.router.home(replace(in_direct_message(), zone="Middle/Earth"))

    assert "Not answered yet." in here.plain_text
    assert "No question yet today." in there.plain_text
    assert "Your days: UTC." in nowhere.plain_text


async def test_it_says_what_comes_and_what_is_set(world: World) -> None:
    await world.nine_every_day(roles="ai-engineer")
    world.at(datetime(2026, 3, 3, 8, 0, tzinfo=UTC))

    page = (await world.app.router.home(in_direct_message())).plain_text
    await world.settings(grades="private")
    await world.manage(action="pause")
    paused = (await world.app.router.home(in_direct_message())).plain_text

    assert "Tuesday 03 March, 09:00 AI Engineer" in page
    assert "09:00 UTC, every day AI Engineer · grades: open" in page
    assert "AI Engineer · grades: private · paused:" in paused
    assert "Nothing is scheduled for the next seven days." in paused
    assert "paused:" in paused


async def test_what_is_asked_in_somebody_elses_conversation_stays_there(world: World) -> None:
    bob = in_direct_message("Bob")
    await world.told("today", by=bob)
    await world.jobs.settle()

    own = await world.app.router.home(bob)
    others = await world.app.router.home(in_direct_message())

    assert "Not answered yet." in own.plain_text
    assert "No question yet today." in others.plain_text


async def test_a_held_grade_is_not_told_before_the_reveal(world: World) -> None:
    await world.settings(grades="blind")
    asked = await world.ask()
    await world.send_form(
        Action(ActionKind.ANSWER, asked.id), {"answer": REPLY}, id_="view:1", by=a_caller()
    )
    await world.jobs.settle()

    page = (await world.app.router.home(in_direct_message())).plain_text

    assert "the grades come with the reveal" in page
    assert "/5" not in page.replace("of 5", "")


async def test_the_command_shows_the_same_page(world: World) -> None:
    await world.ask()

    assert await world.told("progress") == (await world.app.router.home(a_caller())).plain_text


async def test_without_a_database_the_page_says_try_again(world: World) -> None:
    world.storage.fuse = 0

    assert "Please try again" in (await world.app.router.home(a_caller())).plain_text


@pytest.fixture
def home(world: World) -> Home:
    return Home(world.storage, world.clock, {Platform.SLACK: world.slack}, pause=0)


async def test_an_open_page_is_shown_anew_after_a_grade(world: World, home: Home) -> None:
    asked = await world.ask()
    await home.open(in_direct_message())
    answer = await answered(world)

    await home.refresher.after(world.jobs.handlers[GRADE_ANSWER], world.storage)(answer, 1)

    page = await world.slack.wait_for_home("ada", "Your grade: 5.0/5")
    assert asked.id not in [b.action.subject for b in buttons_of(page)]


async def test_a_burst_shows_one_page_and_a_later_change_another(world: World, home: Home) -> None:
    await home.open(in_direct_message())
    member_id = await id_of(world, in_direct_message())

    for _ in range(3):
        home.refresher.changed(member_id)
    await shown(home)
    assert len(world.slack.homes["ada"]) == 1

    home.refresher.changed(member_id)
    await shown(home)
    assert len(world.slack.homes["ada"]) == 2


async def test_nobodys_page_is_read_that_is_not_open(world: World, home: Home) -> None:
    await world.ask()
    answer = await answered(world)
    world.storage.fuse = None

    async def handle(_: str, __: int) -> Again | None:
        world.storage.fuse = 0
        return None

    assert await home.refresher.after(handle, world.storage)(answer, 1) is None
    assert not world.slack.homes


async def test_a_page_that_cannot_be_read_stays_as_it_is(
    world: World, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    await home.open(in_direct_message())
    member_id = await id_of(world, in_direct_message())
    world.storage.fuse = 0

    home.refresher.changed(member_id)
    await shown(home)

    assert "stays as it is" in caplog.text
    assert not world.slack.homes


async def answered(world: World) -> str:
    """Store an answer of Ada's that waits for its grade; return its id."""
    asked = await world.newest()
    assert asked is not None
    world.grader.script.append(a_judgement(a_question(), *[Verdict.MET] * 4, quote=REPLY[:20]))
    reply = world.message(asked, REPLY)
    await world.receive(reply)
    answer = await world.answer_to(reply)
    assert answer is not None
    return answer.id


async def id_of(world: World, caller: Caller) -> str:
    async with world.storage() as work:
        return (await join(work, caller)).member.id


async def shown(home: Home) -> None:
    """Wait until every page that is about to be shown stands."""
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*home.refresher._waiting.values())


async def test_a_long_pause_is_no_reason_to_count_from_the_beginning(world: World) -> None:
    asked = await world.ask()
    await world.reply(asked, REPLY)
    world.clock.move(seconds=timedelta(days=400).total_seconds())

    page = (await world.app.router.home(in_direct_message())).plain_text

    assert "Starts with your next answer" in page
    assert "All time: 35 points" in page


async def test_what_is_due_to_be_practised_again_stands_on_the_page_for_its_owner(
    world: World,
) -> None:
    asked = await world.ask()
    world.grader.script.append(
        a_judgement(
            a_question(), Verdict.MET, Verdict.MISSED, Verdict.MISSED, Verdict.MISSED, quote="queue"
        )
    )
    await world.reply(asked, REPLY)
    on_the_day = (await world.app.router.home(in_direct_message())).plain_text
    world.clock.move(days=2)
    later = (await world.app.router.home(in_direct_message())).plain_text
    other = (await world.app.router.home(in_direct_message("Bob"))).plain_text

    assert "due again" not in on_the_day
    assert "For you 1 question is due again" in later
    assert "Still open:" in later
    assert "due again" not in other
