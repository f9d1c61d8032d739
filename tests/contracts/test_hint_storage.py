"""Hints, skips, roles that may manage and what questions are looked up by, on every database."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.storage import migrate
from handlers.command import Group
from handlers.hints.storage import HintTaken, Skip
from handlers.records import Member, OccurrenceState
from handlers.refs import Platform, WorkspaceRef
from questions.role import Role
from tests.contracts.conftest import NOW, Store
from tests.contracts.record import an_occurrence
from tests.factory import a_question

SERVER = WorkspaceRef(platform=Platform.DISCORD, id="7")
ADA = Member(id="ada", team_id="team", name="Ada")


def a_hint(number: int, question_id: str = "q1") -> HintTaken:
    return HintTaken(
        team_id="team", member_id="ada", question_id=question_id, number=number, taken_at=NOW
    )


async def test_a_hint_that_was_seen_stays_seen(store: Store) -> None:
    async with store.open() as work:
        for hint in (a_hint(1), a_hint(2), a_hint(2), a_hint(1, "q2")):
            await work.hints.take(hint)

    async with store.open(read_only=True) as work:
        assert set(await work.hints.taken("ada", "q1")) == {1, 2}
        assert set(await work.hints.taken("ada", "q2")) == {1}
        assert set(await work.hints.taken("bob", "q1")) == set()


async def test_a_skip_is_stored_once_and_found_by_when_the_question_came(store: Store) -> None:
    occurrence = an_occurrence(state=OccurrenceState.POSTED)
    skip = Skip(team_id="team", member_id="ada", occurrence_id=occurrence.id, skipped_at=NOW)
    async with store.open() as work:
        await work.occurrences.claim(occurrence)
        assert await work.hints.skip(skip)
        assert not await work.hints.skip(skip)

    async with store.open(read_only=True) as work:
        since = occurrence.created_at
        assert await work.hints.skipped("ada", since) == {occurrence.id: since}
        assert await work.hints.skipped("ada", since + timedelta(seconds=1)) == {}
        assert await work.hints.skipped("bob", since) == {}


async def test_a_role_may_be_named_once_and_taken_back(store: Store) -> None:
    leads = Group(workspace=SERVER, id="2", name="Leads")
    mods = Group(workspace=SERVER, id="3", name="A mod")
    async with store.open() as work:
        assert await work.manager_groups.name("team", leads, by=ADA, now=NOW)
        assert await work.manager_groups.name("team", mods, by=ADA, now=NOW)
        assert not await work.manager_groups.name("team", leads, by=ADA, now=NOW)

    async with store.open() as work:
        assert await work.manager_groups.of_team("team") == [mods, leads]
        assert await work.manager_groups.unname("team", leads)
        assert not await work.manager_groups.unname("team", leads)
        assert await work.manager_groups.of_team("team") == [mods]


async def test_questions_are_known_by_topic_and_title(store: Store) -> None:
    question = a_question("q9", role=Role.ML_ENGINEER)
    newer = question.model_copy(update={"version": 2, "topic": "drift", "title": "Newer"})
    async with store.open() as work:
        await work.questions.sync("team", [question])
        await work.questions.sync("team", [newer])

    async with store.open(read_only=True) as work:
        [card] = [c for c in await work.questions.cards("team") if c.id == "q9"]
    assert (card.version, card.topic, card.title) == (2, "drift", "Newer")


async def test_questions_of_an_older_release_get_topic_and_title(store: Store) -> None:
    def move(connection: sa.Connection, revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(migrate._SCRIPTS))
        config.attributes["connection"] = connection
        (command.upgrade if revision == "head" else command.downgrade)(config, revision)

    question = a_question("q9").model_copy(update={"topic": "drift", "title": "What is it?"})
    async with store.open() as work:
        await work.questions.sync("team", [question])
    async with store.engine.begin() as connection:
        await connection.run_sync(move, "0007")
        await connection.run_sync(move, "head")
    async with store.open(read_only=True) as work:
        [card] = [c for c in await work.questions.cards("team") if c.id == "q9"]
    assert (card.topic, card.title) == ("drift", "What is it?")
