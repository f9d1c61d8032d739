"""Files that come with a message, in the form in which they are stored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from handlers.invocation import Attachment

_DOCUMENTS: Final = (".txt", ".md", ".markdown", ".pdf", ".text")


def pack_attachment(attachment: Attachment) -> str:
    """Return the text form."""
    return json.dumps(asdict(attachment))


def unpack_attachment(text: str) -> Attachment | None:
    """Read the text form; ``None`` for an empty one."""
    return Attachment(**json.loads(text)) if text else None


def find_recording(attachments: Sequence[Attachment]) -> Attachment | None:
    """Return the first recording among some files."""
    return next((each for each in attachments if each.is_audio), None)


def find_document(attachments: Sequence[Attachment]) -> Attachment | None:
    """Return the first file among some that a text can be read from."""
    return next((each for each in attachments if _is_document(each)), None)


def _is_document(attachment: Attachment) -> bool:
    return attachment.media_type.startswith("text/") or attachment.name.casefold().endswith(
        _DOCUMENTS
    )
