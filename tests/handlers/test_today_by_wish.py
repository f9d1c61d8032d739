"""``/prep today`` with a topic or a question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.daily.today import MAX_ASKED_A_DAY
from handlers.records import GradeMode
from handlers.refs import ThreadRef
from questions.question import Question
from questions.role import Role
from tests.factory import CHANNEL, a_question
from tests.handlers.conftest import World, a_caller, in_direct_message


def about(topic: str, id_: str, *, role: Role = Role.AI_ENGINEER) -> Question:
    return a_question(id_, role=role).model_copy(update={"topic": topic, "title": f"T {id_}"})


BANK = (
    about("retrieval", "ai-1"),
    about("retrieval", "ai-2"),
    about("retrieval", "ml-1", role=Role.ML_ENGINEER),
    about("prompt-injection", "ai-3"),
)


@pytest.fixture(autouse=True)
async def bank(world: World) -> None:
    await world.load(*BANK)


async def asked(world: World, **options: str) -> str:
    """Ask, and return the question's id."""
    await world.told("today", **options)  # type: ignore[arg-type]  # no option is named so
    await world.jobs.settle()
    newest = await world.newest()
    assert newest is not None
    assert newest.question_id is not None
    return newest.question_id


async def test_a_question_is_asked_by_its_id_or_title(world: World) -> None:
    assert await asked(world, question="ml-1") == "ml-1"
    assert await asked(world, question="t AI-2") == "ai-2"


async def test_a_topic_gives_one_of_its_questions_of_the_role_that_is_named(world: World) -> None:
    assert await asked(world, topic="prompt injection") == "ai-3"
    assert await asked(world, topic="retrieval", role="ml-engineer") == "ml-1"


async def test_a_topic_that_was_asked_today_is_shown_again(world: World) -> None:
    first = await asked(world, topic="retrieval")
    assert await asked(world, topic="retrieval") == first
    assert len(world.slack.said) == 1


async def test_a_question_that_was_asked_for_plays_by_the_channels_settings(world: World) -> None:
    await world.settings(grades="blind")
    await asked(world, question="ai-1")
    newest = await world.newest()
    assert newest is not None
    assert newest.grades is GradeMode.BLIND
    assert newest.reveal_at is not None


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"topic": "retrieva1"}, "There is no topic “retrieva1”. Did you mean retrieval?"),
        ({"topic": "xyzzy"}, "There is no topic “xyzzy”. Did you mean retrieval"),
        ({"question": "ai-4"}, "There is no question “ai-4”. Did you mean ai-1"),
        ({"question": "xyzzy"}, "Leave it out and I pick one."),
        (
            {"topic": "prompt-injection", "role": "ml-engineer"},
            "The bank has no question about “prompt-injection” for ML Engineer.",
        ),
    ],
)
async def test_what_the_bank_does_not_have_is_explained(
    world: World, options: dict[str, str], said: str
) -> None:
    told = await world.told("today", **options)  # type: ignore[arg-type]
    assert said in told
    assert world.slack.said == []


async def test_a_topic_may_be_short_where_only_one_begins_so(world: World) -> None:
    assert await asked(world, topic="prompt") == "ai-3"


async def test_a_channel_is_not_drowned_but_a_direct_message_has_no_end(world: World) -> None:
    many = [about("retrieval", f"q-{n}") for n in range(MAX_ASKED_A_DAY + 2)]
    await world.load(*many)
    ada = in_direct_message()
    for question in many:
        last = await world.told("today", question=question.id)
        await world.told("today", question=question.id, by=ada)
    await world.jobs.settle()
    assert "more would drown it" in last
    assert len(world.slack.said_to(CHANNEL)) == MAX_ASKED_A_DAY
    assert len(world.slack.said_to(ada.channel)) == len(many)


async def test_a_question_asked_for_in_a_private_thread_stays_there(world: World) -> None:
    thread = ThreadRef(channel=CHANNEL, id="T7")
    private = replace(a_caller(thread=thread), thread_is_private=True)
    await world.told("today", by=private, question="ai-1")
    await world.jobs.settle()
    assert [said.to for said in world.slack.said] == [thread]
    newest = await world.newest()
    assert newest is not None
    assert newest.thread == thread
