"""The neutral message: what is said, in blocks that every platform can show in its own way.

A message holds meaning, no markup: names and answers are plain strings in spans, and each
platform's renderer escapes them and mentions nobody. What a platform can't show degrades to
`Message.plain_text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from handlers.actions import Action


class Style(StrEnum):
    """How a span of text looks."""

    PLAIN = "plain"
    BOLD = "bold"
    ITALIC = "italic"
    CODE = "code"


@dataclass(frozen=True)
class Span:
    """A stretch of text in one style."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Span, ...]


def line(*parts: str | Span) -> Line:
    """Build a line from strings (plain) and spans."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts)


def bold(text: str) -> Span:
    """Return a bold span."""
    return Span(text, Style.BOLD)


def italic(text: str) -> Span:
    """Return an italic span."""
    return Span(text, Style.ITALIC)


def code(text: str) -> Span:
    """Return a span of code, such as a command."""
    return Span(text, Style.CODE)


@dataclass(frozen=True)
class Heading:
    """A short title on a line of its own."""

    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    content: Line


@dataclass(frozen=True)
class Bullets:
    """A list; numbered when order matters."""

    items: tuple[Line, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Quote:
    """Somebody's words."""

    text: str


@dataclass(frozen=True)
class CodeBlock:
    """Preformatted text."""

    text: str


@dataclass(frozen=True)
class Fields:
    """Short labelled values, side by side where the platform can."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Context:
    """A small remark under the rest."""

    content: Line


class ButtonStyle(StrEnum):
    """How a button looks."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


@dataclass(frozen=True)
class Button:
    """A button that sends a typed action back."""

    label: str
    action: Action
    style: ButtonStyle = ButtonStyle.SECONDARY


@dataclass(frozen=True)
class Buttons:
    """A row of at most five buttons."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Feedback:
    """Asks in passing whether something was any use; every press counts anew, the last one stays.

    Slack has buttons of its own for it, Discord shows two small ones, a terminal nothing.
    """

    helpful: Action
    unhelpful: Action


Content = Heading | Text | Bullets | Quote | CodeBlock | Fields | Context


@dataclass(frozen=True)
class Detail:
    """What may be folded away under the rest, and is there in full for those who open it.

    Slack folds it behind "See more"; what can't fold shows it where it stands.
    """

    blocks: tuple[Content, ...]


Block = Content | Buttons | Feedback | Detail


@dataclass(frozen=True, kw_only=True)
class Message:
    """What the bot says.

    Attributes:
        blocks: the content, in order.
        summary: one line for notifications and screen readers; the first block's text if empty.
        tags: what it may be filed under, where the platform has tags of such a name; not shown.
    """

    blocks: tuple[Block, ...]
    summary: str = ""
    tags: tuple[str, ...] = ()

    @property
    def notification(self) -> str:
        """The one line that stands for the message where blocks can't be shown."""
        return self.summary or self.plain_text.partition("\n")[0]

    @property
    def plain_text(self) -> str:
        """The whole message without any markup, one block a paragraph; buttons are left out."""
        return "\n\n".join(text for block in unfold(self.blocks) if (text := _plain(block)))


def say(*parts: str | Span) -> Message:
    """Return a message of one paragraph."""
    return Message(blocks=(Text(line(*parts)),))


def unfold(blocks: Iterable[Block]) -> Iterator[Content | Buttons | Feedback]:
    """Yield the blocks with everything that may be folded away in its place."""
    for block in blocks:
        if isinstance(block, Detail):
            yield from block.blocks
        else:
            yield block


def flatten(content: Line) -> str:
    """Return a line's text without its styles."""
    return "".join(span.text for span in content)


def _plain(block: Content | Buttons | Feedback) -> str:
    match block:
        case Heading(text) | Quote(text) | CodeBlock(text):
            return text
        case Text(content) | Context(content):
            return flatten(content)
        case Bullets(items, numbered):
            marks = (f"{n}." if numbered else "-" for n in range(1, len(items) + 1))
            return "\n".join(
                f"{mark} {flatten(item)}" for mark, item in zip(marks, items, strict=True)
            )
        case Fields(pairs):
            return "\n".join(f"{label}: {value}" for label, value in pairs)
        case Buttons() | Feedback():
            return ""


class Visibility(StrEnum):
    """Who sees a response."""

    ONLY_CALLER = "only-caller"
    EVERYONE = "everyone"


@dataclass(frozen=True, kw_only=True)
class Response:
    """A message in answer to a command, a click or a form.

    Attributes:
        accepted: ``False`` where a form's content was not taken: its text must not be lost, so
            the platform keeps the form open, or gives the text back.
        field: the name of the form's field that the message is about, where it is about one: the
            platform shows it there, if it can.
    """

    message: Message
    visibility: Visibility = Visibility.ONLY_CALLER
    accepted: bool = True
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class TextField:
    """A field of a form that takes several lines of text."""

    name: str
    label: str
    placeholder: str = ""
    initial: str = ""


@dataclass(frozen=True, kw_only=True)
class SelectField:
    """A field of a form in which one of several values is picked; what comes back is the value.

    Attributes:
        options: values with their labels, 1 to 25 of them, in order.
        initial: the value that is picked already; none where empty.
    """

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    placeholder: str = ""
    initial: str = ""


Field = TextField | SelectField


@dataclass(frozen=True, kw_only=True)
class OpenForm:
    """A form to open in answer to a command or a click (a modal on Slack and Discord).

    Attributes:
        title: at most 24 characters, the smallest of the platforms' limits.
        intro: what stands above the fields, as far as the platform can show it.
        action: what comes back, with the fields' values, when the form is sent.
    """

    title: str
    intro: Message
    fields: tuple[Field, ...]
    action: Action
    submit_label: str = field(default="Send")


Outcome = Response | OpenForm
