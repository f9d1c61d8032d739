"""Bringing the index up to date while everything else is running, and keeping it there."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from bot.core import Database, Judging, index_bank
from bot.storage.engine import READ_ONLY
from bot.storage.offer_tables import offer_events
from bot.storage.tables import questions
from handlers.bank.index import reading
from handlers.storage import SHIPPED_TEAM, StorageUnavailable
from questions.ports import RetrievalUnavailable

_LOG = logging.getLogger(__name__)
LOOK_SECONDS: Final = 10.0
"""How long a change on the command line, or in another process, takes to be noticed."""
_MOST_SECONDS: Final = 600.0
_STAYS: Final = (
    "grading goes on with related answers as they were, or without: %s. It is tried again; "
    "`prepbot index rebuild` builds the index anew."
)

Marks = Mapping[str, tuple[int, ...]]
"""What differs, team by team, once anything of its index has changed."""


class Indexing:
    """Indexes the bank and the teams' own questions in the background, then what changes.

    A change in a chat has a job of its own and is there at once. Others write to the database
    only: the command line, and processes with an index of their own. So every few seconds this
    looks at what is stored, and indexes the teams for which it is no longer what it was.

    Args:
        database: where the questions are.
        judging: where the index is.
        look_seconds: how often the database is looked at; rarer while the index can't be used.
    """

    def __init__(
        self, database: Database, judging: Judging, *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._database = database
        self._judging = judging
        self._look_seconds = look_seconds
        self._task: asyncio.Task[None] | None = None
        # None until everything has been indexed once.
        self._seen: Marks | None = None

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Leave it where it is: the next start takes up the rest."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        pause = self._look_seconds
        while True:
            if await self._look(is_first_failure=pause == self._look_seconds):
                pause = self._look_seconds
            else:
                pause = min(2 * pause, max(_MOST_SECONDS, self._look_seconds))
            await asyncio.sleep(pause)

    async def _look(self, *, is_first_failure: bool) -> bool:
        """Index what has changed; return whether that went well."""
        try:
            # Before anything is read: what changes meanwhile is seen the next time.
            marks = await read_marks(self._database)
            if self._seen is None:
                await index_bank(self._database, self._judging)
                _LOG.info("the index of model answers is up to date")
            else:
                await self._index(changed(self._seen, marks))
            self._seen = marks
        except (RetrievalUnavailable, StorageUnavailable) as error:
            what = str(error).rstrip(".")
            _LOG.log(logging.WARNING if is_first_failure else logging.DEBUG, _STAYS, what)
            return False
        except Exception:  # noqa: BLE001  (nobody awaits it; the next look tries again)
            _LOG.exception("the index of model answers could not be brought up to date")
            return False
        return True

    async def _index(self, teams: list[str]) -> None:
        for team_id in teams:
            read = reading(self._database.unit_of_work, team_id)
            await self._judging.retriever.refresh(read, team=team_id, gently=True)


async def read_marks(database: Database) -> Marks:
    """Return what tells whether a team's index is out of date, for every team that has one.

    Versions are only added, retired for good and moved to another team; what becomes of an
    offered answer is an event that stays. So their numbers never come back to what they were.

    Raises:
        StorageUnavailable: the database is out of reach.
    """
    own = (
        sa.select(
            questions.c.team_id,
            sa.func.count(),
            sa.func.sum(questions.c.version),
            sa.func.sum(sa.cast(questions.c.retired, sa.Integer)),
        )
        .where(questions.c.team_id != SHIPPED_TEAM)
        .group_by(questions.c.team_id)
    )
    offered = sa.select(offer_events.c.team_id, sa.func.count()).group_by(offer_events.c.team_id)
    found: dict[str, tuple[int, ...]] = {}
    try:
        async with database.engine.connect() as connection:
            await connection.execution_options(**{READ_ONLY: True})
            for team_id, *numbers in await connection.execute(own):
                found[team_id] = tuple(map(int, numbers))
            for team_id, events in await connection.execute(offered):
                found[team_id] = (*found.get(team_id, (0, 0, 0)), int(events))
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise StorageUnavailable("the database is out of reach") from error
    return found


def changed(before: Marks, after: Marks) -> list[str]:
    """Return the teams whose marks differ, by id."""
    teams = {*before, *after}
    return sorted(team_id for team_id in teams if before.get(team_id) != after.get(team_id))
