"""Keeps at a chat platform that does not answer, while the others go on."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Sequence
from typing import Final

from bot.startup import OutOfReach, StartupError
from bot.vitals import Listener

_LOG = logging.getLogger(__name__)

PAUSES: Final = (2.0, 5.0, 15.0, 60.0, 300.0)
PATIENCE: Final = 15.0
_NOT_YET: Final = "there is no answer yet"


class Persevering:
    """Starts a listener again and again until its platform answers.

    Args:
        listener: what listens; after `OutOfReach` it can be started once more.
        name: the platform's, for people.
        pauses: seconds before each further try; the last one repeats.
        patience: how long `start` waits for the first try; it goes on in the background then.
    """

    def __init__(
        self,
        listener: Listener,
        name: str,
        *,
        pauses: Sequence[float] = PAUSES,
        patience: float = PATIENCE,
    ) -> None:
        self._listener = listener
        self._name = name
        self._pauses = pauses
        self._patience = patience
        self._trouble = ""
        self._trying: asyncio.Task[None] | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the platform is telling us what happens just now."""
        return not self._trouble and self._listener.is_connected

    @property
    def trouble(self) -> str:
        """Why the platform was not reached yet, in a sentence; empty once it was."""
        return self._trouble

    async def start(self) -> None:
        """Try once, and leave it to the background where the platform is out of reach.

        Raises:
            StartupError: what no waiting mends, such as a wrong token; says what to do.
        """
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._trying = asyncio.create_task(self._try(first))
        await asyncio.wait({first}, timeout=self._patience)
        if first.done():
            first.result()
            return
        first.cancel()
        self._say(_NOT_YET)

    async def stop(self) -> None:
        """Try no more, and let go of everything."""
        if self._trying is not None:
            self._trying.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._trying
        await self._listener.stop()

    async def _try(self, first: asyncio.Future[None]) -> None:
        pauses = itertools.chain(self._pauses, itertools.repeat(self._pauses[-1]))
        for pause in pauses:
            try:
                await self._listener.start()
            except OutOfReach as error:
                self._say(str(error))
            except StartupError as error:
                self._fail(first, error)
                return
            except Exception as error:  # noqa: BLE001  (whoever starts us is told)
                self._fail(first, error)
                return
            else:
                break
            if not first.done():
                first.set_result(None)
            await asyncio.sleep(pause)
        if self._trouble:
            _LOG.info("%s answers now", self._name)
        self._trouble = ""
        if not first.done():
            first.set_result(None)

    def _say(self, trouble: str) -> None:
        self._trouble = trouble
        _LOG.warning("%s is not served yet, I keep trying: %s", self._name, trouble)

    def _fail(self, first: asyncio.Future[None], error: Exception) -> None:
        if not first.done():
            first.set_exception(error)
            return
        # The other platforms go on: nobody should lose them for this one's settings.
        self._trouble = str(error) if isinstance(error, StartupError) else "it can't be started"
        _LOG.error("%s is not served: %s", self._name, self._trouble, exc_info=error)
