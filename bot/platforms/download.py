"""Reading what people sent, within a limit."""

from __future__ import annotations

from typing import Final

import aiohttp

from handlers.voice.ports import FileTooLarge

_CHUNK: Final = 65_536


async def read_within(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the body of an answer, whatever length it claims to have.

    Args:
        answer: its body is not read yet.
        limit: in bytes; nothing is read beyond it.

    Raises:
        FileTooLarge: there is more.
    """
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise FileTooLarge
    return bytes(content)
