"""What is offered while a command is being typed."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest

from handlers.command import Choice
from handlers.invocation import Caller, Typing
from tests.factory import a_question
from tests.handlers.conftest import World, a_caller, in_direct_message

BANK = (
    a_question("ai-1").model_copy(update={"topic": "retrieval", "title": "Why is it slow?"}),
    a_question("ai-2").model_copy(update={"topic": "retrieval", "title": "Why is it wrong?"}),
    a_question("ai-3").model_copy(update={"topic": "prompt-injection", "title": "Who said so?"}),
)


async def offered(
    world: World, command: str, option: str, text: str, *, by: Caller | None = None, **others: str
) -> list[str]:
    typing = Typing(
        caller=by or a_caller(), command=command, option=option, text=text, others=others
    )
    return [choice.value for choice in await world.app.router.complete(typing)]


async def test_roles_are_found_by_their_short_forms(world: World) -> None:
    assert (await offered(world, "today", "role", ""))[0] == "ai-engineer"
    assert (await offered(world, "today", "role", "ML_ENG"))[0] == "ml-engineer"


async def test_topics_come_with_how_many_questions_they_have(world: World) -> None:
    await world.load(*BANK)
    typing = Typing(caller=a_caller(), command="today", option="topic", text="")
    assert await world.app.router.complete(typing) == [
        Choice(value="retrieval", label="retrieval (2 questions)"),
        Choice(value="prompt-injection", label="prompt injection (1 question)"),
    ]
    assert await offered(world, "today", "topic", "injec") == ["prompt-injection"]


async def test_questions_are_found_by_title_and_narrowed_by_role_and_topic(world: World) -> None:
    await world.load(*BANK)
    assert await offered(world, "today", "question", "wrong") == ["ai-2"]
    assert await offered(world, "today", "question", "", topic="prompt-injection") == ["ai-3"]
    assert set(await offered(world, "today", "question", "why", topic="retrieval")) == {
        "ai-1",
        "ai-2",
    }
    # What stands in the other options may itself still be half typed.
    assert len(await offered(world, "today", "question", "", role="ml", topic="retr")) == 3


async def test_a_list_of_roles_grows_by_its_last_word(world: World) -> None:
    first = await offered(world, "schedule", "roles", "")
    assert first[:2] == ["all", "ai-engineer"]
    more = await offered(world, "schedule", "roles", "ai-engineer, ml")
    assert more[0] == "ai-engineer,ml-engineer"
    assert "ai-engineer,ai-engineer" not in await offered(
        world, "schedule", "roles", "ai-engineer,"
    )


@pytest.mark.parametrize(
    ("typed", "first"), [("berlin", "Europe/Berlin"), ("new york", "America/New_York"), ("", "UTC")]
)
async def test_time_zones_are_found_by_city(world: World, typed: str, first: str) -> None:
    found = await offered(world, "schedule", "zone", typed)
    assert found[0] == first
    assert set(found) <= available_timezones()


async def test_commands_are_found_for_help(world: World) -> None:
    assert (await offered(world, "help", "command", "sched"))[0] == "schedule"


async def test_what_cannot_be_looked_up_offers_nothing(world: World) -> None:
    assert await offered(world, "answer", "text", "I think") == []
    assert await offered(world, "answer", "nothing", "") == []
    assert await offered(world, "nothing", "text", "") == []


async def test_somebody_without_a_team_is_offered_the_shipped_bank(world: World) -> None:
    stranger = in_direct_message("Zoe", workspace=None)
    assert await offered(world, "today", "question", "ml-1", by=stranger)


async def test_nobody_joins_a_team_by_typing(world: World) -> None:
    await offered(world, "today", "topic", "")
    async with world.storage(read_only=True) as work:
        caller = a_caller()
        assert caller.workspace is not None
        assert await work.teams.of_workspace(caller.workspace) is None


async def test_with_storage_down_nothing_is_offered_and_nothing_breaks(world: World) -> None:
    world.storage.fuse = 0
    assert await offered(world, "today", "topic", "") == []
