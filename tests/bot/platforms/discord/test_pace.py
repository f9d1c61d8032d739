"""What a whole bot may send: a rate, and a budget of refusals."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.discord.client import DiscordPlatform
from bot.platforms.discord.config import DiscordConfig
from bot.platforms.discord.pace import PER_SECOND, Pace, TooManyRefusals
from handlers.message import say
from handlers.ports import DeliveryFailed, TargetGone
from handlers.refs import ChannelRef
from tests.bot.platforms.discord.conftest import channel_ref
from tests.wire.fake_discord import FakeDiscord

POST = r"/channels/\d+/messages$"
DISCORDS_LIMIT = 50


class Stopwatch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@given(st.lists(st.floats(min_value=0.0, max_value=0.5), min_size=60, max_size=200))
async def test_in_no_second_more_goes_out_than_is_allowed(waits: list[float]) -> None:
    clock, sent = Stopwatch(), []
    pace = Pace(now=clock)
    for wait in waits:
        clock.seconds += wait
        # Whoever comes is told how long to wait, and then goes at once.
        clock.seconds += pace.wait()
        await pace.take()
        sent.append(clock.seconds)

    for index, at in enumerate(sent[PER_SECOND:]):
        assert at - sent[index] >= 1.0 - 1e-9


async def test_a_pause_is_made_up_for_without_a_burst() -> None:
    clock = Stopwatch()
    pace = Pace(now=clock)
    times = []
    for _ in range(3 * PER_SECOND):
        clock.seconds += pace.wait()
        await pace.take()
        times.append(clock.seconds)

    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert min(gaps) >= 0.018 - 1e-9
    assert len(times) / times[-1] > DISCORDS_LIMIT / 1.2


async def test_a_limit_for_the_whole_bot_holds_every_request_back() -> None:
    clock = Stopwatch()
    pace = Pace(now=clock)

    pace.note(429, is_global=True, is_shared=False, retry_after=3.0)

    assert pace.wait() == 3.0


@pytest.mark.parametrize("status", [401, 403, 429])
async def test_too_many_refusals_stop_everything_until_they_are_old(status: int) -> None:
    clock = Stopwatch()
    pace = Pace(most_refused=3, now=clock)
    for _ in range(3):
        pace.note(status, is_global=False, is_shared=False, retry_after=0.0)

    with pytest.raises(TooManyRefusals) as stopped:
        await pace.take()
    assert stopped.value.retry_after == 600.0
    clock.seconds = 600.0
    await pace.take()


async def test_what_others_used_up_and_other_errors_are_not_held_against_us() -> None:
    pace = Pace(most_refused=1, now=Stopwatch())

    pace.note(429, is_global=False, is_shared=True, retry_after=1.0)
    pace.note(404, is_global=False, is_shared=False, retry_after=0.0)

    await pace.take()


async def test_on_the_wire_the_limit_for_the_whole_bot_is_waited_for_by_all(
    discord: FakeDiscord, platform: DiscordPlatform, channel: ChannelRef
) -> None:
    discord.script_failure("POST", POST, status=429, retry_after=0.2, is_global=True)
    other = channel_ref(discord, discord.add_channel("other"))

    await platform.post(channel, say("one"), key="k1")
    assert platform.pace.wait() <= 0.2
    await platform.post(other, say("two"), key="k2")

    assert [post.text for post in discord.posts] == ["one", "two"]
    assert discord.count("POST", POST) == 3


async def test_on_the_wire_refusals_use_up_the_budget(
    discord: FakeDiscord, config: DiscordConfig
) -> None:
    platform = DiscordPlatform(config, pace=Pace(most_refused=4))
    channels = [channel_ref(discord, discord.add_channel(f"c{number}")) for number in range(5)]
    for ref in channels:
        discord.refuse(int(ref.id), 50001)

    for ref in channels[:4]:
        with pytest.raises(TargetGone):
            await platform.post(ref, say("hello"), key=ref.id)
    asked = len(discord.requests)
    with pytest.raises(DeliveryFailed) as held:
        await platform.post(channels[4], say("hello"), key="k")

    assert not isinstance(held.value, TargetGone)
    assert held.value.retry_after is not None
    assert held.value.retry_after > 500
    assert len(discord.requests) == asked
    await platform.close()
