"""Reading lines from a terminal or a pipe without blocking the event loop."""

from __future__ import annotations

import asyncio
import io
import os
import threading
from typing import BinaryIO


def read_lines(source: BinaryIO) -> asyncio.Queue[bytes | None]:
    """Read lines in a thread that never keeps the process alive; ``None`` marks the end."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes | None] = asyncio.Queue()
    own = _reopen(source)

    def read() -> None:
        try:
            for raw in iter(own.readline, b""):
                loop.call_soon_threadsafe(lines.put_nowait, raw)
            loop.call_soon_threadsafe(lines.put_nowait, None)
        except RuntimeError:
            return  # the loop was closed while we waited for a line

    threading.Thread(target=read, name="console-input", daemon=True).start()
    return lines


def _reopen(source: BinaryIO) -> BinaryIO:
    """Return a reader of our own.

    The interpreter closes its standard input at exit and dies if a thread waits in it.
    """
    try:
        return os.fdopen(os.dup(source.fileno()), "rb")
    except (OSError, io.UnsupportedOperation):
        return source
