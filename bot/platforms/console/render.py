"""The neutral message as rich text; what people wrote stays plain text."""

from __future__ import annotations

import unicodedata
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as RichText

from handlers.message import (
    Block,
    Bullets,
    Buttons,
    CodeBlock,
    Context,
    Fields,
    Heading,
    Line,
    Message,
    Quote,
    Style,
    Text,
)

_STYLES: Final = {
    Style.PLAIN: "",
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.CODE: "cyan",
}


def render(message: Message) -> Group:
    """Return the message for a rich console. Buttons become a hint at what to type."""
    return Group(*(shown for block in message.blocks if (shown := _block(block)) is not None))


def _block(block: Block) -> RenderableType | None:  # noqa: PLR0911  (one a kind of block)
    match block:
        case Heading(text):
            return RichText(clean(text), style="bold")
        case Text(content):
            return _line(content)
        case Context(content):
            return _line(content, style="dim")
        case Quote(text):
            quoted = RichText("│ ", style="dim")
            return quoted.append(clean(text).replace("\n", "\n│ "))
        case CodeBlock(text):
            return Padding(RichText(clean(text), style="cyan"), (0, 0, 0, 4))
        case Fields(pairs):
            return RichText("\n").join(
                RichText.assemble((f"{clean(label)}: ", "bold"), clean(value))
                for label, value in pairs
            )
        case Bullets(items, numbered):
            return Group(*(_item(n, item, numbered) for n, item in enumerate(items, start=1)))
        case Buttons():
            # A terminal has no buttons: answers are typed, and /prep help lists the rest.
            return None


def _item(number: int, item: Line, numbered: bool) -> RenderableType:
    mark = f"{number}. " if numbered else "• "
    return RichText(mark).append_text(_line(item))


def _line(content: Line, style: str = "") -> RichText:
    text = RichText(style=style)
    for span in content:
        text.append(clean(span.text), style=_STYLES[span.style])
    return text


def clean(text: str) -> str:
    """Drop control characters, which could move a terminal's cursor or change its colours."""
    return "".join(ch for ch in text if ch == "\n" or unicodedata.category(ch) not in {"Cc", "Cf"})
