"""Settings, managers, notices, reveals and edited answers, on every database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, time, timedelta

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.storage import migrate
from handlers.answers.judge import Judged
from handlers.appeals.record import Appeal
from handlers.metering.budget import Amount
from handlers.records import (
    Answer,
    AnswerState,
    ChannelSettings,
    GradeMode,
    Member,
    Notice,
    NoticeKind,
    OccurrenceState,
    RevealState,
)
from handlers.refs import MessageRef
from questions.grading import Judgement
from tests.contracts.conftest import NOW, USER, WORKSPACE, Store
from tests.contracts.record import an_answer, an_occurrence
from tests.factory import CHANNEL, a_schedule, an_entry

MESSAGE = MessageRef(channel=CHANNEL, id="170.2", thread_id="170.1")
WITHOUT_THREAD = replace(MESSAGE, thread_id=None)
ADA = Member(id="ada", team_id="team", name="Ada")
BOB = Member(id="bob", team_id="team", name="Bob")
BLIND = an_occurrence(
    state=OccurrenceState.POSTED,
    grades=GradeMode.BLIND,
    reveal_at=NOW + timedelta(hours=8),
    zone="Europe/Berlin",
)


async def test_a_channel_keeps_its_newest_settings(store: Store) -> None:
    settings = ChannelSettings(
        team_id="team",
        channel=CHANNEL,
        grades=GradeMode.BLIND,
        reveal_at=time(16, 30),
        edit_minutes=0,
    )
    async with store.open() as work:
        assert await work.channels.get(CHANNEL) is None
        await work.channels.put(replace(settings, grades=GradeMode.OPEN))
        await work.channels.put(settings)
        assert await work.channels.get(CHANNEL) == settings
        assert await work.channels.get(replace(CHANNEL, id="C2")) is None


async def test_managers_are_named_and_taken_back(store: Store) -> None:
    other = replace(USER, id="U2")
    async with store.open() as work:
        await work.teams.add_member(BOB, other)
        assert not await work.teams.is_manager(other, "team")
        assert await work.teams.name_manager(BOB, by=ADA, now=NOW)
        assert not await work.teams.name_manager(BOB, by=ADA, now=NOW)
        assert await work.teams.name_manager(ADA, by=ADA, now=NOW)
        assert await work.teams.managers("team") == [ADA, BOB]
        assert await work.teams.is_manager(other, "team")
        assert not await work.teams.is_manager(other, "others")
        assert await work.teams.unname_manager(BOB)
        assert not await work.teams.unname_manager(BOB)
        assert not await work.teams.is_manager(other, "team")


async def test_a_notice_is_kept_once_a_key(store: Store) -> None:
    notice = Notice(
        id="n1", team_id="team", key="k", kind=NoticeKind.BLIND, user=USER, subject="o1"
    )
    async with store.open() as work:
        assert await work.notices.add(notice)
        assert not await work.notices.add(replace(notice, id="n2"))
        assert await work.notices.get("n1") == notice
        assert await work.notices.get("n2") is None


async def test_a_schedule_keeps_its_owner(store: Store) -> None:
    owned = replace(a_schedule(effective_from=NOW), owner=USER)
    async with store.open() as work:
        await work.schedules.put(owned)
        assert await work.schedules.of_channel(CHANNEL) == owned


async def test_reveals_are_due_at_their_time_and_claimed_once(store: Store) -> None:
    async def claim() -> bool:
        async with store.open() as work:
            return await work.occurrences.advance_reveal(BLIND.id, RevealState.CLAIMED, since=None)

    assert BLIND.reveal_at is not None
    async with store.open() as work:
        await work.occurrences.claim(BLIND)
        await work.occurrences.claim(an_occurrence("open", state=OccurrenceState.POSTED))
        unposted = replace(BLIND, id="u", key="u", state=OccurrenceState.CLAIMED)
        await work.occurrences.claim(unposted)
        assert await work.occurrences.get(BLIND.id) == BLIND
        assert await work.occurrences.due_reveals(BLIND.reveal_at - timedelta(seconds=1)) == []
        assert await work.occurrences.due_reveals(BLIND.reveal_at) == [BLIND]
        assert await work.occurrences.hidden_of_team("team", NOW) == [BLIND]
        assert await work.occurrences.hidden_of_team("others", NOW) == []
    assert sorted(await asyncio.gather(*(claim() for _ in range(4)))) == [False] * 3 + [True]
    async with store.open() as work:
        assert await work.occurrences.due_reveals(BLIND.reveal_at) == []
        assert await work.occurrences.hidden_of_team("team", NOW) == []
        assert await work.occurrences.advance_reveal(
            BLIND.id, RevealState.DONE, since=RevealState.CLAIMED
        )
        assert await work.occurrences.get(BLIND.id) == replace(BLIND, reveal=RevealState.DONE)


async def test_points_for_a_blind_question_count_from_its_reveal_on(store: Store) -> None:
    entry = an_entry("ada", answer_id="id-a1", at=NOW, on=date(2026, 3, 2), points=10)
    async with store.open() as work:
        await work.occurrences.claim(BLIND)
        await work.answers.add(an_answer())
        await work.scores.put(entry)
        steps: tuple[tuple[RevealState | None, RevealState], ...] = (
            (None, RevealState.CLAIMED),
            (RevealState.CLAIMED, RevealState.DONE),
        )
        seen = [len(await work.scores.entries("team", None))]
        for since, to in steps:
            await work.occurrences.advance_reveal(BLIND.id, to, since=since)
            seen.append(len(await work.scores.entries("team", None)))
    assert seen == [0, 0, 1]


async def test_an_edited_answer_keeps_everything(store: Store) -> None:
    edited = an_answer(
        author=USER,
        begun=True,
        round=2,
        first_text="first",
        waiting_text="waiting",
        edited_at=NOW,
        shared=True,
    )
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        await work.answers.add(edited)
        assert await work.answers.locked(edited.id) == edited
        assert await work.answers.of_message(MESSAGE) == edited
        assert await work.answers.of_message(WITHOUT_THREAD) == edited
        assert await work.answers.of_message(replace(MESSAGE, id="170.9")) is None
        assert await work.answers.of_occurrence("id-k1") == [edited]
        assert await work.answers.of_occurrence("none") == []


async def test_a_withdrawn_answer_is_no_answer(store: Store) -> None:
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        await work.answers.add(an_answer(state=AnswerState.WITHDRAWN))
        assert not await work.answers.has_answered("ada", "id-k1")


async def test_an_answer_is_changed_by_one_at_a_time(store: Store) -> None:
    async def append(letter: str) -> None:
        async with store.open() as work:
            answer = await work.answers.locked("id-a1")
            assert answer is not None
            await work.answers.update(replace(answer, text=answer.text + letter))

    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        await work.answers.add(an_answer(text=""))
    await asyncio.gather(*(append(letter) for letter in "abcdef"))
    async with store.open(read_only=True) as work:
        answer = await work.answers.get("id-a1")
    assert isinstance(answer, Answer)
    assert sorted(answer.text) == list("abcdef")


async def test_deleted_messages_are_known_for_a_while(store: Store) -> None:
    async with store.open() as work:
        assert not await work.answers.is_deleted(MESSAGE)
        await work.answers.note_deleted(WITHOUT_THREAD, NOW)
        await work.answers.note_deleted(MESSAGE, NOW)
        assert await work.answers.is_deleted(MESSAGE)
        await work.answers.forget_deleted(NOW)
        assert await work.answers.is_deleted(MESSAGE)
        await work.answers.forget_deleted(NOW + timedelta(seconds=1))
        assert not await work.answers.is_deleted(MESSAGE)


async def test_what_grading_cost_is_forgotten_by_its_day(store: Store) -> None:
    today = date(2026, 3, 2)
    async with store.open() as work:
        await work.spending.add("team", "ada", today, Amount(tokens=5))
        await work.spending.forget(today)
        assert (await work.spending.used("team", "ada", today)).team.spent.tokens == 5
        await work.spending.forget(today + timedelta(days=1))
        assert (await work.spending.used("team", "ada", today)).team.spent.tokens == 0


async def test_judgements_are_forgotten_by_their_instant(store: Store) -> None:
    judged = Judged(judgement=Judgement(verdicts=()))
    async with store.open() as work:
        await work.judgements.put("team", "k", judged, NOW)
        await work.judgements.forget(NOW)
        assert await work.judgements.get("team", "k") == judged
        await work.judgements.forget(NOW + timedelta(seconds=1))
        assert await work.judgements.get("team", "k") is None


async def test_an_answer_knows_whether_it_was_ever_appealed(store: Store) -> None:
    appeal = Appeal(
        id="p1",
        team_id="team",
        answer_id="id-a1",
        member_id="ada",
        reason="Why.",
        first_score=1.0,
        created_at=NOW,
    )
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        await work.answers.add(an_answer())
        assert not await work.appeals.exists_for("id-a1")
        await work.appeals.add(appeal)
        assert await work.appeals.exists_for("id-a1")


async def test_answers_of_an_earlier_release_are_found_by_their_message(store: Store) -> None:
    def move(connection: sa.Connection, revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(migrate._SCRIPTS))
        config.attributes["connection"] = connection
        going_up = revision == "head"
        (command.upgrade if going_up else command.downgrade)(config, revision)

    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        await work.answers.add(an_answer())
        await work.answers.add(an_answer("a2", message=None))
    async with store.engine.begin() as connection:
        await connection.run_sync(move, "0004")
        await connection.run_sync(move, "head")
    async with store.open(read_only=True) as work:
        assert await work.answers.of_message(WITHOUT_THREAD) == an_answer()
        found = await work.answers.get("id-a2")
        assert found == an_answer("a2", message=None)
        team = await work.teams.of_workspace(WORKSPACE)
    assert team is not None
