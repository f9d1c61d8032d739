"""``/prep link`` and ``/prep unlink``: two accounts, two teams, and back."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.actions import Action, ActionKind
from handlers.invocation import Caller
from handlers.linking.join import GATHER_TEAM
from handlers.linking.record import LinkKind
from handlers.message import Message, Response
from handlers.records import Member, Team
from handlers.refs import ChannelRef, Platform, UserRef, WorkspaceRef
from questions.role import Role
from tests.factory import a_question
from tests.handlers.conftest import REPLY, World, a_caller, buttons_of

CODE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")
SERVER = WorkspaceRef(platform=Platform.DISCORD, id="G1")
ELSEWHERE = ChannelRef(platform=Platform.DISCORD, workspace_id="G1", id="77")
ADA = a_caller("Ada")
LEAD = a_caller("Mia", leads=True)


def on_discord(name: str, *, leads: bool = False, direct: bool = False) -> Caller:
    channel = replace(ELSEWHERE, workspace_id="@me", id=f"D-{name}") if direct else ELSEWHERE
    return Caller(
        user=UserRef(platform=Platform.DISCORD, realm="global", id=f"d-{name.lower()}"),
        display_name=f"{name} on Discord",
        workspace=None if direct else SERVER,
        channel=channel,
        is_direct=direct,
        leads=leads,
        may_manage=leads,
    )


def code_in(text: str) -> str:
    found = CODE.search(text)
    assert found is not None, text
    return found.group()


def button(message: Message, kind: ActionKind) -> Action:
    return next(b.action for b in buttons_of(message) if b.action.kind is kind)


async def board(world: World, by: Caller) -> str:
    return await world.told("leaderboard", by=by)


async def an_answer(world: World, by: str = "Ada") -> None:
    question = await world.newest() or await world.ask()
    await world.reply(question, REPLY, by=by)


async def joined_teams(world: World) -> Message:
    """Have the Discord server join the Slack workspace's team."""
    await world.told("progress", by=on_discord("Dan"))
    code = code_in(await world.told("link", by=LEAD, code="team"))
    asked = await world.command("link", by=on_discord("Dan", leads=True), code=code)
    assert isinstance(asked, Response)
    done = await world.click(
        button(asked.message, ActionKind.JOIN_TEAMS), by=on_discord("Dan", leads=True)
    )
    assert isinstance(done, Response)
    await world.jobs.settle()
    return done.message


async def test_two_accounts_become_one_member_and_two_again(world: World) -> None:
    await an_answer(world)
    alone = await board(world, ADA)
    me = on_discord("Ada", direct=True)
    code = code_in(await world.told("link", by=ADA))

    linked = await world.command("link", by=me, code=code.lower())
    assert isinstance(linked, Response)
    assert "Slack and Discord are one member" in linked.message.plain_text
    assert "Ada" in await board(world, me)
    (score,) = await world.scores()
    progress = await world.told("progress", by=me)
    assert str(score.points) in progress

    undone = await world.told_after_click(button(linked.message, ActionKind.UNLINK), by=me)
    assert "two members again" in undone
    assert await board(world, ADA) == alone.replace("Ada on Discord", "Ada")
    assert str(score.points) not in await world.told("progress", by=me)
    assert [entry.member_id for entry in await world.scores()] == [score.member_id]


async def test_whoever_asked_for_the_code_is_told_and_can_undo_it(world: World) -> None:
    code = code_in(await world.told("link", by=ADA))
    await world.told("link", by=on_discord("Eve", direct=True), code=code)
    await world.jobs.settle()
    told = world.slack.said[-1]
    assert "somebody typed your code on Discord" in told.text
    undo = button(told.message, ActionKind.UNLINK)
    assert "two members again" in await world.told_after_click(undo, by=ADA)
    assert "undone already" in await world.told_after_click(undo, by=ADA)


