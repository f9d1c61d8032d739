"""Handing files over.

https://docs.slack.dev/reference/methods/files.getUploadURLExternal
https://docs.slack.dev/reference/methods/files.completeUploadExternal

A file's name carries a hash of the idempotency key, since a message that files came with has no
metadata of ours: by the name it is found again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

import aiohttp

from bot.platforms.slack.failure import TROUBLE, explain
from bot.platforms.slack.markup import escape
from bot.platforms.slack.payload import objects_at, text_at
from bot.platforms.slack.web import SlackWeb
from handlers.ports import DeliveryFailed, OutgoingFile

_SECONDS: Final = 60.0
_LOOKUP_PAGES: Final = 3
_OK: Final = 200


async def share_files(
    web: SlackWeb,
    channel_id: str,
    thread_ts: str | None,
    files: Sequence[OutgoingFile],
    *,
    text: str,
    key: str,
    maybe_sent: bool,
) -> str:
    """Post files as one message once for ``key``; return an id of what stands.

    Slack shows the message a moment after it has taken the files, so that the id is the first
    file's where the message was not there before.

    Raises:
        TargetGone: the channel is lost to us.
        DeliveryFailed: anything else that stopped it.
    """
    names = [marked(file.name, key) for file in files]
    if maybe_sent:
        async for message in web.read_messages(channel_id, thread_ts, pages=_LOOKUP_PAGES):
            found = {text_at(file, "name") for file in objects_at(message, "files")}
            if found & set(names):
                return text_at(message, "ts")
    uploaded = [
        {"id": await _upload(web, name, file.content), "title": file.title}
        for name, file in zip(names, files, strict=True)
    ]
    thread = {} if thread_ts is None else {"thread_ts": thread_ts}
    await web.call(
        "files.completeUploadExternal",
        files=uploaded,
        channel_id=channel_id,
        initial_comment=escape(text),
        **thread,
    )
    return uploaded[0]["id"]


def marked(name: str, key: str) -> str:
    """Return a file's name with a hash of the key in front of its ending."""
    path = PurePath(name)
    return f"{path.stem}-{hashlib.sha256(key.encode()).hexdigest()[:10]}{path.suffix}"


async def _upload(web: SlackWeb, name: str, content: bytes) -> str:
    """Upload a file that nobody sees yet; return its id."""
    granted = await web.read("files.getUploadURLExternal", filename=name, length=len(content))
    try:
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.post(text_at(granted, "upload_url"), data=content) as answer,
        ):
            status = answer.status
    except TROUBLE as error:
        raise explain(error) from error
    if status != _OK:
        raise DeliveryFailed("Slack refused the file")
    return text_at(granted, "file_id")
