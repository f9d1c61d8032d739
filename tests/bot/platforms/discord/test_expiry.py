"""What comes after an interaction's fifteen minutes reaches people all the same."""

from __future__ import annotations

import pytest

from handlers.dispatch import Dispatcher
from handlers.message import Response, Visibility, say
from tests.bot.platforms.discord.conftest import StartApp
from tests.bot.platforms.fake_dispatcher import SlowDispatcher
from tests.wire.fake_discord import FakeDiscord


@pytest.mark.parametrize("visibility", list(Visibility))
async def test_an_answer_after_the_token_ended_becomes_a_message_where_it_was_meant_for(
    discord: FakeDiscord, start_app: StartApp, visibility: Visibility
) -> None:
    slow = SlowDispatcher()
    slow.outcome = Response(message=say("here at last"), visibility=visibility)
    dispatcher: Dispatcher = slow
    await start_app(dispatcher=dispatcher, patience=0.05)

    called = await discord.slash(discord.channel_id, "Ana", "today")
    await discord.wait_until(lambda: called.message, what="thinking")
    discord.expire_interactions(0.0)
    slow.finish.set()
    said = await discord.wait_for_post("here at last")

    is_for_all = visibility is Visibility.EVERYONE
    assert said.channel_id == (discord.channel_id if is_for_all else discord.direct_channel("Ana"))
    assert called.message is not None
    assert called.message.is_loading


async def test_an_answer_that_nobody_can_be_told_disturbs_nothing(
    discord: FakeDiscord, start_app: StartApp
) -> None:
    slow = SlowDispatcher()
    slow.outcome = Response(message=say("here at last"))
    dispatcher: Dispatcher = slow
    await start_app(dispatcher=dispatcher, patience=0.05)
    discord.refuse(discord.direct_channel("Ana"), 50007)

    called = await discord.slash(discord.channel_id, "Ana", "today")
    await discord.wait_until(lambda: called.message, what="thinking")
    discord.expire_interactions(0.0)
    slow.finish.set()
    await discord.wait_until(
        lambda: discord.count("POST", r"/channels/\d+/messages$"), what="a try"
    )
    discord.expire_interactions(900.0)
    again = await discord.slash(discord.channel_id, "Ana", "today")

    assert "here at last" in (await discord.wait_for_answer(again)).text