async def test_a_stranger_undoes_nothing(world: World) -> None:
    code = code_in(await world.told("link", by=ADA))
    await world.told("link", by=on_discord("Ada", direct=True), code=code)
    await world.jobs.settle()
    undo = button(world.slack.said[-1].message, ActionKind.UNLINK)
    assert "undone already" in await world.told_after_click(undo, by=a_caller("Bob"))
    assert "are one already" in await world.told(
        "link", by=on_discord("Ada", direct=True), code=code_in(await world.told("link", by=ADA))
    )


async def test_a_code_is_good_once_for_ten_minutes_and_on_another_account(world: World) -> None:
    code = code_in(await world.told("link", by=ADA))
    assert "your own" in await world.told("link", by=ADA, code=code)
    world.clock.move(minutes=10)
    late = await world.told("link", by=on_discord("Ada", direct=True), code=code)
    assert "older than ten minutes" in late
    first = code_in(await world.told("link", by=ADA))
    second = code_in(await world.told("link", by=ADA))
    assert "I don't know that code" in await world.told(
        "link", by=on_discord("Ada", direct=True), code=first
    )
    assert "Done" in await world.told("link", by=on_discord("Ada", direct=True), code=second)
    assert "I don't know that code" in await world.told(
        "link", by=on_discord("Eve", direct=True), code=second
    )


async def test_codes_can_not_be_guessed(world: World) -> None:
    eve = on_discord("Eve", direct=True)
    for number in range(5):
        assert "don't know" in await world.told("link", by=eve, code=f"2222-222{number + 2}")
    code = code_in(await world.told("link", by=ADA))
    assert "too many wrong codes" in await world.told("link", by=eve, code=code)
    world.clock.move(minutes=9)
    assert "too many wrong codes" in await world.told("link", by=eve, code=code)


async def test_what_is_no_code_is_said_so(world: World) -> None:
    assert "eight letters and digits" in await world.told("link", by=ADA, code="hello")


async def test_two_servers_become_one_team_with_one_board(world: World) -> None:
    await an_answer(world)
    done = await joined_teams(world)
    assert "one team now (a Discord server and a Slack workspace)" in done.plain_text
    assert "Ada" in await board(world, on_discord("Dan"))
    code = code_in(await world.told("link", by=ADA))
    assert "Done" in await world.told("link", by=on_discord("Ada"), code=code)
    (score,) = await world.scores()
    assert str(score.points) in await world.told("progress", by=on_discord("Ada"))
    assert "nothing to unlink" in await world.told("unlink", by=a_caller("Bob"))


async def test_members_of_two_teams_are_told_to_join_the_teams_first(world: World) -> None:
    await world.told("progress", by=on_discord("Dan"))
    code = code_in(await world.told("link", by=ADA))
    assert "two different teams" in await world.told("link", by=on_discord("Ada"), code=code)


async def test_only_leads_join_and_part_teams(world: World) -> None:
    assert "Only people who run this place" in await world.told("link", by=ADA, code="team")
    code = code_in(await world.told("link", by=LEAD, code="team"))
    refused = await world.told("link", by=on_discord("Dan"), code=code)
    assert "Only people who run this place" in refused
    direct = await world.told("link", by=on_discord("Dan", leads=True, direct=True), code=code)
    assert "do this in a channel" in direct
    asked = await world.command("link", by=on_discord("Dan", leads=True), code=code)
    assert isinstance(asked, Response)
    join = button(asked.message, ActionKind.JOIN_TEAMS)
    assert "Only people who run" in await world.told_after_click(join, by=on_discord("Dan"))
    assert "Done" in await world.told_after_click(join, by=on_discord("Dan", leads=True))
    assert "Only people who run" in await world.told("unlink", by=ADA, what="team")


