"""Listening in the terminal: lines typed by a person, or piped in by a script."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Awaitable, Callable
from typing import BinaryIO, Final

from bot.platforms.console.client import CHANNEL, WORKSPACE, ConsolePlatform, user_ref
from bot.platforms.console.lines import read_lines
from handlers.actions import Action
from handlers.command import ROOT, Person, UsageError
from handlers.command_parse import parse
from handlers.dispatch import Dispatcher, NotStored
from handlers.invocation import Caller, CommandInvocation, FormSubmission, IncomingReply
from handlers.message import OpenForm, Outcome, code, say
from handlers.refs import MessageRef

# A typed line's results go before the next prompt if they come soon; a grade may take longer.
_PATIENCE: Final = 10.0
# What Linux passes on of a line that is typed or pasted into a terminal; the rest it drops.
_TERMINAL_LINE: Final = 4095
_END_OF_FORM: Final = "."

_GREETING: Final = say(
    "This is Prepbot's console. Type your answer on one line and press Enter; ",
    code("/prep answer"),
    " takes several lines, ",
    code("/prep help"),
    " lists the rest, Ctrl-D ends.",
)
_WELCOME: Final = say(
    "This is Prepbot's console. ",
    code("/prep today"),
    " asks a question, ",
    code("/prep help"),
    " lists the rest, Ctrl-D ends.",
)
_BINARY: Final = say("That line is not text. Send your answer as plain text.")
_NOT_STORED: Final = say("I can't reach my database just now. Please send that again.")
_CUT_OFF: Final = say(
    "That line is longer than a terminal passes on, so I did not take it. ",
    code("/prep answer"),
    " takes your answer on several lines.",
)
_FORM: Final = say("Type your answer on one line and press Enter.")
_LONG_FORM: Final = say(
    "Type or paste your answer, on as many lines as you like. A line with nothing but a full "
    "stop sends it."
)
_WAITING: Final = say(
    "I'm waiting for your grade. Ctrl-C leaves without it; it comes when you start me again."
)

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
        patience: seconds that a typed line's results may take before the next prompt.
    """

    def __init__(
        self,
        platform: ConsolePlatform,
        dispatcher: Dispatcher,
        *,
        name: str,
        drain: Drain,
        source: BinaryIO | None = None,
        patience: float = _PATIENCE,
    ) -> None:
        self._platform = platform
        self._dispatcher = dispatcher
        self._drain = drain
        self._source = source or sys.stdin.buffer
        self._patience = patience
        self._typed = self._source.isatty()
        self._is_greeted = False
        self._form: Action | None = None
        self._form_lines: list[str] = []
        self._caller = Caller(
            user=user_ref(name),
            display_name=name,
            workspace=WORKSPACE,
            channel=CHANNEL,
            is_direct=True,
            may_manage=True,
            leads=True,
        )

    async def greet(self) -> None:
        """Open on a question."""
        self._platform.show(_GREETING)
        self._is_greeted = True
        await self._line(f"/{ROOT} today")
        await self._drain()

    async def run(self) -> None:
        """Handle every line; at the end of input wait for pending grades."""
        screen = self._platform.screen
        lines = read_lines(self._source)
        if self._typed and not self._is_greeted:
            self._platform.show(_WELCOME)
        coming = asyncio.ensure_future(lines.get())
        while True:
            await self._settle(coming)
            if self._typed and not coming.done():
                screen.ask()
            raw = await coming
            screen.heard(is_end=raw is None)
            if raw is None:
                break
            coming = asyncio.ensure_future(lines.get())
            await self._raw(raw)
        if self._typed and not await self._is_drained_within(1.0):
            self._platform.show(_WAITING)
        await self._drain()

    async def _settle(self, coming: asyncio.Future[bytes | None]) -> None:
        """Wait for the results of what was entered; a person who types on need not wait."""
        if self._typed:
            await self._is_drained_within(self._patience, unless=coming)
        else:
            await self._drain()

    async def _is_drained_within(
        self, seconds: float, unless: asyncio.Future[bytes | None] | None = None
    ) -> bool:
        draining = asyncio.ensure_future(self._drain())
        waited_for: set[asyncio.Future[object]] = {draining}
        if unless is not None:
            waited_for.add(unless)  # type: ignore[arg-type]  # a future is read from only
        await asyncio.wait(waited_for, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        is_drained = draining.done()
        draining.cancel()
        await asyncio.gather(draining, return_exceptions=True)
        return is_drained

    async def _raw(self, raw: bytes) -> None:
        if self._typed and len(raw) >= _TERMINAL_LINE:
            self._platform.show(_CUT_OFF)
            return
        try:
            line = raw.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError:
            self._platform.show(_BINARY)
            return
        await self._line(line)

    async def _line(self, line: str) -> None:
        if line.lstrip().casefold().split(maxsplit=1)[:1] == [f"/{ROOT}"]:
            self._form = None
            await self._command(line.strip()[len(ROOT) + 1 :])
        elif self._form is not None:
            await self._fill(self._form, line)
        elif line.strip():
            await self._reply(line)

    async def _fill(self, form: Action, line: str) -> None:
        if self._typed and line.strip() != _END_OF_FORM:
            self._form_lines.append(line)
            return
        text = "\n".join(self._form_lines) if self._typed else line
        if not text.strip() and not self._typed:
            return  # a script's empty line says nothing
        self._form = None
        submission = FormSubmission(
            caller=self._caller, action=form, values={"answer": text}, id=uuid.uuid4().hex
        )
        self._platform.show((await self._dispatcher.form(submission)).message)

    async def _command(self, text: str) -> None:
        try:
            parsed = parse(text, self._dispatcher.commands, _read_person)
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
        if not isinstance(outcome, OpenForm):
            self._platform.show(outcome.message)
            return
        self._platform.show(outcome.intro)
        self._platform.show(_LONG_FORM if self._typed else _FORM)
        self._form, self._form_lines = outcome.action, []

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


def _read_person(text: str) -> Person | None:
    """Read ``@ada``: in the terminal a person is a name given with ``--as``."""
    name = text.removeprefix("@").strip()
    return Person(user=user_ref(name), name=name) if name and name != text else None
