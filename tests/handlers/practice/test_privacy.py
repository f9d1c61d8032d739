"""Nothing of a session reaches a channel or a board, unless its owner shares it."""

from __future__ import annotations

from handlers.actions import ActionKind
from handlers.practice.record import TurnKind
from tests.factory import CHANNEL
from tests.handlers.conftest import World, a_caller, in_direct_message
from tests.handlers.practice.interview import ADA, ANSWER, Interview, labels


async def _finished(world: World) -> Interview:
    interview = Interview(world)
    await world.told("practice", by=a_caller(), role="ai-engineer", length="1")
    await world.jobs.settle()
    await interview.answer_until(TurnKind.INVITATION)
    await interview.write("no")
    return interview


async def test_everything_is_said_to_its_owner_alone(world: World) -> None:
    await _finished(world)
    assert {said.to for said in world.slack.said} == {ADA.channel}
    assert await world.scores() == []
    board = await world.told("leaderboard")
    assert "Ada" not in board


async def test_the_owner_shares_exactly_what_they_saw(world: World) -> None:
    interview = await _finished(world)
    session = await interview.session()
    preview = await interview.press(ActionKind.PRACTICE_SHARE, session.id)
    assert not [said for said in world.slack.said if said.to == CHANNEL]
    assert labels(preview) == ["Post it"]
    for _ in range(2):
        await interview.press(ActionKind.PRACTICE_POST, session.id)
    (shared,) = world.slack.said_to(CHANNEL)
    assert shared.text in preview.plain_text
    assert (
        shared.text == "Ada went through a mock interview for AI Engineer: one question answered."
    )
    assert ANSWER not in shared.text


async def test_nobody_else_can_share_or_steer_it(world: World) -> None:
    interview = await _finished(world)
    session = await interview.session()
    bob = Interview(world, by=in_direct_message("Bob"))
    for kind in (ActionKind.PRACTICE_SHARE, ActionKind.PRACTICE_POST):
        said = await bob.press(kind, session.id)
        assert "among yours" in said.plain_text
    await interview.begin()
    assert "no interview of yours" in (await bob.press(ActionKind.PRACTICE_QUIT)).plain_text
    assert not world.slack.said_to(CHANNEL)


async def test_without_a_channel_there_is_nothing_to_share_in(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    await interview.answer_until(TurnKind.INVITATION)
    await interview.write("no")
    session = await interview.session()
    said = await interview.press(ActionKind.PRACTICE_SHARE, session.id)
    assert "don't know a channel" in said.plain_text
    await world.nine_every_day()
    preview = await interview.press(ActionKind.PRACTICE_SHARE, session.id)
    assert labels(preview) == ["Post it"]
