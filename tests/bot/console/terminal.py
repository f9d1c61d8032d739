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
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.bot.cli.process import clean_environment

CTRL_C = "\x03"
CTRL_D = "\x04"
_STYLING = re.compile(r"\x1b\[[?0-9;]*[a-zA-Z]")
# The terminal becomes the program's own, so that Ctrl-C reaches it as a signal.
_PROGRAM = """
import fcntl, runpy, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
runpy.run_module("bot", run_name="__main__")
"""


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
        self._news = asyncio.Event()
        self._master, self._slave = -1, -1
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-c", _PROGRAM, *self._args),
            cwd=self._folder,
            env=self._env,
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
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

    async def wait_for(self, wanted: str, *, count: int = 1) -> None:
        """Wait until ``wanted`` was written ``count`` times."""
        await self._wait_until(lambda: self.text.count(wanted) >= count, wanted)

    async def wait_for_prompt(self) -> None:
        """Wait until the cursor stands behind an empty prompt."""
        await self._wait_until(lambda: self.text.endswith("> "), "prompt")

    async def wait_for_end(self) -> int:
        """Wait until the program has ended and all it wrote has come; return its exit code."""
        assert self._process is not None
        async with asyncio.timeout(30):
            code = await self._process.wait()
        # Ours is still open, so what is left can be read without waiting.
        os.set_blocking(self._master, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                self._read()
        return code

    async def _wait_until(self, condition: Callable[[], bool], wanted: str) -> None:
        try:
            async with asyncio.timeout(30):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"no {wanted!r} in:\n{self.text}") from None

    def _read(self) -> None:
        self.raw += os.read(self._master, 65536).decode(errors="replace")
        self._news.set()
