"""Reports that are made, sent, asked for again, and fail without harm."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.report.press import FilePress
from handlers.actions import Action, ActionKind
from handlers.practice.record import SessionState, TurnState
from handlers.records import Member
from handlers.refs import ChannelRef
from handlers.report.ask import REPORT, ask
from handlers.report.ports import ReportPress
from handlers.report.record import Report, ReportState
from handlers.storage import StorageUnavailable
from tests.handlers.conftest import WORKSPACE, World, a_caller, in_direct_message
from tests.handlers.fakes import Said
from tests.handlers.report.session import Interview, a_session, an_interview

DIRECT = ChannelRef(platform=a_caller().user.platform, workspace_id="T1", id="D-ada")
ADA = in_direct_message("Ada")


@pytest.fixture
def press() -> ReportPress:
    return FilePress()


async def ada(world: World) -> Member:
    await world.told("plan")
    async with world.storage(read_only=True) as work:
        team = await work.teams.of_workspace(WORKSPACE)
        assert team is not None
        member = await work.teams.member(team.id, a_caller().user)
    assert member is not None
    return member


async def held(
    world: World, interview: Interview | None = None, *, id_: str = "5e5510", days: int = 0
) -> str:
    """Store an interview that has ended, and its report asked for as at its end."""
    member = await ada(world)
    interview = interview or an_interview()
    began = a_session().created_at + timedelta(days=days)
    session = a_session(
        id=id_,
        team_id=member.team_id,
        member_id=member.id,
        created_at=began,
        started_at=began,
        ended_at=began + timedelta(minutes=21),
    )
    await world.load(*interview.questions.values())
    async with world.storage() as work:
        assert await work.practice.add(session)
        for turn in interview.turns:
            owned = replace(turn, session_id=id_, team_id=member.team_id, member_id=member.id)
            assert await work.practice.add_turn(owned)
        await ask(work, session, world.clock)
    return id_


async def report_of(world: World, session_id: str = "5e5510") -> Report:
    async with world.storage(read_only=True) as work:
        report = await work.reports.get(session_id)
    assert report is not None
    return report


def reports(world: World) -> list[Said]:
    return [said for said in world.slack.said if said.key.startswith("report:")]


async def test_a_report_comes_to_its_owner_alone_with_its_files(world: World) -> None:
    await held(world)
    await world.jobs.settle()

    [said] = reports(world)
    assert said.to == DIRECT
    assert "Your interview: AI Engineer, senior" in said.text
    assert "Recommendation: not yet" in said.text
    assert "“An alert on the queue's age”" in said.text
    [shared] = world.slack.shared
    assert shared.to == DIRECT
    assert [file.name for file in shared.files] == [
        "interview-report-2026-03-02-5e5510.md",
        "interview-report-2026-03-02-5e5510.pdf",
    ]
    assert (await report_of(world)).state is ReportState.SENT
    assert all(said.to == DIRECT for said in world.slack.said)


async def test_asked_for_again_it_says_the_same(world: World) -> None:
    await held(world)
    await world.jobs.settle()
    first = (await report_of(world)).content

    assert "on its way" in await world.told("report", by=ADA)
    await world.jobs.settle()
    assert len(reports(world)) == len(world.slack.shared) == 2
    assert (await report_of(world)).content == first


async def test_a_report_that_is_on_its_way_is_not_sent_twice(world: World) -> None:
    await world.jobs.stop()
    await held(world)
    for _ in range(3):
        await world.told("report", by=ADA)
    await world.jobs.start()
    await world.jobs.settle()

    assert len(reports(world)) == 1


async def test_a_button_sends_it_again_to_its_owner_and_nobody_else(world: World) -> None:
    session_id = await held(world)
    await world.jobs.settle()
    action = Action(ActionKind.REPORT, session_id)

    assert "can't find" in await world.told_after_click(action, by=a_caller("Bob"))
    assert "on its way" in await world.told_after_click(action, by=ADA)
    await world.jobs.settle()
    assert len(reports(world)) == 2


async def test_interviews_are_listed_and_picked_by_number(world: World) -> None:
    await held(world, id_="aaaaaa")
    await held(world, id_="bbbbbb", days=3)
    await world.jobs.settle()

    listed = await world.told("report", by=ADA, which="list")
    assert listed.index("5 March 2026") < listed.index("2 March 2026")
    await world.told("report", by=ADA, which="2")
    await world.jobs.settle()
    assert reports(world)[-1].key == "report:aaaaaa.2"
    assert "number up to 2" in await world.told("report", by=ADA, which="3")


@pytest.mark.parametrize("which", ["0", "-1", "second", "100"])
async def test_what_is_no_interview_is_said(world: World, which: str) -> None:
    assert "no interview" in await world.told("report", by=ADA, which=which)


async def test_without_an_interview_there_is_nothing_to_report(world: World) -> None:
    assert "no finished interview" in await world.told("report", by=ADA)


async def test_an_open_interview_has_no_report_yet(world: World) -> None:
    member = await ada(world)
    session = a_session(team_id=member.team_id, member_id=member.id, state=SessionState.OPEN)
    async with world.storage() as work:
        assert await work.practice.add(session)

    assert "still open" in await world.told("report", by=ADA)


async def test_in_a_channel_it_is_only_announced_to_its_owner(world: World) -> None:
    await held(world)
    await world.jobs.settle()

    assert "in our direct message" in await world.told("report")
    await world.jobs.settle()
    assert {said.to for said in reports(world)} == {DIRECT}


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("what", ["report:", "report-files:"])
async def test_a_platform_that_is_down_is_tried_again_and_shows_it_once(
    world: World, what: str, accepted: bool
) -> None:
    world.slack.fail(what, times=2, accepted=accepted)
    await held(world)
    await world.jobs.settle()

    assert len(reports(world)) == len(world.slack.shared) == 1
    assert (await report_of(world)).state is ReportState.SENT


async def test_files_that_cannot_be_sent_are_said_and_can_be_asked_for_again(
    world: World,
) -> None:
    await world.jobs.stop()
    await held(world)
    for attempt in (1, 50):
        world.slack.fail("report-files:")
        await world.run(REPORT, "5e5510.1", attempt)

    assert len(reports(world)) == 1
    assert "could not attach" in world.slack.said[-1].text
    assert (await report_of(world)).state is ReportState.FAILED
    await world.told("report", by=ADA)
    await world.jobs.start()
    await world.jobs.settle()
    assert len(world.slack.shared) == 1


async def test_a_report_that_fails_leaves_the_session_and_can_be_asked_for_again(
    world: World,
) -> None:
    world.jobs.broken.add(REPORT)
    session_id = await held(world)
    await world.jobs.settle()

    [said] = [said for said in world.slack.said if said.key.startswith("report-failed:")]
    assert "Your interview is kept" in said.text
    async with world.storage(read_only=True) as work:
        turns = await work.practice.turns(session_id)
    assert len(turns) == len(an_interview().turns)
    world.jobs.broken.clear()
    await world.told("report", by=ADA)
    await world.jobs.settle()
    assert len(reports(world)) == 1


async def test_a_report_waits_for_a_grade_that_is_under_way(world: World) -> None:
    await world.jobs.stop()
    await held(world)
    async with world.storage() as work:
        turn = await work.practice.turn("5e5510-4")
        assert turn is not None
        await work.practice.update_turn(replace(turn, state=TurnState.ANSWERED))

    again = await world.run(REPORT, "5e5510.1")
    assert again is not None
    assert (await report_of(world)).content is None
    # It does not wait for ever.
    assert await world.run(REPORT, "5e5510.1", attempt=13) is None
    assert (await report_of(world)).content is not None


async def test_a_job_of_an_earlier_asking_does_nothing(world: World) -> None:
    await held(world)
    await world.jobs.settle()

    assert await world.run(REPORT, "5e5510.7") is None
    assert await world.run(REPORT, "nothing.1") is None
    assert len(reports(world)) == 1


async def test_progress_is_drawn_from_earlier_interviews(world: World) -> None:
    await held(world, id_="aaaaaa")
    await held(world, id_="bbbbbb", days=3)
    await world.jobs.settle()

    content = (await report_of(world, "bbbbbb")).content
    assert content is not None
    assert [earlier.is_this for earlier in content.progress] == [False, True]
    assert [len(shared.files) for shared in world.slack.shared] == [2, 3]


async def test_a_session_in_a_channel_reports_to_the_direct_message(world: World) -> None:
    """A console's place is no direct message by its name; nor would a channel be."""
    member = await ada(world)
    session = a_session(team_id=member.team_id, member_id=member.id, place=replace(DIRECT, id="C1"))
    interview = an_interview()
    await world.load(*interview.questions.values())
    async with world.storage() as work:
        assert await work.practice.add(session)
        for turn in interview.turns:
            await work.practice.add_turn(replace(turn, team_id=member.team_id, member_id=member.id))
        await ask(work, session, world.clock)
    await world.jobs.settle()

    assert {said.to for said in reports(world)} == {DIRECT}


async def test_others_interviews_are_not_listed(world: World) -> None:
    await held(world)
    await world.jobs.settle()

    assert "no finished interview" in await world.told(
        "report", by=in_direct_message("Bob"), which="list"
    )


@pytest.mark.parametrize("fuse", range(14))
async def test_wherever_the_work_stops_the_report_comes_once(world: World, fuse: int) -> None:
    await world.jobs.stop()
    await held(world)
    world.storage.fuse = fuse
    with contextlib.suppress(StorageUnavailable):
        await world.run(REPORT, "5e5510.1")
    world.storage.fuse = None

    for _ in range(2):
        await world.run(REPORT, "5e5510.1")
    assert len(reports(world)) == len(world.slack.shared) == 1
    assert (await report_of(world)).state is ReportState.SENT
