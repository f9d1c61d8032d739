"""The bot comes and goes: what is done when a server adds it or removes it."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from handlers.refs import WorkspaceRef
from handlers.storage import StorageUnavailable

_log = logging.getLogger(__name__)
_TRIES: Final = 60

Move = Callable[[WorkspaceRef], Awaitable[None]]


class Moves:
    """Tells the application, again where that could not be stored: Discord says it once.

    Args:
        left: what is done when a server removed the bot.
        came: what is done when one added it, for the first time or again.
        retry_seconds: the waits before each further try; the last one repeats.
    """

    def __init__(self, *, left: Move, came: Move, retry_seconds: Sequence[float]) -> None:
        self._left = left
        self._came = came
        self._retry_seconds = retry_seconds
        # A removal and a return that follow each other must not overtake each other.
        self._turn = asyncio.Lock()

    async def moved(self, workspace: WorkspaceRef, *, is_added: bool) -> None:
        """Hand on that a server added the bot or removed it."""
        async with self._turn:
            await self._tell(self._came if is_added else self._left, workspace)

    async def _tell(self, tell: Move, workspace: WorkspaceRef) -> None:
        waits = itertools.chain(self._retry_seconds, itertools.repeat(self._retry_seconds[-1]))
        for wait in itertools.islice(waits, _TRIES):
            try:
                await tell(workspace)
            except StorageUnavailable:
                await asyncio.sleep(wait)
                continue
            return
        _log.error("it could not be stored that the bot moved in %s", workspace.pack())
