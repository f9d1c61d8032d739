"""The neutral message as rich text; what people wrote stays plain text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.text import Text as RichText

from handlers.actions import ActionKind
from handlers.message import (
    Bullets,
    Button,
    Buttons,
    CodeBlock,
    Content,
    Context,
    Feedback,
    Fields,
    Heading,
    Line,
    Message,
    Quote,
    Style,
    Text,
    unfold,
)

_STYLES: Final = {
    Style.PLAIN: "",
    Style.BOLD: "bold",
    Style.ITALIC: "italic",
    Style.CODE: "cyan",
}
_ELSEWHERE: Final = "on Slack or Discord"
# A terminal has no buttons: this is what to type instead, or where else the button is.
_TYPED_INSTEAD: Final = {
    ActionKind.ANSWER: "type it and press Enter",
    ActionKind.ANSWER_TODAY: "/prep today",
    ActionKind.APPEAL: _ELSEWHERE,
    ActionKind.BANK_ADD: _ELSEWHERE,
    ActionKind.BANK_EDIT: _ELSEWHERE,
    ActionKind.BANK_SUGGEST: _ELSEWHERE,
    ActionKind.DRAFT_APPROVE: "/prep drafts approve …",
    ActionKind.DRAFT_DROP: "/prep drafts drop …",
    ActionKind.DRAFT_EDIT: "prepbot questions drafts edit …",
    ActionKind.DRAFT_LOOK: "/prep drafts look …",
    ActionKind.DRAFTS_MORE: "/prep drafts more",
    ActionKind.GRADE_THIS: _ELSEWHERE,
    ActionKind.HELPFUL: _ELSEWHERE,
    ActionKind.HINT: "/prep hint",
    ActionKind.JOIN_TEAMS: _ELSEWHERE,
    ActionKind.KEEP_PRIVATE: _ELSEWHERE,
    ActionKind.LEADERBOARD: "/prep leaderboard",
    ActionKind.OFFER: "/prep questions offer …",
    ActionKind.OFFER_ACCEPT: "/prep drafts accept …",
    ActionKind.OFFER_DECLINE: "/prep drafts decline …",
    ActionKind.OFFER_NAMED: "/prep questions offer … --named yes",
    ActionKind.OFFER_UNNAMED: "/prep questions offer …",
    ActionKind.OFFER_WITHDRAW: "/prep questions withdraw …",
    ActionKind.OVERRIDE: _ELSEWHERE,
    ActionKind.PICK: _ELSEWHERE,
    ActionKind.PRACTICE: "/prep practice",
    ActionKind.PRACTICE_HINT: "type hint",
    ActionKind.PRACTICE_PAUSE: "type pause",
    ActionKind.PRACTICE_POST: _ELSEWHERE,
    ActionKind.PRACTICE_QUIT: "type quit",
    ActionKind.PRACTICE_RESTART: "type restart",
    ActionKind.PRACTICE_RESUME: "type resume",
    ActionKind.PRACTICE_SHARE: _ELSEWHERE,
    ActionKind.PRACTICE_SKIP: "type skip",
    ActionKind.REPORT: "/prep report",
    ActionKind.SHARE: _ELSEWHERE,
    ActionKind.SHOW_GRADE: _ELSEWHERE,
    ActionKind.SKIP: "/prep skip",
    ActionKind.UNHELPFUL: _ELSEWHERE,
    ActionKind.UNLINK: "/prep unlink",
    ActionKind.UPHOLD: _ELSEWHERE,
}
_TAB: Final = " " * 4
# Joiners shape letters and emoji, and unlike their kind they can't reorder or hide text.
_JOINERS: Final = "\u200c\u200d"
_NARROWEST: Final = 20


def render(message: Message) -> Group:
    """Return the message for a rich console. Buttons become a hint at what to type."""
    shown: list[RenderableType] = []
    # A terminal folds nothing, and has nothing to press.
    blocks = [block for block in unfold(message.blocks) if not isinstance(block, Feedback)]
    for block, before in zip(blocks, (None, *blocks[:-1]), strict=True):
        if before is not None and not _belongs_to(block, before):
            shown.append(RichText())
        shown.append(_block(block))
    return Group(*shown)


def clean(text: str) -> str:
    """Drop control characters, which could move a terminal's cursor or change its colours."""
    return "".join(ch for ch in text.replace("\t", _TAB) if ch in "\n" + _JOINERS or _shows(ch))


def _shows(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs"}


def _belongs_to(block: Content | Buttons, before: Content | Buttons) -> bool:
    """Whether no empty line parts a block from the one before."""
    return isinstance(before, Heading) or isinstance(block, Buttons)


def _block(block: Content | Buttons) -> RenderableType:  # noqa: PLR0911  (one a kind of block)
    match block:
        case Heading(text):
            return RichText(clean(text), style="bold")
        case Text(content):
            return _line(content)
        case Context(content):
            return _line(content, style="dim")
        case Quote(text):
            return _Hanging("│ ", RichText(clean(text)), repeats=True)
        case CodeBlock(text):
            return _Hanging(_TAB, RichText(clean(text), style="cyan"))
        case Fields(pairs):
            return RichText("\n").join(
                RichText.assemble((f"{clean(label)}: ", "bold"), clean(value))
                for label, value in pairs
            )
        case Bullets(items, numbered):
            marks = [f"{n}. " if numbered else "• " for n in range(1, len(items) + 1)]
            width = max(map(len, marks), default=0)
            return Group(
                *(
                    _Hanging(mark.rjust(width), _item(item))
                    for mark, item in zip(marks, items, strict=True)
                )
            )
        case Buttons(buttons):
            return RichText("  ·  ", style="dim").join(map(_button, buttons))


def _button(button: Button) -> RichText:
    typed = _TYPED_INSTEAD[button.action.kind]
    return RichText.assemble((clean(button.label), "bold"), f": {typed}", style="dim")


def _item(content: Line) -> RichText:
    """Return a list item; words that it quotes get a line of their own."""
    text = RichText()
    was_quote = False
    for span in content:
        is_quote = span.style is Style.ITALIC
        if (is_quote or was_quote) and text:
            text.rstrip()
            text.append("\n")
        shown = clean(span.text)
        text.append(shown.lstrip() if is_quote or was_quote else shown, _STYLES[span.style])
        was_quote = is_quote
    return text


def _line(content: Line, style: str = "") -> RichText:
    text = RichText(style=style)
    for span in content:
        text.append(clean(span.text), style=_STYLES[span.style])
    return text


@dataclass(frozen=True)
class _Hanging:
    """A mark, and a text that wraps beside it instead of below it.

    Attributes:
        repeats: whether every line gets the mark.
    """

    mark: str
    body: RichText
    repeats: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RichText]:
        width = max(options.max_width - len(self.mark), _NARROWEST)
        for number, wrapped in enumerate(self.body.wrap(console, width)):
            wrapped.rstrip()
            lead = self.mark if self.repeats or number == 0 else " " * len(self.mark)
            yield RichText.assemble(lead, wrapped)
