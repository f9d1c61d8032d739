"""Forgetting what nobody will ask for again."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from handlers.ports import Clock
from handlers.storage import StorageUnavailable, UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
KEEP_METERING: Final = timedelta(days=90)
# No platform delivers a message again after as long as this.
KEEP_DELETIONS: Final = timedelta(days=7)


class Retention:
    """Forgets judgements, accounts and deletions that are too old to be of use."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def prune(self) -> None:
        """Forget what is too old; a database that is away is left for the next time."""
        now = self._clock.now()
        try:
            async with self._unit_of_work() as work:
                await work.judgements.forget(now - KEEP_METERING)
                await work.spending.forget((now - KEEP_METERING).date())
                await work.answers.forget_deleted(now - KEEP_DELETIONS)
        except StorageUnavailable as error:
            _LOG.warning("nothing was pruned: %s", error)
