"""A neutral message as Block Kit.

Running text becomes ``rich_text``, whose strings Slack takes literally: no character in them
can format, link or mention. Only fields and remarks are ``mrkdwn``, escaped. Headings too long
for a header become bold text, long text goes on in a further block, and what exceeds a whole
message is folded into a visible "…"; buttons are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.platforms.slack import limits
from bot.platforms.slack.markup import clip, escape, escaped_length, mrkdwn
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    CodeBlock,
    Context,
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

JsonObject = dict[str, object]

_URL: Final = re.compile(r"https?://[^\s<>\"“”]*[^\s<>\"“”.,;:!?)\]'’]")
_STYLES: Final = {Style.BOLD: "bold", Style.ITALIC: "italic", Style.CODE: "code"}
_MARK_LENGTH: Final = 2


def render_text(message: Message) -> str:
    """Return the line that stands for the message in notifications and screen readers."""
    shown = message.notification.strip() or message.plain_text.strip() or "…"
    first, *rest = _split(line(shown), limits.FALLBACK_TEXT)
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
    shown = (b for b in message.blocks if with_buttons or not isinstance(b, Buttons))
    return _fold([rendered for block in shown for rendered in _render(block)], most)


def _render(block: Block) -> Iterator[JsonObject]:
    match block:
        case Heading(text):
            yield from _heading(text)
        case Text(content):
            yield from _paragraphs(content)
        case Bullets(items, numbered):
            yield from _bullets(items, numbered=numbered)
        case Quote(text):
            yield from _literal("rich_text_quote", text)
        case CodeBlock(text):
            yield from _literal("rich_text_preformatted", text)
        case Fields(pairs):
            yield from _fields(pairs)
        case Context(content):
            yield from map(_context, _split(content, limits.CONTEXT_TEXT))
        case Buttons(buttons):
            yield from _actions(buttons)


def _heading(text: str) -> list[JsonObject]:
    if len(text) > limits.HEADER:
        return _paragraphs(line(bold(text)))
    return [{"type": "header", "text": _plain_text(text)}] if text.strip() else []


def _paragraphs(content: Line) -> list[JsonObject]:
    return [_rich("rich_text_section", _elements(part)) for part in _split(content)]


def _bullets(items: Sequence[Line], *, numbered: bool) -> list[JsonObject]:
    blocks: list[JsonObject] = []
    batch: list[JsonObject] = []
    room = 0
    style = "ordered" if numbered else "bullet"
    for index, item in enumerate(items):
        first, *rest = list(_split(item)) or [line("–")]
        size = _size(first)
        if not batch or size > room:
            batch, room = [], limits.RICH_TEXT
            offset = {"offset": index} if numbered and index else {}
            blocks.append(_rich("rich_text_list", batch, style=style, **offset))
        batch.append({"type": "rich_text_section", "elements": _elements(first)})
        room -= size
        if rest:
            blocks += [_rich("rich_text_section", _elements(part)) for part in rest]
            batch = []
    return blocks


def _literal(kind: str, text: str) -> list[JsonObject]:
    parts = map(flatten, _split(line(text)))
    return [_rich(kind, [{"type": "text", "text": part}]) for part in parts]


def _fields(pairs: Iterable[tuple[str, str]]) -> list[JsonObject]:
    blocks: list[JsonObject] = []
    batch: list[JsonObject] = []
    for label, value in pairs:
        text = f"{mrkdwn(bold(label))}\n{escape(value)}"
        if not text.strip():
            continue
        if len(text) > limits.FIELD_TEXT:
            blocks += _paragraphs(line(bold(label), f"\n{value}"))
            batch = []
            continue
        if not batch or len(batch) == limits.FIELDS:
            batch = []
            blocks.append({"type": "section", "fields": batch})
        batch.append(_mrkdwn_text(text))
    return blocks


def _context(content: Line) -> JsonObject:
    return {"type": "context", "elements": [_mrkdwn_text("".join(mrkdwn(s) for s in content))]}


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


def _rich(kind: str, elements: list[JsonObject], **more: object) -> JsonObject:
    return {"type": "rich_text", "elements": [{"type": kind, **more, "elements": elements}]}


def _elements(content: Line) -> list[JsonObject]:
    return [element for span in content for element in _span(span)]


def _span(span: Span) -> Iterator[JsonObject]:
    style: JsonObject = {"style": {_STYLES[span.style]: True}} if span.style in _STYLES else {}
    at = 0
    links = () if span.style is Style.CODE else _URL.finditer(span.text)
    for link in links:
        if before := span.text[at : link.start()]:
            yield {"type": "text", "text": before, **style}
        yield {"type": "link", "url": link[0], **style}
        at = link.end()
    if rest := span.text[at:]:
        yield {"type": "text", "text": rest, **style}


def _plain_text(text: str) -> JsonObject:
    return {"type": "plain_text", "text": text}


def _mrkdwn_text(text: str) -> JsonObject:
    # `verbatim` keeps Slack from turning "#general" and bare addresses into links.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _split(content: Line, limit: int = limits.RICH_TEXT) -> Iterator[Line]:
    """Yield parts that fit into ``limit``, cut at spaces; blank ones are left out."""
    part: list[Span] = []
    room = limit
    for span in content:
        text = span.text
        while escaped_length(text) + _MARK_LENGTH > room:
            head, text = _cut(text, max(room - _MARK_LENGTH, 0))
            yield from _unless_blank([*part, Span(head, span.style)])
            part, room = [], limit
        if text:
            part.append(Span(text, span.style))
            room -= escaped_length(text) + _MARK_LENGTH
    yield from _unless_blank(part)


def _cut(text: str, room: int) -> tuple[str, str]:
    end = 0
    for char in text:
        room -= escaped_length(char)
        if room < 0:
            break
        end += 1
    space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end)) + 1
    end = space if space > end // 2 else end
    return text[:end], text[end:]


def _unless_blank(part: list[Span]) -> Iterator[Line]:
    if any(span.text.strip() for span in part):
        yield tuple(span for span in part if span.text)


def _size(content: Line) -> int:
    return sum(escaped_length(span.text) + _MARK_LENGTH for span in content)


def _fold(blocks: list[JsonObject], most: int) -> list[JsonObject]:
    """Drop text from the end on, never silently, until the blocks fit; rows of buttons go last."""
    if len(blocks) <= most and sum(map(_weight, blocks)) <= limits.BLOCKS_JSON:
        return blocks
    folded = _context(line("… The rest is too long for a Slack message."))
    room, weight = most - 1, limits.BLOCKS_JSON - _weight(folded)
    kept: set[int] = set()
    buttons_first = sorted(range(len(blocks)), key=lambda n: blocks[n]["type"] != "actions")
    for index in buttons_first:
        if room == 0 or _weight(blocks[index]) > weight:
            if blocks[index]["type"] == "actions":
                continue
            break
        kept.add(index)
        room, weight = room - 1, weight - _weight(blocks[index])
    gap = next(index for index in range(len(blocks)) if index not in kept)
    before = [block for n, block in enumerate(blocks) if n in kept and n < gap]
    return [*before, folded, *(block for n, block in enumerate(blocks) if n in kept and n > gap)]


def _weight(block: JsonObject) -> int:
    return len(json.dumps(block, ensure_ascii=False))
