"""The bell that cuts a queue worker's pauses short."""

from __future__ import annotations

import threading
import time

import pytest

from bot.jobs.bell import Bell

PATIENCE = 20.0


class Worker:
    """Pauses again and again, as DBOS's worker of a queue does."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._looks = threading.Semaphore(0)
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def _work(self) -> None:
        while not self._bell.wait(PATIENCE):
            self._looks.release()

    def looked(self, within: float = PATIENCE / 2) -> bool:
        return self._looks.acquire(timeout=within)


def test_each_ring_ends_one_pause() -> None:
    bell = Bell()
    worker = Worker(bell)
    for _ in range(3):
        bell.ring()
        assert worker.looked()
    assert not worker.looked(within=0.05)
    bell.set()
    worker.thread.join(PATIENCE / 2)
    assert not worker.thread.is_alive()


def test_a_ring_before_the_pause_is_not_lost() -> None:
    bell = Bell()
    bell.ring()
    began = time.monotonic()
    assert not bell.wait(PATIENCE)
    assert time.monotonic() - began < PATIENCE / 2


def test_without_a_ring_the_pause_ends_by_itself() -> None:
    assert not Bell().wait(0.01)


@pytest.mark.parametrize("rings", [0, 1, 2])
def test_once_it_is_to_stop_a_worker_never_pauses_again(rings: int) -> None:
    bell = Bell()
    bell.set()
    for _ in range(rings):
        bell.ring()
    assert bell.wait(PATIENCE)
    assert bell.wait(PATIENCE)