async def test_parted_teams_have_what_was_theirs_and_what_came_since(world: World) -> None:
    await an_answer(world)
    await joined_teams(world)
    code = code_in(await world.told("link", by=ADA))
    await world.told("link", by=on_discord("Ada"), code=code)
    # A member and a schedule come about in the server while the teams are one.
    await world.told("progress", by=on_discord("Zoe"))
    await world.told(
        "schedule",
        by=on_discord("Dan", leads=True),
        time="09:00",
        zone="UTC",
        roles="ai-engineer",
    )
    assert "two teams again" in await world.told("unlink", by=LEAD, what="team")

    async with world.storage(read_only=True) as work:
        server = await work.teams.of_workspace(SERVER)
        mine = await work.teams.of_workspace(WorkspaceRef(platform=Platform.SLACK, id="T1"))
        assert server is not None
        assert mine is not None
        assert server.id != mine.id
        for name in ("Ada", "Dan", "Zoe"):
            member = await work.teams.member(server.id, on_discord(name).user)
            assert member is not None, name
            assert member.team_id == server.id
            assert await work.teams.member(mine.id, on_discord(name).user) is None
        schedule = await work.schedules.of_channel(ELSEWHERE)
        assert schedule is not None
        assert schedule.team_id == server.id
        assert await work.scores.entries(server.id, None) == []
        assert len(await work.scores.entries(mine.id, None)) == 1
    assert "not joined with another" in await world.told("unlink", by=LEAD, what="team")


async def test_what_was_under_way_while_teams_were_joined_is_gathered(world: World) -> None:
    await world.told("progress", by=on_discord("Dan"))
    async with world.storage(read_only=True) as work:
        server = await work.teams.of_workspace(SERVER)
    assert server is not None
    await joined_teams(world)
    async with world.storage() as work:
        late = await work.teams.member(server.id, on_discord("Late").user)
        assert late is None
        await work.teams.add_member(
            Member(id="late", team_id=server.id, name="Late"), on_discord("Late").user
        )
        link = (await work.links.made(LinkKind.TEAM, (await mine(world)).id))[0]
    assert await world.run(GATHER_TEAM, link.id, attempt=2) is None
    async with world.storage(read_only=True) as work:
        gathered = await work.teams.member(link.kept_id, on_discord("Late").user)
    assert gathered is not None


async def test_teams_with_the_same_question_id_are_not_joined(world: World) -> None:
    await world.told("progress", by=on_discord("Dan"))
    await world.told("progress", by=ADA)
    async with world.storage() as work:
        server = await work.teams.of_workspace(SERVER)
        assert server is not None
        ours = (await mine(world)).id
        await work.questions.sync(ours, [a_question("twin")])
        await work.questions.sync(server.id, [a_question("twin", role=Role.ML_ENGINEER)])
    code = code_in(await world.told("link", by=LEAD, code="team"))
    asked = await world.command("link", by=on_discord("Dan", leads=True), code=code)
    assert isinstance(asked, Response)
    join = button(asked.message, ActionKind.JOIN_TEAMS)
    refused = await world.told_after_click(join, by=on_discord("Dan", leads=True))
    assert "same id: twin" in refused
    async with world.storage(read_only=True) as work:
        assert await work.teams.of_workspace(SERVER) == server


async def mine(world: World) -> Team:
    async with world.storage(read_only=True) as work:
        team = await work.teams.of_workspace(WorkspaceRef(platform=Platform.SLACK, id="T1"))
    assert team is not None
    return team


async def test_the_index_follows_linked_teams(world: World) -> None:
    await world.told("progress", by=LEAD)
    async with world.storage() as work:
        kept = await work.teams.of_workspace(LEAD.workspace) if LEAD.workspace else None
        assert kept is not None
        await work.questions.add(kept.id, a_question("ours"))
    await joined_teams(world)
    assert len(world.index.held[kept.id]) == 1
    (other,) = set(world.index.held) - {kept.id}
    assert world.index.held[other] == []
    before = len(world.index.updated)
    await world.told("unlink", by=LEAD, what="team")
    await world.jobs.settle()
    assert sorted(world.index.updated[before:]) == sorted([kept.id, other])
