"""Listening in the terminal: lines typed by a person, or piped in by a script."""

from __future__ import annotations

import asyncio
import sys
import threading
import uuid
from collections.abc import Awaitable, Callable
from typing import BinaryIO, Final

from bot.platforms.console.client import CHANNEL, WORKSPACE, ConsolePlatform, user_ref
from handlers.actions import Action
from handlers.command import ROOT, UsageError, parse
from handlers.dispatch import Dispatcher, NotStored
from handlers.invocation import Caller, CommandInvocation, FormSubmission, IncomingReply
from handlers.message import OpenForm, Outcome, say
from handlers.refs import MessageRef

_PROMPT: Final = "> "
_BINARY: Final = say("That line is not text. Type your answer as plain text.")
_NOT_STORED: Final = say("I can't reach my database just now. Please send that again.")
_FORM: Final = say("Type your answer on one line and press Enter; empty keeps the question open.")

Drain = Callable[[], Awaitable[object]]
"""Waits until every pending job is done."""


class ConsoleApp:
    """Reads lines until the input ends.

    A line that begins with ``/prep`` is a command; any other answers the open question. Piped
    lines wait for each other's results, so a script prints the same every time.

    Args:
        platform: where to speak.
        dispatcher: where to hand things to.
        name: who is typing.
        drain: waits for pending grades.
        source: the bytes to read; standard input if ``None``.
    """

    def __init__(
        self,
        platform: ConsolePlatform,
        dispatcher: Dispatcher,
        *,
        name: str,
        drain: Drain,
        source: BinaryIO | None = None,
    ) -> None:
        self._platform = platform
        self._dispatcher = dispatcher
        self._drain = drain
        self._source = source or sys.stdin.buffer
        self._typed = self._source.isatty()
        self._form: Action | None = None
        self._caller = Caller(
            user=user_ref(name),
            display_name=name,
            workspace=WORKSPACE,
            channel=CHANNEL,
            is_direct=True,
            may_manage=True,
        )

    async def greet(self) -> None:
        """Open on a question."""
        await self._line(f"/{ROOT} today")
        await self._drain()

    async def run(self) -> None:
        """Handle every line; at the end of input wait for pending grades."""
        lines = _read_lines(self._source)
        while True:
            if self._typed:
                sys.stdout.write(_PROMPT)
                sys.stdout.flush()
            raw = await lines.get()
            if raw is None:
                break
            await self._raw(raw)
            if not self._typed:
                await self._drain()
        await self._drain()

    async def _raw(self, raw: bytes) -> None:
        try:
            line = raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            self._platform.show(_BINARY)
            return
        await self._line(line)

    async def _line(self, line: str) -> None:
        if line.lstrip().casefold().split(maxsplit=1)[:1] == [f"/{ROOT}"]:
            self._form = None
            await self._command(line.strip()[len(ROOT) + 1 :])
        elif self._form is not None and line.strip():
            form, self._form = self._form, None
            submission = FormSubmission(
                caller=self._caller, action=form, values={"answer": line}, id=uuid.uuid4().hex
            )
            self._platform.show((await self._dispatcher.form(submission)).message)
        elif line.strip():
            await self._reply(line)

    async def _command(self, text: str) -> None:
        try:
            parsed = parse(text, self._dispatcher.commands)
        except UsageError as error:
            self._platform.show(say(str(error)))
            return
        invocation = CommandInvocation(
            caller=self._caller,
            name=parsed.command.name,
            options=parsed.options,
            id=uuid.uuid4().hex,
        )
        self._present(await self._dispatcher.command(invocation))

    def _present(self, outcome: Outcome) -> None:
        if isinstance(outcome, OpenForm):
            self._platform.show(outcome.intro)
            self._platform.show(_FORM)
            self._form = outcome.action
        else:
            self._platform.show(outcome.message)

    async def _reply(self, line: str) -> None:
        reply = IncomingReply(
            caller=self._caller,
            message=MessageRef(channel=CHANNEL, id=uuid.uuid4().hex),
            text=line,
        )
        try:
            reception = await self._dispatcher.reply(reply)
        except NotStored:
            self._platform.show(_NOT_STORED)
            return
        if reception.message is not None:
            self._platform.show(reception.message)


def _read_lines(source: BinaryIO) -> asyncio.Queue[bytes | None]:
    """Read lines in a thread that never keeps the process alive; ``None`` marks the end."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    def read() -> None:
        for raw in iter(source.readline, b""):
            loop.call_soon_threadsafe(lines.put_nowait, raw)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, name="console-input", daemon=True).start()
    return lines
