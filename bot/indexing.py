"""Bringing the index up to date while everything else is running already."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from bot.core import Database, Judging, try_index_bank

_LOG = logging.getLogger(__name__)


class Indexing:
    """Indexes the bank and the teams' own questions, once, in the background.

    Args:
        database: where the questions are.
        judging: where the index is.
    """

    def __init__(self, database: Database, judging: Judging) -> None:
        self._database = database
        self._judging = judging
        self._task: asyncio.Task[None] | None = None

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
        try:
            if await try_index_bank(self._database, self._judging):
                _LOG.info("the index of model answers is up to date")
        except Exception:  # noqa: BLE001  (nobody awaits it; the next start tries again)
            _LOG.exception("the index of model answers could not be brought up to date")
