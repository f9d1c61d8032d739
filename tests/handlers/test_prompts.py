"""What is suggested in a conversation is a command; everything else stays an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.platforms.slack import limits
from handlers.assistant.prompt import PROMPTS, Prompt, find_prompt
from handlers.refs import ThreadRef
from tests.handlers.conftest import REPLY, World, in_direct_message


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.command)
async def test_every_suggestion_is_a_command_that_exists(world: World, prompt: Prompt) -> None:
    reception = await world.receive(world.direct_message(prompt.message, by=in_direct_message()))

    assert reception.message is not None
    assert prompt.command in [command.name for command in world.app.router.commands]
    assert not reception.stored
    assert len(PROMPTS) <= limits.PROMPTS


@pytest.mark.parametrize("text", ["Leaderboard", " leaderboard? ", "SHOW THE LEADERBOARD!"])
def test_it_is_understood_however_it_is_typed(text: str) -> None:
    prompt = find_prompt(text)

    assert prompt is not None
    assert prompt.command == "leaderboard"


@pytest.mark.parametrize("text", ["", "the leaderboard of a model", REPLY, "today I would…"])
def test_an_answer_is_no_prompt(text: str) -> None:
    assert find_prompt(text) is None


async def test_in_a_channel_the_same_words_are_a_reply(world: World) -> None:
    asked = await world.ask()

    reception = await world.receive(world.message(asked, "What can you do?"))

    assert reception.message is None or "What I can do" not in reception.message.plain_text


async def test_a_question_asked_for_in_a_pane_is_asked_and_answered_in_its_thread(
    world: World,
) -> None:
    ada = in_direct_message()
    pane = ThreadRef(channel=ada.channel, id="pane-1")
    in_pane = replace(ada, thread=pane)
    asking = world.direct_message("Ask me today's question", by=in_pane)
    await world.receive(replace(asking, message=replace(asking.message, thread_id=pane.id)))
    await world.jobs.settle()
    [question] = world.slack.said
    assert question.to == pane

    answer = world.direct_message(REPLY, by=in_pane)
    await world.receive(replace(answer, message=replace(answer.message, thread_id=pane.id)))
    await world.jobs.settle()

    assert world.grader.judged == [REPLY]
    assert world.slack.said[-1].to == pane
