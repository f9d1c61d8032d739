"""Nobody answers."""

from __future__ import annotations

from handlers.practice.record import SessionState, TurnKind, TurnState
from tests.handlers.conftest import World
from tests.handlers.practice.interview import Interview


async def test_a_silent_person_is_reminded_once_and_then_paused(world: World) -> None:
    interview = Interview(world)
    await interview.begin()
    await interview.tick(minutes=19)
    assert len(interview.said()) == 1
    await interview.tick(minutes=2)
    await interview.tick(minutes=5)
    assert [said for said in interview.said() if "Take the time you need" in said] == [
        interview.last()
    ]
    await interview.tick(minutes=20)
    assert "I have paused the interview" in interview.last()
    assert (await interview.session()).state is SessionState.PAUSED
    count = len(interview.said())
    await interview.tick(days=3)
    assert len(interview.said()) == count


async def test_in_real_mode_time_is_up_once_and_then_the_session_waits(world: World) -> None:
    interview = Interview(world)
    await interview.begin(mode="real", length="2")
    await interview.write("A search service.")
    await interview.tick(minutes=9, seconds=20)
    assert (await interview.turn()).state is TurnState.ASKED
    await interview.tick(seconds=20)
    texts = interview.said()
    assert "Time is up" in texts[-2]
    assert "Question 2 of 2" in texts[-1]
    await interview.tick(minutes=10)
    assert "I have paused the interview" in interview.last()
    turns = await interview.turns()
    assert [turn.state for turn in turns][1:] == [TurnState.TIMED_OUT, TurnState.ASKED]


async def test_a_pause_stops_the_clock(world: World) -> None:
    interview = Interview(world)
    await interview.begin(mode="real")
    await interview.write("A search service.")
    world.clock.move(minutes=6)
    await interview.told("pause")
    await interview.tick(hours=5)
    await interview.told("resume")
    await interview.tick(minutes=2)
    assert (await interview.turn()).state is TurnState.ASKED
    await interview.tick(minutes=2)
    assert (await interview.turns())[1].state is TurnState.TIMED_OUT


async def test_an_answer_in_time_ends_the_watch(world: World) -> None:
    interview = Interview(world)
    await interview.begin(mode="real")
    await interview.tick(minutes=5)
    await interview.write("A search service.")
    await interview.tick(minutes=5)
    turn = await interview.turn()
    assert (turn.kind, turn.state) == (TurnKind.QUESTION, TurnState.ASKED)
    assert not any("Time is up" in said for said in interview.said())


async def test_two_processes_that_look_at_once_say_it_once(world: World) -> None:
    interview = Interview(world)
    await interview.begin(mode="real", length="2")
    await interview.write("A search service.")
    world.clock.move(minutes=10)
    await world.app.ticker.tick()
    await world.app.ticker.tick()
    await world.jobs.settle()
    assert sum("Time is up" in said for said in interview.said()) == 1
