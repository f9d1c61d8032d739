"""Calls a queue's worker as soon as there is something for it."""

from __future__ import annotations

import threading


class Bell(threading.Event):
    """The event that stops a queue's worker, and the bell that cuts its pauses short.

    DBOS looks at a queue, waits on this event for its polling interval, and looks again. What
    this process enqueues need not wait for the next look; what others enqueue is found by it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._has_rung = threading.Event()

    def ring(self) -> None:
        """End the pause; one that comes too early for a pause ends the next one."""
        self._has_rung.set()

    def set(self) -> None:
        """Stop the worker."""
        super().set()
        self._has_rung.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Pause until it rings, or for so many seconds; return whether the worker is to stop."""
        if not self.is_set():
            self._has_rung.wait(timeout)
            self._has_rung.clear()
        return self.is_set()
