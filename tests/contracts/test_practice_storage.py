"""Practice sessions on every database: one open a person, and every turn as it was stored."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

from handlers.practice.record import (
    Level,
    Mode,
    PracticeSession,
    PracticeTurn,
    SessionState,
    TurnKind,
    TurnSource,
    TurnState,
)
from handlers.records import Member
from handlers.refs import ChannelRef, MessageRef, Platform, ThreadRef
from questions.grading import Grade, GradedCriterion, UngradedReason
from questions.question import Verdict
from questions.role import Role
from tests.contracts.conftest import NOW, USER, Store

PLACE = ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="D1")
GRADE = Grade(
    score=3.5,
    criteria=(GradedCriterion(id="c1", verdict=Verdict.MET, weight=2, quote="look first"),),
    grader="test",
)


def a_session(id_: str = "s1", **changes: object) -> PracticeSession:
    fresh = PracticeSession(
        id=id_,
        team_id="team",
        member_id="ada",
        user=USER,
        place=PLACE,
        mode=Mode.STUDY,
        role=Role.AI_ENGINEER,
        level=Level.SENIOR,
        length=3,
        created_at=NOW,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


def a_turn(number: int = 1, session_id: str = "s1", **changes: object) -> PracticeTurn:
    fresh = PracticeTurn(
        session_id=session_id,
        team_id="team",
        member_id="ada",
        number=number,
        kind=TurnKind.QUESTION,
        question_id="q1",
        question_version=2,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


async def test_a_session_and_a_turn_come_back_as_they_were_stored(store: Store) -> None:
    thread = ThreadRef(channel=PLACE, id="170.1")
    session = a_session(
        place=thread,
        origin=replace(PLACE, id="C1"),
        background="Job: “search”\nat 9",
        document="{}",
        started_at=NOW,
        wake_at=NOW + timedelta(minutes=5),
        reminded=True,
        round=2,
    )
    turn = a_turn(
        state=TurnState.GRADED,
        follow_up=1,
        text="Why?",
        source=TurnSource.MODEL,
        probes="look first",
        message=MessageRef(channel=PLACE, id="170.2", thread_id="170.1"),
        asked_at=NOW,
        deadline_at=NOW,
        seconds_left=3.5,
        answer="I look first.",
        answer_key="message:1",
        answer_message=MessageRef(channel=PLACE, id="170.3", thread_id="170.1"),
        answer_round=1,
        answered_at=NOW,
        begun=True,
        grade=GRADE,
        reason=UngradedReason.EMPTY,
        detail="None.",
        hints=2,
        clarified=True,
        recording="{}",
        spoken_seconds=61.5,
    )
    async with store.open() as work:
        assert await work.practice.add(session)
        assert await work.practice.add_turn(turn)
        assert not await work.practice.add_turn(turn)
    async with store.open() as work:
        assert await work.practice.get("s1") == session
        assert await work.practice.locked("s1") == session
        assert await work.practice.turn(turn.id) == turn
        assert await work.practice.turns("s1") == [turn]
        assert await work.practice.turn_of_answer("message:1") == turn
        deleted = MessageRef(channel=PLACE, id="170.3")
        assert await work.practice.turn_of_message(deleted) == turn
        assert await work.practice.turn("s1-9") is None
        assert await work.practice.turn("nonsense") is None


async def test_a_person_has_one_open_session_and_any_number_of_ended_ones(store: Store) -> None:
    first, second = a_session(), a_session("s2")
    async with store.open() as work:
        assert await work.practice.add(first)
        assert not await work.practice.add(second)
        await work.practice.update(replace(first, state=SessionState.PAUSED))
        assert not await work.practice.add(second)
        await work.practice.update(replace(first, state=SessionState.QUIT))
        assert await work.practice.add(second)
        assert await work.practice.open_of(USER) == second
        assert await work.practice.open_of_member("ada") == second
        ended = await work.practice.of_member("ada", limit=5)
    assert [session.id for session in ended] == ["s1"]


async def test_of_sessions_begun_at_the_same_moment_one_is_stored(store: Store) -> None:
    async def begin(id_: str) -> bool:
        async with store.open() as work:
            return await work.practice.add(a_session(id_))

    assert sorted(await asyncio.gather(*(begin(f"s{n}") for n in range(4)))) == [False] * 3 + [True]


async def test_only_open_sessions_whose_time_has_come_are_due(store: Store) -> None:
    async with store.open() as work:
        for name in ("bob", "cleo", "dora"):
            user = replace(USER, id=name)
            await work.teams.add_member(Member(id=name, team_id="team", name=name), user)
            await work.practice.add(
                a_session(
                    name, member_id=name, user=user, wake_at=NOW, place=replace(PLACE, id=name)
                )
            )
        cleo = await work.practice.get("cleo")
        dora = await work.practice.get("dora")
        assert cleo is not None
        assert dora is not None
        await work.practice.update(replace(cleo, state=SessionState.PAUSED))
        await work.practice.update(replace(dora, wake_at=NOW + timedelta(seconds=1)))
        due = await work.practice.due(NOW, limit=10)
        assert [session.id for session in due] == ["bob"]
        places = await work.practice.open_places()
        assert set(places) == {replace(PLACE, id="bob"), replace(PLACE, id="dora")}


async def test_the_newest_message_of_a_conversation_is_its_open_sessions_last_turn(
    store: Store,
) -> None:
    async with store.open() as work:
        await work.practice.add(a_session())
        for number in (1, 2):
            message = MessageRef(channel=PLACE, id=f"170.{number}")
            await work.practice.add_turn(a_turn(number, message=message))
        await work.practice.add_turn(a_turn(3))
        newest = await work.practice.newest_message(PLACE)
        assert newest == MessageRef(channel=PLACE, id="170.2")
        for other in ("D9", PLACE.id[:-1], f"{PLACE.id}0"):
            assert await work.practice.newest_message(replace(PLACE, id=other)) is None
        await work.practice.update(a_session(state=SessionState.QUIT))
        assert await work.practice.newest_message(PLACE) is None
        pane = ThreadRef(channel=PLACE, id="170.9")
        await work.practice.add(a_session(id="in-a-pane", place=pane))
        message = MessageRef(channel=PLACE, id="171.1", thread_id=pane.id)
        await work.practice.add_turn(replace(a_turn(1, message=message), session_id="in-a-pane"))
        assert await work.practice.newest_message(PLACE) == message


async def test_what_was_asked_comes_newest_first_with_its_last_grade(store: Store) -> None:
    async with store.open() as work:
        await work.practice.add(a_session())
        asked = [
            a_turn(1, asked_at=NOW, grade=GRADE, answer_key="1"),
            a_turn(2, asked_at=NOW + timedelta(minutes=1), kind=TurnKind.FOLLOW_UP, follow_up=1),
            a_turn(3, asked_at=NOW + timedelta(minutes=2), question_id="q2"),
            a_turn(4, question_id="q3"),
        ]
        for turn in asked:
            await work.practice.add_turn(turn)
        found = await work.practice.asked_of("ada", limit=9)
    assert [(one.question_id, one.score) for one in found] == [("q2", None), ("q1", 3.5)]
