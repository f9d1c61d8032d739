"""Speaking in the terminal. A transcript remembers what was said, so nothing is said twice."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from rich.text import Text

from bot.platforms.console.render import render
from bot.platforms.console.screen import Screen
from handlers.message import Bullets, Message, line
from handlers.message import Text as Paragraph
from handlers.ports import DeliveryFailed, OutgoingFile, Posted, Reaction
from handlers.refs import ChannelRef, MessageRef, Place, Platform, ThreadRef, UserRef, WorkspaceRef

_LOG = logging.getLogger(__name__)
WORKSPACE: Final = WorkspaceRef(platform=Platform.CONSOLE, id="local")
CHANNEL: Final = ChannelRef(platform=Platform.CONSOLE, workspace_id="local", id="main")
_RECEIVED: Final = "Got it. Grading…"


def user_ref(name: str) -> UserRef:
    """Return the account of a name given with ``--as``."""
    return UserRef(platform=Platform.CONSOLE, realm="local", id=name)


class ConsolePlatform:
    """See `handlers.ports.ChatPlatform`.

    Args:
        data_dir: where the transcript is kept.
        file: where to write; standard output if ``None``.

    Attributes:
        screen: what everything is printed on.
    """

    platform = Platform.CONSOLE

    def __init__(self, data_dir: Path, file: IO[str] | None = None) -> None:
        self._transcript = data_dir / "console.jsonl"
        self.screen = Screen(file)
        self._shown: dict[str, str] = {}

    async def post(
        self,
        to: Place,
        message: Message,
        *,
        key: str,
        maybe_sent: bool = False,
        thread_title: str | None = None,
    ) -> Posted:
        """Print ``message`` once for ``key``; see `handlers.ports.ChatPlatform.post`."""
        if maybe_sent and (earlier := await asyncio.to_thread(self._find, key)):
            return _posted(to, earlier, thread_title)
        message_id = uuid.uuid4().hex
        self.show(message)
        self._shown[key] = message_id
        try:
            await asyncio.to_thread(self._remember, key, message_id)
        except OSError as error:
            # It stands on the screen: to fail here would only have it said again.
            _LOG.warning("the console's transcript can't be written (%s)", error.strerror)
        return _posted(to, message_id, thread_title)

    async def share(
        self,
        to: Place,
        files: Sequence[OutgoingFile],
        *,
        text: str,
        key: str,
        maybe_sent: bool = False,
    ) -> Posted:
        """Write files into the data folder and say where; see `handlers.ports.FileSharer`.

        Raises:
            DeliveryFailed: they can't be written.
        """
        try:
            written = await asyncio.to_thread(self._write, files)
        except OSError as error:
            raise DeliveryFailed(f"the files can't be written ({error.strerror})") from error
        where = Bullets(tuple(line(f"{file.title}: {path}") for file, path in written))
        message = Message(blocks=(Paragraph(line(text)), where))
        return await self.post(to, message, key=key, maybe_sent=maybe_sent)

    def _write(self, files: Sequence[OutgoingFile]) -> list[tuple[OutgoingFile, Path]]:
        folder = self._transcript.parent / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for file in files:
            path = folder / file.name
            path.write_bytes(file.content)
            written.append((file, path))
        return written

    async def direct(self, user: UserRef) -> ChannelRef:  # noqa: ARG002
        """Return the terminal: whoever types there is alone with us."""
        return CHANNEL

    async def link(self, to: MessageRef) -> str:  # noqa: ARG002
        """Return nothing: lines on a terminal have no address."""
        return ""

    async def react(self, to: MessageRef, reaction: Reaction) -> None:  # noqa: ARG002
        """Say that an answer was received; the grade itself is sign enough later."""
        if reaction is Reaction.RECEIVED:
            self.screen.show(Text(_RECEIVED, style="dim"))

    def show(self, message: Message) -> None:
        """Print a message that is not remembered, such as the reply to a command."""
        self.screen.show(render(message))

    def _find(self, key: str) -> str | None:
        if key in self._shown:
            return self._shown[key]
        try:
            lines = self._transcript.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return None
        for written in reversed(lines):
            try:
                entry = json.loads(written)
            except ValueError:
                continue  # the last line of a transcript cut short by a crash
            if isinstance(entry, dict) and entry.get("key") == key:
                return str(entry["id"])
        return None

    def _remember(self, key: str, message_id: str) -> None:
        self._transcript.parent.mkdir(parents=True, exist_ok=True)
        with self._transcript.open("a", encoding="utf-8") as transcript:
            transcript.write(json.dumps({"key": key, "id": message_id}) + "\n")


def _posted(to: Place, message_id: str, thread_title: str | None) -> Posted:
    if isinstance(to, ThreadRef):
        message = MessageRef(channel=to.channel, id=message_id, thread_id=to.id)
        return Posted(message=message, thread=to)
    return Posted(
        message=MessageRef(channel=to, id=message_id),
        thread=None if thread_title is None else ThreadRef(channel=to, id=message_id),
    )
