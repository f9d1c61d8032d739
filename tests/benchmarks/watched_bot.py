"""Runs the bot and watches its event loop: how long it was kept from its other work.

Used as a script by the benchmark: the real process. `WATCH_FILE` gets, when the loop ends, the
longest that one turn kept the processor (seconds of the thread's own time, so that other
processes do not count), and the longest that it took by the clock.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path

from bot.__main__ import main

_BEAT = 0.005
_READY_FILE = Path(os.environ["WATCH_READY"])


class WatchedLoop(asyncio.SelectorEventLoop):
    """Beats every few milliseconds; what comes late was kept waiting.

    The start is not watched: it reads the bank and builds an index before anything comes in.
    """

    _at = 0.0
    _used = 0.0
    _longest_used = 0.0
    _longest = 0.0
    _is_ready = False

    def run_forever(self) -> None:
        self._restart()
        self.call_soon(self._beat)
        super().run_forever()

    def close(self) -> None:
        Path(os.environ["WATCH_FILE"]).write_text(f"{self._longest_used} {self._longest}")
        super().close()

    def _restart(self) -> None:
        self._at, self._used = time.monotonic(), time.thread_time()

    def _beat(self) -> None:
        self._is_ready = self._is_ready or _READY_FILE.exists()
        if self._is_ready:
            self._longest_used = max(self._longest_used, time.thread_time() - self._used)
            self._longest = max(self._longest, time.monotonic() - self._at - _BEAT)
        self._restart()
        self.call_later(_BEAT, self._beat)


class WatchedPolicy(asyncio.DefaultEventLoopPolicy):
    """Watches the bot's own loop; a library's in another thread holds up nobody."""

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        if threading.current_thread() is threading.main_thread():
            return WatchedLoop()
        return super().new_event_loop()


if __name__ == "__main__":
    asyncio.set_event_loop_policy(WatchedPolicy())
    main()
