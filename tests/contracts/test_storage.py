"""One suite for every database: SQLite and PostgreSQL keep the same promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.startup import StartupError
from bot.storage.engine import create_engine, database_url
from bot.storage.migrate import upgrade
from bot.storage.tables import METADATA
from handlers.ports import Job, Posted
from handlers.records import (
    AnswerState,
    Delivery,
    Member,
    OccurrenceState,
    Team,
)
from handlers.storage import SHIPPED_TEAM, StorageUnavailable, UnitOfWork
from questions.grading import Grade, GradedCriterion, UngradedReason
from questions.question import Verdict
from questions.role import Role
from tests.contracts.conftest import NOW, USER, WORKSPACE, Store
from tests.contracts.record import MESSAGE, THREAD, an_answer, an_occurrence
from tests.factory import CHANNEL, a_question, a_schedule, an_entry


async def test_the_migrations_build_the_tables_that_the_code_declares(store: Store) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, METADATA))

    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_upgrading_twice_and_at_once_changes_nothing_more(url: str) -> None:
    stores = [Store(url) for _ in range(3)]
    try:
        results = await asyncio.gather(*(upgrade(store.engine) for store in stores))
        assert None in {before for before, _ in results}
        assert {after for _, after in results} == {results[0][1]}
        assert await upgrade(stores[0].engine) == (results[0][1], results[0][1])
    finally:
        for store in stores:
            await store.engine.dispose()


async def test_a_newer_releases_database_is_left_alone(url: str) -> None:
    store = Store(url)
    try:
        await upgrade(store.engine)
        async with store.engine.begin() as connection:
            await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(StartupError, match="newer release"):
            await upgrade(store.engine)
    finally:
        await store.engine.dispose()


async def test_a_unit_of_work_keeps_all_or_nothing(store: Store) -> None:
    async def stop_half_way() -> None:
        async with store.open() as work:
            await work.occurrences.claim(an_occurrence())
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        await stop_half_way()
    async with store.open(read_only=True) as work:
        assert await work.occurrences.by_key("k1") is None


async def test_a_workspace_keeps_its_first_team(store: Store) -> None:
    async with store.open() as work:
        await work.teams.add(Team(id="other", name="Other", zone="UTC"), WORKSPACE)
        team = await work.teams.of_workspace(WORKSPACE)
    assert team == Team(id="team", name="Team", zone="UTC")


async def test_members_are_found_by_account_and_teams_by_member(store: Store) -> None:
    async with store.open() as work:
        await work.teams.add_member(Member(id="twin", team_id="team", name="Twin"), USER)
        await work.teams.rename_member("ada", "Ada L.")
        await work.teams.set_zone("team", "Europe/Berlin")
    async with store.open(read_only=True) as work:
        assert await work.teams.member("team", USER) == Member(
            id="ada", team_id="team", name="Ada L."
        )
        team = await work.teams.of_user(USER)
        stranger = replace(USER, id="U9")
        assert await work.teams.of_user(stranger) is None
        assert await work.teams.member("team", stranger) is None
    assert team is not None
    assert team.zone == "Europe/Berlin"


async def test_the_bank_is_synchronised_and_old_versions_stay_readable(store: Store) -> None:
    first, second = a_question("first"), a_question("second", role=Role.ML_ENGINEER)
    newer = first.model_copy(update={"version": 2, "title": "Newer"})
    async with store.open() as work:
        assert await work.questions.sync(SHIPPED_TEAM, [first, second]) == 2
        assert await work.questions.sync(SHIPPED_TEAM, [first, second]) == 0
        assert await work.questions.sync(SHIPPED_TEAM, [newer, second]) == 2
        assert [q.title for q in await work.questions.all(SHIPPED_TEAM)] == [
            "Newer",
            "About second",
        ]
        assert await work.questions.get("team", "first") == newer
        assert await work.questions.get("team", "first", 1) == first
        assert [(c.id, c.version) for c in await work.questions.cards("team")] == [
            ("first", 2),
            ("second", 1),
        ]
        assert [c.id for c in await work.questions.cards("team", Role.ML_ENGINEER)] == ["second"]
        assert await work.questions.sync(SHIPPED_TEAM, [second]) == 1
        assert [c.id for c in await work.questions.cards("team")] == ["second"]
        assert await work.questions.get("team", "first", 2) == newer


async def test_a_channel_has_one_schedule(store: Store) -> None:
    first = a_schedule(roles=(Role.AI_ENGINEER, Role.ML_ENGINEER), effective_from=NOW)
    async with store.open() as work:
        await work.schedules.put(first)
        assert await work.schedules.of_channel(CHANNEL) == first
        paused = replace(first, paused="holiday")
        await work.schedules.put(paused)
        assert await work.schedules.get("s1") == paused
        assert await work.schedules.active() == []
        await work.schedules.remove("s1")
        assert await work.schedules.of_channel(CHANNEL) is None


async def test_a_claim_is_won_once(store: Store) -> None:
    async def claim(number: int) -> bool:
        async with store.open() as work:
            return await work.occurrences.claim(an_occurrence("same", id=f"id{number}"))

    assert sorted(await asyncio.gather(*(claim(n) for n in range(5)))) == [False] * 4 + [True]


async def test_occurrences_are_found_every_way(store: Store) -> None:
    posted = an_occurrence(
        "k1",
        state=OccurrenceState.POSTED,
        schedule_id="s1",
        role=Role.AI_ENGINEER,
        question_id="q1",
        question_version=3,
        message=MESSAGE,
        thread=THREAD,
    )
    later = an_occurrence("k2", local_date=date(2026, 3, 3), schedule_id="s1", reason="late")
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence("k1"))
        await work.occurrences.update(posted)
        await work.occurrences.claim(later)
    async with store.open(read_only=True) as work:
        found = work.occurrences
        assert await found.get("id-k1") == posted
        assert await found.by_key("k2") == later
        assert await found.of_thread(THREAD) == posted
        assert await found.of_thread(replace(THREAD, id="none")) is None
        assert await found.newest_posted(CHANNEL) == posted
        assert await found.on_date(CHANNEL, date(2026, 3, 3)) == [later]
        assert await found.last_date("s1") == date(2026, 3, 3)
        assert await found.last_date("none") is None
        assert [asked.question_id for asked in await found.asked(CHANNEL)] == ["q1"]
        assert await found.open_threads(date(2026, 3, 2)) == [THREAD]
        assert await found.open_threads(date(2026, 3, 3)) == []


async def test_an_answer_is_stored_once_and_keeps_every_grade(store: Store) -> None:
    grade = Grade(
        score=3.5,
        criteria=(GradedCriterion(id="c1", verdict=Verdict.MET, weight=2, quote="look first"),),
        grader="test",
    )
    answer = an_answer()
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        assert not await work.answers.has_answered("ada", "id-k1")
        assert await work.answers.add(answer)
        assert not await work.answers.add(replace(answer, id="another"))
        assert await work.answers.has_answered("ada", "id-k1")
        assert await work.answers.pending() == 1
        assert await work.answers.grade(answer.id) is None
        graded = replace(answer, state=AnswerState.GRADED)
        await work.answers.update(graded)
        await work.answers.add_grade(graded, grade)
        await work.answers.add_grade(graded, grade.model_copy(update={"score": 4.0}))
    async with store.open(read_only=True) as work:
        assert await work.answers.by_key("a1") == graded
        newest = await work.answers.grade(answer.id)
        assert newest == grade.model_copy(update={"score": 4.0})
        assert await work.answers.member_name(answer) == "Ada"
        assert await work.answers.pending() == 0


async def test_an_ungraded_answer_keeps_its_reason(store: Store) -> None:
    ungraded = an_answer(
        state=AnswerState.UNGRADED,
        reason=UngradedReason.REFUSED,
        detail="Why.",
        show_in=CHANNEL,
        message=None,
    )
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        await work.answers.add(ungraded)
    async with store.open(read_only=True) as work:
        assert await work.answers.get(ungraded.id) == ungraded


async def test_a_delivery_begins_and_finishes(store: Store) -> None:
    fresh = Delivery(key="grade:1", team_id="team")
    posted = Posted(message=MESSAGE, thread=THREAD)
    async with store.open() as work:
        assert await work.deliveries.get("grade:1") is None
        await work.deliveries.begin(fresh)
        assert await work.deliveries.get("grade:1") == fresh
        await work.deliveries.finish("grade:1", posted)
        await work.deliveries.begin(fresh)
        assert await work.deliveries.get("grade:1") == replace(fresh, posted=posted)


async def test_points_are_kept_once_an_answer_and_read_by_window(store: Store) -> None:
    entry = an_entry("ada", answer_id="id-a1", at=NOW, on=date(2026, 3, 2), points=10)
    async with store.open() as work:
        await work.occurrences.claim(an_occurrence())
        await work.answers.add(an_answer())
        await work.scores.put(entry)
        await work.scores.put(replace(entry, points=12))
        assert await work.scores.entries("team", date(2026, 3, 2)) == [replace(entry, points=12)]
        assert await work.scores.entries("team", date(2026, 3, 3)) == []
        assert len(await work.scores.entries("team", None)) == 1
        assert await work.scores.entries("others", None) == []


async def test_readers_are_not_kept_waiting_by_a_writer(store: Store) -> None:
    async with store.open() as writer:
        await writer.occurrences.claim(an_occurrence())
        async with asyncio.timeout(2), store.open(read_only=True) as reader:
            assert await reader.occurrences.by_key("k1") is None


async def test_writers_take_turns_without_losing_anything(store: Store) -> None:
    async def write(number: int) -> None:
        async with store.open() as work:
            # A read before the write: a deferred SQLite transaction would fail here.
            await work.occurrences.last_date("s1")
            await work.occurrences.claim(
                an_occurrence(f"k{number}", local_date=date(2026, 3, 2) + timedelta(days=number))
            )

    await asyncio.gather(*(write(number) for number in range(20)))
    async with store.open(read_only=True) as work:
        found = [await work.occurrences.by_key(f"k{number}") for number in range(20)]
    assert all(found)


async def test_a_job_is_handed_on_inside_the_transaction(store: Store) -> None:
    async with store.open() as work:
        await work.enqueue(Job(kind="grade-answer", subject="1"))
    assert store.jobs == [Job(kind="grade-answer", subject="1")]


async def _use(work: UnitOfWork) -> None:
    await work.answers.pending()


async def test_a_locked_sqlite_file_says_so_in_time_and_keeps_nothing(tmp_path: Path) -> None:
    store, other = Store(f"sqlite:///{tmp_path / 'p.db'}"), Store(f"sqlite:///{tmp_path / 'p.db'}")
    try:
        await upgrade(store.engine)
        async with other.open() as holder:
            await _use(holder)
            with pytest.raises(StorageUnavailable):
                async with asyncio.timeout(3), store.open() as work:
                    await _use(work)
    finally:
        await store.engine.dispose()
        await other.engine.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "sqlite:///path/to/file.db or postgresql://"),
        ("mysql://x/y", "sqlite:///path/to/file.db or postgresql://"),
        ("postgresql://nobody:secret@127.0.0.1:1/x", "check PREPBOT_DATABASE_URL"),
        ("sqlite:////proc/none/p.db", "check PREPBOT_DATABASE_URL"),
    ],
)
async def test_a_database_that_can_not_be_opened_says_what_to_check(url: str, words: str) -> None:
    async def open_it() -> None:
        engine = create_engine(database_url(url))
        try:
            await upgrade(engine)
        finally:
            await engine.dispose()

    with pytest.raises(StartupError) as caught:
        await open_it()
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_file_that_is_no_database_says_what_to_check(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    path.write_text("this is not a database, however long it may be " * 30)
    store = Store(f"sqlite:///{path}")
    try:
        with pytest.raises(StartupError, match="not a database"):
            await upgrade(store.engine)
    finally:
        await store.engine.dispose()
