"""Pieces of work that wait at once are committed together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from bot.storage.writer import Done, Piece, Writer
from handlers.storage import StorageUnavailable, UnitOfWork

_T = TypeVar("_T")

_MOST: Final = 32
_PATIENCE: Final = 2.5


class GroupCommit:
    """Gathers what arrives while a transaction is under way for the next one.

    A commit waits for the disk, whether it holds one reply or thirty: committed together, a burst
    takes as many waits as there are transactions, not replies. A lone piece waits for nobody.

    Args:
        writer: commits; used in a thread of its own.
        most: how many pieces share a transaction.
        patience: seconds after which a piece is given up.
    """

    def __init__(self, writer: Writer, *, most: int = _MOST, patience: float = _PATIENCE) -> None:
        self._writer = writer
        self._most = most
        self._patience = patience
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="group-commit")
        self._urgent: deque[_Waiting] = deque()
        self._others: deque[_Waiting] = deque()
        self._committing: asyncio.Task[None] | None = None
        self._is_closed = False

    async def run(
        self, piece: Callable[[UnitOfWork], Coroutine[Any, Any, _T]], *, urgent: bool = False
    ) -> _T:
        """Run a piece of work; see `handlers.storage.UnitOfWorkFactory.run`.

        A piece that nobody waits for any more is left out, unless it has begun.

        Args:
            piece: the work.
            urgent: whether somebody waits for it: it comes before all others.
        """
        if self._is_closed:
            raise StorageUnavailable("the database is closed")
        mine = _Waiting(piece)
        queue = self._urgent if urgent else self._others
        queue.append(mine)
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all())
        try:
            await asyncio.wait({mine.outcome}, timeout=self._patience)
            if not mine.outcome.done():
                raise StorageUnavailable("the database is busy")
            result: _T = mine.outcome.result()
            return result
        finally:
            mine.outcome.cancel()
            if mine in queue:
                queue.remove(mine)

    async def close(self) -> None:
        """Commit what waits, take no more, and let go of the connection."""
        self._is_closed = True
        if self._committing is not None:
            await asyncio.wait({self._committing})
        await asyncio.to_thread(self._thread.shutdown)
        await asyncio.to_thread(self._writer.close)

    async def _commit_all(self) -> None:
        try:
            while batch := self._next_batch():
                await self._commit(batch)
        finally:
            self._committing = None

    def _next_batch(self) -> list[_Waiting]:
        """Take what goes together: the urgent ones first, and one of the others at least."""
        urgent = min(len(self._urgent), self._most - bool(self._others))
        others = min(len(self._others), self._most - urgent)
        return [self._urgent.popleft() for _ in range(urgent)] + [
            self._others.popleft() for _ in range(others)
        ]

    async def _commit(self, batch: list[_Waiting]) -> None:
        loop = asyncio.get_running_loop()
        pieces = [waiting.piece for waiting in batch]
        outcomes: list[Done | Exception]
        try:
            outcomes = await loop.run_in_executor(self._thread, self._writer.commit, pieces)
        except Exception as error:  # noqa: BLE001  (those who wait must hear of it)
            outcomes = [error] * len(batch)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.settle(outcome)


@dataclass(eq=False, repr=False)
class _Waiting:
    """A piece of work, and the future that somebody waits for."""

    piece: Piece
    outcome: asyncio.Future[Any] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def settle(self, outcome: Done | Exception) -> None:
        if self.outcome.done():
            return
        if isinstance(outcome, Done):
            self.outcome.set_result(outcome.value)
        else:
            self.outcome.set_exception(outcome)
