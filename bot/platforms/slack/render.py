"""A neutral message as Block Kit.

Running text becomes ``rich_text``, whose strings Slack takes literally: no character in them
can format, link or mention. Only fields, remarks and details are ``mrkdwn``, escaped. Headings
too long for a header become bold text, long text goes on in a further block, a detail becomes
sections that Slack folds behind "See more". What exceeds a message goes on in further ones where
there may be more than one, and is else left out with a visible "…"; buttons are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.platforms.slack import limits
from bot.platforms.slack.detail import render_detail
from bot.platforms.slack.markup import ADDRESS, clip, escape, linked, mrkdwn, would_format
from bot.platforms.slack.pack import fold, pack
from bot.platforms.slack.payload import JsonObject
from bot.platforms.slack.split import size, split
from bot.platforms.slack.tidy import tidy
from handlers.actions import Action
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    CodeBlock,
    Context,
    Detail,
    Feedback,
    Fields,
    Heading,
    Line,
    Message,
    Quote,
    Span,
    Style,
    Text,
    bold,
    flatten,
    line,
)

_STYLES: Final = {Style.BOLD: "bold", Style.ITALIC: "italic", Style.CODE: "code"}
_LITERAL: Final = {Quote: "rich_text_quote", CodeBlock: "rich_text_preformatted"}


def render_text(message: Message) -> str:
    """Return the line that stands for the message in notifications and screen readers."""
    message = tidy(message)
    shown = message.notification.strip() or message.plain_text.strip() or "…"
    first, *rest = split(line(shown), limits.FALLBACK_TEXT)
    return escape(flatten(first)) + ("…" if rest else "")


def render_blocks(
    message: Message, *, most: int = limits.MESSAGE_BLOCKS, with_buttons: bool = True
) -> list[JsonObject]:
    """Return the message's blocks; empty where it shows nothing.

    Args:
        message: what to say.
        most: how many blocks fit.
        with_buttons: whether buttons make sense where the blocks stand.
    """
    blocks = tidy(message).blocks
    shown = (b for b in blocks if with_buttons or not isinstance(b, Buttons | Feedback))
    return fold([rendered for block in shown for rendered in _render(block)], most)


def render_parts(message: Message) -> list[list[JsonObject]]:
    """Return the blocks of a message that may go on in further ones; at least one, maybe empty."""
    return pack([rendered for block in tidy(message).blocks for rendered in _render(block)])


def render_plain(message: Message) -> str:
    """Return all that the message says as text alone, cut visibly where it is too long."""
    said = line(tidy(message).plain_text.strip() or "…")
    first, *rest = split(said, limits.FALLBACK_TEXT)
    return escape(flatten(first)) + ("…" if rest else "")


def _render(block: Block) -> Iterator[JsonObject]:
    match block:
        case Heading(text):
            yield from _heading(text)
        case Text(content):
            yield from _paragraphs(content)
        case Bullets(items, numbered):
            yield from _bullets(items, numbered=numbered)
        case Quote(text) | CodeBlock(text):
            yield from _literal(_LITERAL[type(block)], text)
        case Fields(pairs):
            yield from _fields(pairs)
        case Context(content):
            yield from map(_context, split(content, limits.CONTEXT_TEXT))
        case Buttons(buttons):
            yield from _actions(buttons)
        case Detail(blocks):
            yield from render_detail(blocks)
        case Feedback():
            yield _feedback(block)


def _heading(text: str) -> list[JsonObject]:
    if len(text) > limits.HEADER:
        return _paragraphs(line(bold(text)))
    return [{"type": "header", "text": _plain_text(text)}] if text.strip() else []


def _paragraphs(content: Line) -> list[JsonObject]:
    return [
        _rich("rich_text_section", _elements(part)) for part in split(content, limits.RICH_TEXT)
    ]


def _bullets(items: Sequence[Line], *, numbered: bool) -> list[JsonObject]:
    blocks: list[JsonObject] = []
    batch: list[JsonObject] = []
    room = 0
    style = "ordered" if numbered else "bullet"
    for index, item in enumerate(items):
        first, *rest = list(split(item, limits.RICH_TEXT)) or [line("–")]
        taken = size(first)
        if not batch or taken > room:
            batch, room = [], limits.RICH_TEXT
            offset = {"offset": index} if numbered and index else {}
            blocks.append(_rich("rich_text_list", batch, style=style, **offset))
        batch.append({"type": "rich_text_section", "elements": _elements(first)})
        room -= taken
        if rest:
            blocks += [_rich("rich_text_section", _elements(part)) for part in rest]
            batch = []
    return blocks


def _literal(kind: str, text: str) -> list[JsonObject]:
    parts = map(flatten, split(line(text), limits.RICH_TEXT))
    return [_rich(kind, [{"type": "text", "text": part}]) for part in parts]


def _fields(pairs: Iterable[tuple[str, str]]) -> list[JsonObject]:
    blocks: list[JsonObject] = []
    batch: list[JsonObject] = []
    for label, value in pairs:
        said = f"{label}\n{value}"
        if not said.strip():
            continue
        text = f"{mrkdwn(bold(label))}\n{escape(value)}"
        if len(text) > limits.FIELD_TEXT:
            blocks += _paragraphs(line(bold(label), f"\n{value}"))
            batch = []
            continue
        if not batch or len(batch) == limits.FIELDS:
            batch = []
            blocks.append({"type": "section", "fields": batch})
        literal = would_format(label) or would_format(value)
        batch.append(_literal_text(said) if literal else _mrkdwn_text(text))
    return blocks


def _context(content: Line) -> JsonObject:
    said = flatten(content)
    if would_format(said):
        return {"type": "context", "elements": [_literal_text(said)]}
    text = "".join(map(linked, content))
    if len(text) > limits.CONTEXT_TEXT:
        text = "".join(map(mrkdwn, content))
    return {"type": "context", "elements": [_mrkdwn_text(text)]}


def _actions(buttons: Sequence[Button]) -> list[JsonObject]:
    rows = (buttons[n : n + limits.ACTIONS] for n in range(0, len(buttons), limits.ACTIONS))
    return [
        {"type": "actions", "elements": [_button(n, button) for n, button in enumerate(row)]}
        for row in rows
    ]


def _button(index: int, button: Button) -> JsonObject:
    # Ids must differ within a block, so the payload travels in `value`.
    element: JsonObject = {
        "type": "button",
        "action_id": f"button-{index}",
        "text": _plain_text(clip(button.label.strip(), limits.BUTTON_TEXT) or "…"),
        "value": button.action.pack(),
    }
    if button.style is ButtonStyle.PRIMARY:
        element["style"] = "primary"
    return element


def _feedback(asked: Feedback) -> JsonObject:
    buttons: JsonObject = {
        "type": "feedback_buttons",
        "action_id": "prepbot-feedback",
        "positive_button": _thumb("👍", "Helpful", asked.helpful),
        "negative_button": _thumb("👎", "Not helpful", asked.unhelpful),
    }
    return {"type": "context_actions", "elements": [buttons]}


def _thumb(sign: str, label: str, action: Action) -> JsonObject:
    return {"text": _plain_text(sign), "accessibility_label": label, "value": action.pack()}


def _rich(kind: str, elements: list[JsonObject], **more: object) -> JsonObject:
    return {"type": "rich_text", "elements": [{"type": kind, **more, "elements": elements}]}


def _elements(content: Line) -> list[JsonObject]:
    return [element for span in content for element in _span(span)]


def _span(span: Span) -> Iterator[JsonObject]:
    style: JsonObject = {"style": {_STYLES[span.style]: True}} if span.style in _STYLES else {}
    at = 0
    links = () if span.style is Style.CODE else ADDRESS.finditer(span.text)
    for link in links:
        if before := span.text[at : link.start()]:
            yield {"type": "text", "text": before, **style}
        yield {"type": "link", "url": link[0], **style}
        at = link.end()
    if rest := span.text[at:]:
        yield {"type": "text", "text": rest, **style}


def _plain_text(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


def _literal_text(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn_text(text: str) -> JsonObject:
    # `verbatim` keeps Slack from turning "#general" and the like into links.
    return {"type": "mrkdwn", "text": text, "verbatim": True}
