"""The daily question: claimed once, posted once, and no channel's trouble is another's."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers.actions import ActionKind
from handlers.daily.post import POST_QUESTION
from handlers.daily.tick import Ticker
from handlers.dispatch import Reception
from handlers.message import Buttons
from handlers.ports import Again
from handlers.records import Occurrence, OccurrenceState
from handlers.refs import Platform
from handlers.reveal.claim import RevealClaims
from handlers.storage import StorageUnavailable
from tests.factory import CHANNEL, a_question
from tests.handlers.conftest import OTHER_CHANNEL, REPLY, World, a_caller

# The clock stands at 08:00 UTC on Monday, 2 March 2026.


async def claimed(world: World) -> Occurrence:
    """Let a question be claimed while nobody works on the jobs."""
    await world.jobs.stop()
    await world.nine_every_day(roles="ai-engineer")
    world.clock.move(hours=1)
    assert await world.app.ticker.tick() == 1
    [occurrence] = await world.occurrences()
    assert occurrence.state is OccurrenceState.CLAIMED
    return occurrence


async def now_of(world: World, occurrence: Occurrence) -> Occurrence:
    async with world.storage(read_only=True) as work:
        found = await work.occurrences.get(occurrence.id)
    assert found is not None
    return found


async def test_a_question_is_posted_at_its_time_and_not_before(world: World) -> None:
    await world.nine_every_day(roles="ai-engineer")
    world.clock.move(minutes=59)
    assert await world.tick() == 0
    assert world.slack.said == []

    world.clock.move(minutes=1)
    assert await world.tick() == 1
    [said] = world.slack.said
    assert said.to == CHANNEL
    assert said.thread_title is not None
    assert said.thread_title.startswith("About ai-")
    assert "AI Engineer · difficulty 3 of 5" in said.text
    [occurrence] = await world.occurrences()
    assert occurrence.state is OccurrenceState.POSTED
    assert (occurrence.message, occurrence.thread) == (said.posted.message, said.posted.thread)


async def test_a_posted_question_has_buttons_that_lead_back_to_it(world: World) -> None:
    asked = await world.ask()
    [buttons] = [
        block for block in world.slack.said[0].message.blocks if isinstance(block, Buttons)
    ]
    assert [(b.label, b.action.kind, b.action.subject) for b in buttons.buttons] == [
        ("Answer", ActionKind.ANSWER, asked.id),
        ("Hint", ActionKind.HINT, asked.id),
        ("Skip", ActionKind.SKIP, asked.id),
        ("Leaderboard", ActionKind.LEADERBOARD, ""),
    ]


async def test_replicas_that_tick_at_once_post_one_question(world: World) -> None:
    await world.nine_every_day()
    world.clock.move(hours=1)
    await world.jobs.stop()
    reveals = RevealClaims(world.storage)
    tickers = [Ticker(world.storage, world.clock, reveals) for _ in range(4)]
    assert sum(await asyncio.gather(*(ticker.tick() for ticker in tickers))) == 1
    assert len(world.jobs.waiting) == 1
    await world.jobs.start()
    await world.jobs.settle()
    assert len(world.slack.said) == 1
    assert len(await world.occurrences()) == 1


async def test_ticking_all_day_posts_one_question_a_day(world: World) -> None:
    await world.nine_every_day()
    for _ in range(3 * 24):
        world.clock.move(hours=1)
        await world.tick()
    assert len(world.slack.said) == 3


@pytest.mark.parametrize(("minutes", "posted"), [(180, True), (181, False)])
async def test_a_missed_question_is_posted_inside_the_grace_window_and_recorded_after_it(
    world: World, minutes: int, posted: bool
) -> None:
    await world.nine_every_day()
    world.clock.move(hours=1, minutes=minutes)
    assert await world.tick() == int(posted)
    [occurrence] = await world.occurrences()
    assert len(world.slack.said) == int(posted)
    if not posted:
        assert occurrence.state is OccurrenceState.SKIPPED
        assert occurrence.reason == "181 minutes late"
        assert await world.tick() == 0


async def test_after_days_without_us_there_is_one_question_and_no_burst(world: World) -> None:
    await world.nine_every_day()
    world.clock.move(days=4, hours=2)
    assert await world.tick() == 1
    assert len(world.slack.said) == 1


async def test_one_channels_trouble_does_not_keep_the_others_from_their_question(
    world: World,
) -> None:
    gone = replace(CHANNEL, id="C0")
    for channel in (gone, CHANNEL, OTHER_CHANNEL):
        await world.nine_every_day(channel)
    world.slack.gone[gone] = "the channel was deleted"
    world.slack.fail("question:", times=2)
    world.clock.move(hours=1)
    assert await world.tick() == 3
    asked = [said for said in world.slack.said if said.key.startswith("question:")]
    assert {said.to for said in asked} == {CHANNEL, OTHER_CHANNEL}


async def test_a_channel_that_is_gone_pauses_its_schedule_and_says_why(world: World) -> None:
    for channel in (CHANNEL, OTHER_CHANNEL):
        await world.nine_every_day(channel)
    world.slack.gone[CHANNEL] = "I was removed from the channel"
    world.clock.move(hours=1)
    await world.tick()
    schedule = await world.schedule()
    assert schedule is not None
    assert schedule.paused == "I was removed from the channel"
    assert "paused (I was removed from the channel)" in await world.manage()
    [occurrence] = await world.occurrences()
    assert occurrence.state is OccurrenceState.FAILED
    assert occurrence.reason == "I was removed from the channel"

    world.clock.move(days=1)
    assert await world.tick() == 1
    assert [attempt.to for attempt in world.slack.attempts].count(CHANNEL) == 1


async def test_the_owner_of_a_schedule_that_can_not_go_on_is_told_once(world: World) -> None:
    for channel in (CHANNEL, OTHER_CHANNEL):
        await world.nine_every_day(channel)
    world.slack.gone[CHANNEL] = "the channel was archived"
    world.clock.move(hours=1)
    for _ in range(3):
        await world.tick()
        world.clock.move(days=1)
    [notice] = world.slack.texts("notice:")
    assert "09:00, every day (UTC)" in notice
    assert "the channel was archived" in notice
    assert [said.to.pack() for said in world.slack.said if said.key.startswith("notice:")] == [
        "slack/T1/D-mia"
    ]

    del world.slack.gone[CHANNEL]
    noa = a_caller("Noa", may_manage=True)
    await world.told("schedule", by=noa, action="resume")
    world.slack.gone[CHANNEL] = "the channel was archived again"
    world.clock.move(days=1)
    await world.tick()
    told = [said.to.pack() for said in world.slack.said if said.key.startswith("notice:")]
    assert told == ["slack/T1/D-mia", "slack/T1/D-noa"]


async def test_an_owner_who_can_not_be_written_to_does_not_matter(world: World) -> None:
    await world.nine_every_day()
    world.slack.gone[CHANNEL] = "the channel was archived"
    world.slack.unwritable[a_caller("Mia").user] = "the account was deactivated"
    world.clock.move(hours=1)
    await world.tick()
    assert world.slack.said == []
    assert world.jobs.waiting == []


async def test_a_platform_that_stays_away_fails_the_day_and_not_the_schedule(world: World) -> None:
    await world.nine_every_day()
    world.slack.fail("question:", times=6)
    world.clock.move(hours=1)
    await world.tick()
    assert world.jobs.delays == [5.0, 15.0, 60.0, 300.0, 900.0]
    [occurrence] = await world.occurrences()
    assert occurrence.state is OccurrenceState.FAILED
    assert occurrence.reason == "the platform did not answer"

    world.clock.move(days=1)
    await world.tick()
    assert len(world.slack.said) == 1


async def test_a_question_whose_posting_had_no_response_is_looked_up_first(world: World) -> None:
    world.slack.fail("question:", accepted=True)
    asked = await world.ask()
    assert world.slack.tries("question:") == [False, True]
    assert len(world.slack.said) == 1
    assert asked.message == world.slack.said[0].posted.message


@pytest.mark.parametrize("units_after_the_post", [0, 1])
async def test_killed_between_posting_and_storing_the_question_stands_once_and_is_found_again(
    world: World, units_after_the_post: int
) -> None:
    occurrence = await claimed(world)
    world.slack.when_accepted = lambda _: setattr(world.storage, "fuse", units_after_the_post)
    with pytest.raises(StorageUnavailable):
        await world.run(POST_QUESTION, occurrence.id)
    world.storage.fuse = None
    world.slack.when_accepted = lambda _: None
    assert (await now_of(world, occurrence)).state is OccurrenceState.CLAIMED

    await world.run(POST_QUESTION, occurrence.id, 2)
    [said] = world.slack.said
    posted = await now_of(world, occurrence)
    assert posted.state is OccurrenceState.POSTED
    assert (posted.message, posted.thread) == (said.posted.message, said.posted.thread)
    assert await world.receive(world.message(posted, REPLY)) == Reception(stored=True)


async def test_running_the_job_again_posts_nothing_more(world: World) -> None:
    occurrence = await claimed(world)
    for attempt in (1, 2):
        assert await world.run(POST_QUESTION, occurrence.id, attempt) is None
    assert len(world.slack.attempts) == 1
    assert await world.run(POST_QUESTION, "none") is None


async def test_a_retry_asks_the_question_that_was_chosen_first(world: World) -> None:
    occurrence = await claimed(world)
    world.slack.fail("question:")
    assert await world.run(POST_QUESTION, occurrence.id) == Again(5.0)
    chosen = (await now_of(world, occurrence)).question_id
    await world.load(*(a_question(f"new-{n}") for n in range(5)))
    await world.run(POST_QUESTION, occurrence.id, 2)
    assert world.slack.said[0].text.startswith(f"About {chosen}")


async def test_a_question_for_a_platform_that_does_not_run_waits(world: World) -> None:
    elsewhere = replace(CHANNEL, platform=Platform.DISCORD)
    await world.jobs.stop()
    await world.told("today", by=a_caller(channel=elsewhere))
    [occurrence] = await world.occurrences(elsewhere)
    assert await world.run(POST_QUESTION, occurrence.id) == Again(5.0)
    assert (await now_of(world, occurrence)).state is OccurrenceState.CLAIMED


async def test_no_question_is_repeated_before_the_bank_is_exhausted(world: World) -> None:
    await world.nine_every_day(roles="ai-engineer")
    for _ in range(7):
        world.clock.move(days=1)
        world.at(world.clock.now().replace(hour=9))
        await world.tick()
    asked = [said.text.splitlines()[0] for said in world.slack.said]
    assert set(asked[:3]) == set(asked[3:6]) == {"About ai-1", "About ai-2", "About ai-3"}
    assert asked[2] != asked[3]


async def test_the_schedules_roles_take_turns(world: World) -> None:
    await world.nine_every_day(roles="ml-engineer,ai-engineer")
    for _ in range(4):
        world.clock.move(days=1)
        world.at(world.clock.now().replace(hour=9))
        await world.tick()
    asked = [said.text.removeprefix("About ")[:2] for said in world.slack.said]
    assert asked == ["ml", "ai", "ml", "ai"]
    assert max(Counter(said.text for said in world.slack.said).values()) == 1


async def test_a_role_without_questions_fails_with_a_reason(world: World) -> None:
    await world.nine_every_day(roles="nlp-engineer")
    world.clock.move(hours=1)
    await world.tick()
    [occurrence] = await world.occurrences()
    assert occurrence.state is OccurrenceState.FAILED
    assert occurrence.reason == "the bank has no question for this role"
    assert world.slack.said == []


async def test_a_role_without_questions_does_not_take_the_others_turns(world: World) -> None:
    await world.nine_every_day(roles="nlp-engineer,ml-engineer")
    for _ in range(2):
        world.clock.move(days=1)
        world.at(world.clock.now().replace(hour=9))
        await world.tick()
    assert [said.text[:8] for said in world.slack.said] == ["About ml"] * 2


async def test_a_tick_without_a_database_is_made_up_for_by_the_next(world: World) -> None:
    await world.nine_every_day()
    world.clock.move(hours=1)
    for fuse in (0, 1):
        world.storage.fuse = fuse
        assert await world.app.ticker.tick() == 0
    world.storage.fuse = None
    assert await world.tick() == 1
    assert len(world.slack.said) == 1


async def test_a_time_that_clocks_skip_is_posted_when_the_gap_ends(world: World) -> None:
    await world.manage(time="02:30", zone="Europe/Berlin", days="daily", roles="ai-engineer")
    world.at(datetime(2026, 3, 28, 12, tzinfo=UTC))
    await world.tick()
    posted = len(world.slack.said)
    world.at(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    assert await world.tick() == 0
    world.at(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
    assert await world.tick() == 1
    assert len(world.slack.said) == posted + 1


async def test_a_question_whose_job_is_given_up_on_does_not_block_its_channel(
    world: World,
) -> None:
    world.slack.bugs["question:"] = RuntimeError("a bug")
    await world.told("today")
    await world.jobs.settle()
    [occurrence] = await world.occurrences()
    assert occurrence.state is OccurrenceState.FAILED
    assert "something went wrong" in (occurrence.reason or "")
    world.slack.bugs.clear()
    assert (await world.ask()).state is OccurrenceState.POSTED


async def test_a_role_without_questions_is_said_so(world: World) -> None:
    said = await world.told("today", role="ai-architect")
    assert "no question for AI Architect yet" in said
    assert await world.occurrences() == []
