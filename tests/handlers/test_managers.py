"""Who may manage: the workspace's admins, and whom they name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.actions import Action, ActionKind
from handlers.command import Group, Person
from handlers.invocation import Caller
from handlers.refs import ChannelRef, Platform, UserRef, WorkspaceRef
from tests.handlers.appeals.court import appealed
from tests.handlers.conftest import World, a_caller, in_direct_message

SERVER = WorkspaceRef(platform=Platform.DISCORD, id="G1")
ROOM = ChannelRef(platform=Platform.DISCORD, workspace_id="G1", id="70")
ADMIN = a_caller("Mia", leads=True)
BOB = a_caller("Bob")


def person(caller: Caller = BOB, name: str = "") -> str:
    return Person(user=caller.user, name=name or caller.display_name).pack()


async def name_bob(world: World) -> str:
    return await world.told("managers", by=ADMIN, action="add", person=person())


async def test_who_was_named_may_manage_and_decide_until_they_are_not(world: World) -> None:
    assert "Only people who run" in await world.told("schedule", by=BOB, time="09:00")
    assert "Done: Bob may now" in await name_bob(world)
    assert "Daily question" in await world.told("schedule", by=BOB, time="09:00")
    assert "Settings of this channel" in await world.told("settings", by=BOB, grades="private")
    assert "No appeal waits" in await world.told("appeals", by=BOB)

    said = await world.told("managers", by=ADMIN, action="remove", person=person())
    assert said == "Done: Bob no longer manages Prepbot."
    assert "Only people who run" in await world.told("schedule", by=BOB, action="pause")
    assert "Only people who run" in await world.told("appeals", by=BOB)


async def test_a_button_on_an_old_message_asks_anew_who_presses_it(world: World) -> None:
    await name_bob(world)
    appeal = await appealed(world)
    uphold = Action(ActionKind.UPHOLD, appeal.id)
    await world.told("managers", by=ADMIN, action="remove", person=person())
    assert "Only people who run" in await world.told_after_click(uphold, by=BOB)
    await name_bob(world)
    assert "Done" in await world.told_after_click(uphold, by=BOB)


async def test_who_was_named_decides_in_a_direct_message_too(world: World) -> None:
    bob = in_direct_message("Bob", workspace=None)
    assert "can't tell who leads" in await world.told("appeals", by=bob)
    await name_bob(world)
    assert "No appeal" in await world.told("appeals", by=bob)


async def test_who_was_named_names_nobody(world: World) -> None:
    await name_bob(world)
    for action in ("add", "remove", "list"):
        said = await world.told("managers", by=BOB, action=action, person=person(BOB))
        assert "may name managers" in said


async def test_they_are_listed_by_name(world: World) -> None:
    assert "Nobody has been named yet" in await world.told("managers", by=ADMIN)
    await world.told("managers", by=ADMIN, person=person(a_caller("Zoe")))
    await name_bob(world)
    said = await world.told("managers", by=ADMIN, action="list")
    assert said.index("- Bob") < said.index("- Zoe")


async def test_naming_twice_and_taking_back_twice_say_so(world: World) -> None:
    await name_bob(world)
    assert "already" in await name_bob(world)
    for expected in ("no longer manages", "Nobody had named Bob"):
        said = await world.told("managers", by=ADMIN, action="remove", person=person())
        assert expected in said


async def test_a_named_person_keeps_the_name_they_go_by(world: World) -> None:
    await world.ask()
    await world.command("leaderboard", by=a_caller("Bob", called="Bob the Builder"))
    said = await world.told("managers", by=ADMIN, action="add", person=Person(user=BOB.user).pack())
    assert "Bob the Builder may now" in said


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"action": "add"}, "Say whom"),
        ({"action": "add", "person": "Bob"}, "names nobody here"),
        (
            {"person": Person(user=UserRef(platform=BOB.user.platform, realm="T9", id="x")).pack()},
            "another workspace",
        ),
    ],
)
async def test_nobody_in_particular_is_asked_back(
    world: World, options: dict[str, str], expected: str
) -> None:
    assert expected in await world.told("managers", by=ADMIN, **options)


async def test_a_manager_of_one_team_manages_no_other(world: World) -> None:
    await name_bob(world)
    elsewhere = replace(a_caller("Bob", workspace_id="T2"), user=BOB.user)
    assert "Only people who run" in await world.told("schedule", by=elsewhere, time="09:00")


LEADS = Group(workspace=SERVER, id="77", name="Leads")
ON_DISCORD = replace(a_caller("Mia", channel=ROOM, leads=True), workspace=SERVER, channel=ROOM)


def with_role(name: str, *groups: Group) -> Caller:
    return replace(
        a_caller(name, channel=ROOM),
        workspace=SERVER,
        channel=ROOM,
        groups=frozenset(group.ref for group in groups),
    )


async def test_a_role_that_was_named_lets_all_who_have_it_manage_until_it_is_taken_back(
    world: World,
) -> None:
    bob, cyd = with_role("Bob", LEADS), with_role("Cyd")
    said = await world.told("managers", by=ON_DISCORD, action="add", person=LEADS.pack())
    assert said.startswith("Done: everybody with the role Leads may now")
    assert "Daily question" in await world.told("schedule", by=bob, time="09:00")
    assert "Only people who run" in await world.told("schedule", by=cyd, time="09:00")
    assert "everybody with the role Leads" in await world.told("managers", by=ON_DISCORD)

    assert "already" in await world.told("managers", by=ON_DISCORD, person=LEADS.pack())
    said = await world.told("managers", by=ON_DISCORD, action="remove", person=LEADS.pack())
    assert "no longer lets anybody manage" in said
    assert "Only people who run" in await world.told("schedule", by=bob, action="pause")
    said = await world.told("managers", by=ON_DISCORD, action="remove", person=LEADS.pack())
    assert said == "Nobody had named everybody with the role Leads."


async def test_a_role_of_another_server_counts_for_nothing(world: World) -> None:
    elsewhere = replace(LEADS, workspace=replace(SERVER, id="G9"))
    said = await world.told("managers", by=ON_DISCORD, action="add", person=elsewhere.pack())
    assert "another server" in said
    await world.told("managers", by=ON_DISCORD, action="add", person=LEADS.pack())
    eve = with_role("Eve", elsewhere)
    assert "Only people who run" in await world.told("schedule", by=eve, time="09:00")


async def test_who_manages_by_a_role_names_nobody(world: World) -> None:
    await world.told("managers", by=ON_DISCORD, action="add", person=LEADS.pack())
    bob = with_role("Bob", LEADS)
    assert "may name managers" in await world.told("managers", by=bob, person=LEADS.pack())


@pytest.mark.parametrize("typed", ["group nothing", "group discord/1", "group ", "group /"])
async def test_a_role_that_cannot_be_read_names_nobody(world: World, typed: str) -> None:
    assert "names nobody" in await world.told("managers", by=ON_DISCORD, person=typed)


@given(
    st.builds(
        Group,
        workspace=st.just(SERVER),
        id=st.from_regex(r"[0-9]{1,20}", fullmatch=True),
        name=st.text(max_size=30).map(str.strip),
    )
)
def test_a_role_survives_being_packed(group: Group) -> None:
    assert Group.unpack(group.pack()) == group
