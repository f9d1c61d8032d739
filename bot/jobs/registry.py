"""Which handler runs which kind of job."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.ports import Again, GaveUp, JobHandler


@dataclass(frozen=True)
class Registered:
    """What runs a kind of job, and what is done about one that is given up on."""

    handler: JobHandler
    gave_up: GaveUp | None = None


class HandlerRegistry:
    """Holds one handler a kind."""

    def __init__(self) -> None:
        self._handlers: dict[str, Registered] = {}

    def add(self, kind: str, handler: JobHandler, gave_up: GaveUp | None) -> None:
        """Say which handler runs jobs of ``kind``, and what is done about one given up on.

        Raises:
            ValueError: the kind has a handler already.
        """
        if kind in self._handlers:
            raise ValueError(f"jobs of kind {kind!r} have a handler already")
        self._handlers[kind] = Registered(handler, gave_up)

    def find(self, kind: str) -> Registered:
        """Return what is registered for ``kind``.

        A kind that nobody registered gets one that fails: another replica, newer or older, may
        know it, so the job is worth the usual tries.
        """
        return self._handlers.get(kind) or Registered(_without_handler(kind))


def _without_handler(kind: str) -> JobHandler:
    async def fail(subject: str, attempt: int) -> Again | None:
        raise LookupError(f"no handler for jobs of kind {kind!r} ({subject}, attempt {attempt})")

    return fail
