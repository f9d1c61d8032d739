"""Which handler runs which kind of job."""

from __future__ import annotations

from handlers.ports import Again, JobHandler


class HandlerRegistry:
    """Holds one handler a kind."""

    def __init__(self) -> None:
        self._handlers: dict[str, JobHandler] = {}

    def add(self, kind: str, handler: JobHandler) -> None:
        """Say which handler runs jobs of ``kind``.

        Raises:
            ValueError: the kind has a handler already.
        """
        if kind in self._handlers:
            raise ValueError(f"jobs of kind {kind!r} have a handler already")
        self._handlers[kind] = handler

    def find(self, kind: str) -> JobHandler:
        """Return the handler of ``kind``.

        A kind that nobody registered gets one that fails: another replica, newer or older, may
        know it, so the job is worth the usual tries.
        """
        return self._handlers.get(kind) or _without_handler(kind)


def _without_handler(kind: str) -> JobHandler:
    async def fail(subject: str, attempt: int) -> Again | None:
        raise LookupError(f"no handler for jobs of kind {kind!r} ({subject}, attempt {attempt})")

    return fail
