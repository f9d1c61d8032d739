"""Takes out of a message what could make Slack show it as something else."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Final

from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    CodeBlock,
    Content,
    Context,
    Detail,
    Feedback,
    Fields,
    Heading,
    Line,
    Message,
    Quote,
    Text,
)

# These turn round the order in which what follows is shown.
_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Drop control characters, halves of characters, and marks that reorder what is shown."""
    return "".join(ch for ch in text if ch in "\n\t" or _shows(ch))


def tidy(message: Message) -> Message:
    """Return the message with every text of it `clean`."""
    blocks = tuple(map(_block, message.blocks))
    return replace(message, blocks=blocks, summary=clean(message.summary))


def _shows(char: str) -> bool:
    return char not in _REORDERING and unicodedata.category(char) not in {"Cc", "Cs"}


def _block(block: Block) -> Block:
    match block:
        case Buttons(buttons):
            return Buttons(tuple(map(_button, buttons)))
        case Detail(blocks):
            return Detail(tuple(map(_content, blocks)))
        case Feedback():
            return block
        case _:
            return _content(block)


def _content(block: Content) -> Content:
    match block:
        case Heading(text) | Quote(text) | CodeBlock(text):
            return replace(block, text=clean(text))
        case Text(content) | Context(content):
            return replace(block, content=_line(content))
        case Bullets(items):
            return replace(block, items=tuple(map(_line, items)))
        case Fields(pairs):
            return Fields(tuple((clean(label), clean(value)) for label, value in pairs))


def _line(content: Line) -> Line:
    return tuple(replace(span, text=clean(span.text)) for span in content)


def _button(button: Button) -> Button:
    return replace(button, label=clean(button.label))
