"""Links, on every database: what is joined can be parted, and every row is where it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.storage.relocation import owned
from bot.storage.tables import METADATA
from handlers.linking.record import Link, LinkCode, LinkKind
from handlers.records import (
    Answer,
    AnswerSource,
    ChannelSettings,
    Member,
    Notice,
    NoticeKind,
    Occurrence,
    OccurrenceState,
    Team,
)
from handlers.refs import ChannelRef, Platform, ThreadRef, UserRef, WorkspaceRef
from handlers.reviews.record import Outcome
from handlers.storage import UnitOfWork
from tests.contracts.conftest import NOW, USER, WORKSPACE, Store
from tests.factory import a_question, an_entry

SERVER = WorkspaceRef(platform=Platform.DISCORD, id="G1")
ON_DISCORD = UserRef(platform=Platform.DISCORD, realm="global", id="7")
ROOM = ChannelRef(platform=Platform.DISCORD, workspace_id="G1", id="70")
_LINKS = {"links", "link_moves", "alembic_version"}

Rows = dict[str, list[tuple[object, ...]]]


async def snapshot(store: Store) -> Rows:
    """Every row of every table but those of links."""
    rows: Rows = {}
    async with store.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            if table.name not in _LINKS:
                found = await connection.execute(sa.select(table))
                rows[table.name] = sorted((tuple(row) for row in found), key=repr)
    return rows


def a_link(kind: LinkKind, kept: str, other: str) -> Link:
    return Link(
        id=f"{kind}-{kept}-{other}",
        kind=kind,
        team_id="team",
        kept_id=kept,
        other_id=other,
        made_by=ON_DISCORD,
        made_at=NOW,
    )


async def another_team(work: UnitOfWork) -> None:
    """A server with a member who has something in many a table."""
    await work.teams.add(Team(id="server", name="Server", zone="UTC"), SERVER)
    await work.teams.add_member(Member(id="ben", team_id="server", name="Ben"), ON_DISCORD)
    await work.questions.sync("server", [a_question("own")])
    await work.channels.put(ChannelSettings(team_id="server", channel=ROOM))
    await an_answer(work, "1", member_id="ben")
    ben = Member(id="ben", team_id="server", name="Ben")
    await work.teams.name_manager(ben, by=ben, now=NOW)
    await work.notices.add(
        Notice(
            id="n1",
            team_id="server",
            key="n1",
            kind=NoticeKind.BLIND,
            user=ON_DISCORD,
            subject="o1",
        )
    )


async def an_answer(work: UnitOfWork, name: str, *, member_id: str, team: str = "server") -> None:
    thread = ThreadRef(channel=ROOM, id="70")
    await work.occurrences.claim(
        Occurrence(
            id=f"o{name}",
            team_id=team,
            channel=ROOM,
            local_date=NOW.date(),
            key=f"o{name}",
            state=OccurrenceState.POSTED,
            created_at=NOW,
        )
    )
    answer = Answer(
        id=f"a{name}",
        team_id=team,
        member_id=member_id,
        occurrence_id=f"o{name}",
        question_id="own",
        question_version=1,
        source=AnswerSource.FORM,
        key=f"a{name}",
        text="I would measure first.",
        show_in=thread,
        created_at=NOW,
        author=ON_DISCORD,
    )
    await work.answers.add(answer)
    entry = replace(an_entry(), answer_id=f"a{name}", team_id=team, member_id=member_id)
    await work.scores.put(entry)
    await work.outcomes.add(
        Outcome(
            team_id=team,
            member_id=member_id,
            question_id="own",
            question_version=1,
            source=f"answer:a{name}",
            number=1,
            score=3.0,
            difficulty=2,
            missed=(),
            at=NOW,
        )
    )


async def test_parting_puts_every_row_back(store: Store) -> None:
    async with store.open() as work:
        await another_team(work)
    before = await snapshot(store)
    team, member = a_link(LinkKind.TEAM, "team", "server"), a_link(LinkKind.MEMBER, "ada", "ben")
    async with store.open() as work:
        await work.links.join(team)
        await work.links.join(member)
    async with store.open(read_only=True) as work:
        assert await work.links.accounts("ada") == [USER, ON_DISCORD]
        assert set(await work.links.workspaces("team")) == {WORKSPACE, SERVER}
        found = await work.teams.of_user(ON_DISCORD)
        assert found is not None
        assert found.id == "team"
        assert [entry.member_id for entry in await work.scores.entries("team", None)] == ["ada"]
        assert await work.links.made(LinkKind.TEAM, "team") == [team]
    assert not [row for row in (await snapshot(store))["answers"] if "server" in row]
    async with store.open() as work:
        await work.links.part(team)
    assert await snapshot(store) == before
    async with store.open(read_only=True) as work:
        assert await work.links.made(LinkKind.TEAM, "team") == []
        assert await work.links.made(LinkKind.MEMBER, "ada") == []


async def test_what_came_since_goes_with_the_account_and_the_place(store: Store) -> None:
    async with store.open() as work:
        await another_team(work)
        await work.links.join(a_link(LinkKind.TEAM, "team", "server"))
        member = a_link(LinkKind.MEMBER, "ada", "ben")
        await work.links.join(member)
        await an_answer(work, "2", member_id="ada", team="team")
    async with store.open() as work:
        await work.links.part(member)
    async with store.open(read_only=True) as work:
        entries = await work.scores.entries("team", None)
    assert {entry.answer_id: entry.member_id for entry in entries} == {"a1": "ben", "a2": "ben"}
    async with store.open() as work:
        await work.links.part(a_link(LinkKind.TEAM, "team", "server"))
    rows = await snapshot(store)
    for table in ("answers", "occurrences", "scores", "outcomes"):
        column = METADATA.tables[table].c.keys().index("team_id")
        assert {row[column] for row in rows[table]} == {"server"}, table


async def test_an_account_of_both_teams_stays_findable(store: Store) -> None:
    async with store.open() as work:
        await another_team(work)
        await work.teams.add_member(Member(id="ben2", team_id="team", name="Ben"), ON_DISCORD)
        assert await work.links.shared_accounts("team", "server") == [("ben2", "ben")]
    before = await snapshot(store)
    team = a_link(LinkKind.TEAM, "team", "server")
    async with store.open() as work:
        await work.links.join(team)
        await work.links.join(a_link(LinkKind.MEMBER, "ben2", "ben"))
    async with store.open(read_only=True) as work:
        found = await work.teams.of_user(ON_DISCORD)
        member = await work.teams.member("team", ON_DISCORD)
    assert found is not None
    assert found.id == "team"
    assert member is not None
    assert member.id == "ben2"
    async with store.open() as work:
        await work.links.part(team)
    assert await snapshot(store) == before


async def test_joining_again_gathers_what_came_late(store: Store) -> None:
    async with store.open() as work:
        await another_team(work)
        await work.links.join(a_link(LinkKind.TEAM, "team", "server"))
        late = replace(ON_DISCORD, id="8")
        await work.teams.add_member(Member(id="late", team_id="server", name="Late"), late)
    async with store.open() as work:
        await work.links.join(a_link(LinkKind.TEAM, "team", "server"))
    async with store.open(read_only=True) as work:
        assert await work.teams.member("team", late) is not None


async def test_a_code_is_taken_once(store: Store) -> None:
    code = LinkCode(
        digest="d",
        kind=LinkKind.MEMBER,
        team_id="team",
        member_id="ada",
        user=USER,
        expires_at=NOW + timedelta(minutes=10),
    )
    async with store.open() as work:
        await work.links.put_code(replace(code, digest="earlier"))
        await work.links.put_code(code)
        assert await work.links.find_code("earlier", NOW) is None
        assert await work.links.find_code("d", NOW) == code
        assert await work.links.find_code("d", code.expires_at) is None
        assert await work.links.take_code("d", NOW) == code
        assert await work.links.take_code("d", NOW) is None
        await work.links.note_wrong(USER, NOW)
        assert await work.links.wrong(USER, NOW - timedelta(minutes=1)) == [NOW]
        assert await work.links.wrong(USER, NOW) == []


@pytest.mark.parametrize("kind", list(LinkKind))
def test_every_table_that_names_an_owner_takes_part(kind: LinkKind) -> None:
    name = f"{kind}_id"
    stays = {"judgements", "ratings", "reservations", "spending", "link_codes", "links"}
    declared = {table.name for table in METADATA.sorted_tables if name in table.c} - stays
    assert {table.name for table, column in owned(kind) if column.name == name} == declared
