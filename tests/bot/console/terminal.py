"""A person at a real terminal: the program runs behind a pseudo-terminal."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bot.cli.process import clean_environment

CTRL_C = "\x03"
CTRL_D = "\x04"
_STYLING = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """A terminal of 100 columns with ``prepbot`` in it.

    Attributes:
        raw: everything the program wrote, as it came.
    """

    def __init__(self, folder: Path, *args: str, settings: Mapping[str, str]) -> None:
        self.raw = ""
        self._folder = folder
        self._args = args
        self._env = {**clean_environment(folder, settings), "TERM": "xterm-256color"}
        self._changed = asyncio.Condition()
        self._master, self._slave = -1, -1
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *self._args),
            cwd=self._folder,
            env=self._env,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            # Its terminal is this one, so that Ctrl-C reaches it as a signal.
            preexec_fn=self._take_terminal,
        )
        asyncio.get_running_loop().add_reader(self._master, self._read)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)
        os.close(self._slave)

    @property
    def text(self) -> str:
        """What was written, without colours."""
        return _STYLING.sub("", self.raw).replace("\r\n", "\n")

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self._master, text.encode())

    async def wait_for(self, wanted: str, *, count: int = 1, timeout: float = 30.0) -> None:
        """Wait until ``wanted`` was written ``count`` times."""
        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(lambda: self.text.count(wanted) >= count)
        except TimeoutError:
            raise AssertionError(f"no {wanted!r} in:\n{self.text}") from None

    async def wait_for_end(self, timeout: float = 30.0) -> int:
        """Wait until the program has ended, and return its exit code."""
        assert self._process is not None
        async with asyncio.timeout(timeout):
            return await self._process.wait()

    def _take_terminal(self) -> None:
        os.setsid()
        fcntl.ioctl(self._slave, termios.TIOCSCTTY, 0)

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            self.raw += os.read(self._master, 65536).decode(errors="replace")
        asyncio.ensure_future(self._tell())  # noqa: RUF006

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
