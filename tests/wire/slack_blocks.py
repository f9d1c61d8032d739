"""What Slack refuses in blocks and views, and what a person reads in them.

https://docs.slack.dev/reference/block-kit
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

_RICH_PARTS = {"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"}
_RICH_LEAVES = {"text": "text", "link": "url", "emoji": "name", "user": "user_id"}
_RICH_LEAVES |= {"channel": "channel_id", "broadcast": "range"}


class Refused(Exception):
    """Slack would answer with this code; `detail` is for the developer."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def check_message(body: Json) -> None:
    """Raise `Refused` where Slack would not take a message."""
    text, blocks = body.get("text") or "", body.get("blocks") or []
    if not text and not blocks:
        raise Refused("no_text", "neither text nor blocks")
    if len(text) > 40_000:
        raise Refused("msg_too_long", f"{len(text)} characters")
    _check_blocks(blocks, most=50)
    if len(json.dumps(blocks, ensure_ascii=False)) > 13_200:
        raise Refused("msg_blocks_too_long", "all blocks together")
    metadata = body.get("metadata")
    if metadata is not None and set(metadata) != {"event_type", "event_payload"}:
        raise Refused("invalid_metadata_format", f"keys {sorted(metadata)}")


def check_view(view: Json) -> None:
    """Raise `Refused` where Slack would not open a modal."""
    _need(view.get("type") == "modal", "a view is a modal")
    for name in ("title", "submit", "close"):
        if name in view:
            _text_object(view[name], 24, plain=True)
    _need("title" in view, "a modal has a title")
    _need(len(view.get("private_metadata", "")) <= 3000, "private_metadata is too long")
    _need(len(view.get("callback_id", "")) <= 255, "callback_id is too long")
    _check_blocks(view.get("blocks") or [], most=100)
    _need(all(b["type"] != "context_actions" for b in view["blocks"]), "only messages have these")
    if any(block["type"] == "input" for block in view["blocks"]):
        _need("submit" in view, "a modal with inputs has a submit button")


def check_home(view: Json) -> None:
    """Raise `Refused` where Slack would not publish a Home tab."""
    _need(view.get("type") == "home", "a Home tab is a view of its own kind")
    _need(not {"title", "submit", "close"} & set(view), "a Home tab is no modal")
    _need(len(view.get("callback_id", "")) <= 255, "callback_id is too long")
    blocks = view.get("blocks") or []
    _check_blocks(blocks, most=100)
    _need(all(b["type"] != "context_actions" for b in blocks), "only messages have these")


def read_blocks(blocks: list[Json]) -> str:
    """Return everything that a person reads in the blocks, a line for each piece."""
    return "\n".join("".join(_read(block)) for block in blocks)


def find_buttons(blocks: list[Json]) -> list[tuple[str, Json]]:
    """Return every button with its block's id."""
    return [
        (block.get("block_id", f"b{n}"), element)
        for n, block in enumerate(blocks)
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def _read(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _read(item)
    elif isinstance(node, dict):
        for key in ("text", "url", "fields", "elements", "label", "element", "placeholder"):
            value = node.get(key)
            if isinstance(value, str):
                yield value
            elif value is not None:
                yield from _read(value)
        if node.get("type") in _RICH_PARTS:
            yield "\n"


def _check_blocks(blocks: list[Json], *, most: int) -> None:
    _need(len(blocks) <= most, f"{len(blocks)} blocks, {most} fit")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    _need(len(ids) == len(set(ids)), "block ids repeat")
    for block in blocks:
        check = _CHECKS.get(block.get("type", ""))
        if check is None:
            raise Refused("invalid_blocks", f"no such block: {block.get('type')!r}")
        _need(len(block.get("block_id", "")) <= 255, "block_id is too long")
        check(block)


def _header(block: Json) -> None:
    _only(block, "text")
    _text_object(block.get("text"), 150, plain=True)


def _section(block: Json) -> None:
    _only(block, "text", "fields", "accessory", "expand")
    _need("text" in block or "fields" in block, "a section has text or fields")
    _need(isinstance(block.get("expand", False), bool), "expand")
    if "text" in block:
        _text_object(block["text"], 3000)
    fields = block.get("fields", [])
    _need("fields" not in block or 1 <= len(fields) <= 10, "1 to 10 fields")
    for item in fields:
        _text_object(item, 2000)


def _context(block: Json) -> None:
    _only(block, "elements")
    _need(1 <= len(block["elements"]) <= 10, "1 to 10 elements")
    for element in block["elements"]:
        _text_object(element, 2000)


def _actions(block: Json) -> None:
    _only(block, "elements")
    elements = block["elements"]
    _need(1 <= len(elements) <= 25, "1 to 25 elements")
    ids = [element["action_id"] for element in elements]
    _need(len(ids) == len(set(ids)), "action ids repeat")
    for element in elements:
        _need(element.get("type") == "button", "only buttons are known here")
        _only(element, "action_id", "text", "value", "style", "url")
        _need(1 <= len(element["action_id"]) <= 255, "action_id")
        _need(len(element.get("value", "")) <= 2000, "value is too long")
        _need(element.get("style", "primary") in {"primary", "danger"}, "no such style")
        _text_object(element["text"], 75, plain=True)


def _context_actions(block: Json) -> None:
    _only(block, "elements")
    _need(1 <= len(block["elements"]) <= 5, "1 to 5 elements")
    for element in block["elements"]:
        _need(element.get("type") == "feedback_buttons", "only feedback buttons are known here")
        _only(element, "action_id", "positive_button", "negative_button")
        _need(len(element.get("action_id", "")) <= 255, "action_id")
        for name in ("positive_button", "negative_button"):
            button = element[name]
            _only(button, "text", "value", "accessibility_label")
            _text_object(button["text"], 75, plain=True)
            _need(1 <= len(button["value"]) <= 2000, "value")
            _need(len(button.get("accessibility_label", "")) <= 75, "accessibility_label")


def _rich_text(block: Json) -> None:
    _only(block, "elements")
    _need(bool(block["elements"]), "rich text has elements")
    for part in block["elements"]:
        kind = part.get("type")
        _need(kind in _RICH_PARTS, f"no such rich text: {kind!r}")
        more = ("style", "indent", "offset") if kind == "rich_text_list" else ()
        _only(part, "elements", "border", *more)
        _need(bool(part["elements"]), f"{kind} has elements")
        for element in part["elements"]:
            if kind == "rich_text_list":
                _need(element.get("type") == "rich_text_section", "a list holds sections")
                _need(bool(element["elements"]), "an item has elements")
            for leaf in element["elements"] if kind == "rich_text_list" else [element]:
                name = _RICH_LEAVES.get(leaf.get("type", ""))
                _need(name is not None, f"no such element: {leaf.get('type')!r}")
                _need(bool(leaf.get(name or "")), f"{leaf['type']} is empty")


def _input(block: Json) -> None:
    _only(block, "label", "element", "optional", "hint", "dispatch_action")
    _text_object(block["label"], 2000, plain=True)
    element = block["element"]
    if element.get("type") == "static_select":
        _select(element)
        return
    _need(element.get("type") == "plain_text_input", "no other inputs are known here")
    _need(len(element.get("initial_value", "")) <= 3000, "initial_value is too long")
    _need(element.get("max_length", 1) in range(1, 3001), "max_length")
    if "placeholder" in element:
        _text_object(element["placeholder"], 150, plain=True)


def _select(element: Json) -> None:
    _only(element, "action_id", "options", "initial_option", "placeholder")
    options = element["options"]
    _need(1 <= len(options) <= 100, "1 to 100 options")
    for option in options:
        _need(set(option) == {"text", "value"}, "an option has text and value")
        _text_object(option["text"], 75, plain=True)
        _need(1 <= len(option["value"]) <= 150, "an option's value")
    _need(element.get("initial_option", options[0]) in options, "initial_option is an option")
    if "placeholder" in element:
        _text_object(element["placeholder"], 150, plain=True)


def _divider(block: Json) -> None:
    _only(block)


_CHECKS: dict[str, Callable[[Json], None]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "rich_text": _rich_text,
    "input": _input,
    "divider": _divider,
}


def _text_object(text: object, most: int, *, plain: bool = False) -> None:
    if not isinstance(text, dict):
        raise Refused("invalid_blocks", "a text object is missing")
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    _need(text.get("type") in kinds, f"text of type {text.get('type')!r}")
    _only(text, "text", "verbatim" if text["type"] == "mrkdwn" else "emoji")
    _need(len(text["text"].strip()) >= 1, "text is empty")
    _need(len(text["text"]) <= most, f"{len(text['text'])} characters, {most} fit")


def _only(node: Json, *keys: str) -> None:
    strange = set(node) - {"type", "block_id", *keys}
    _need(not strange, f"{node.get('type')} has {sorted(strange)}")


def _need(condition: bool, detail: str) -> None:
    if not condition:
        raise Refused("invalid_blocks", detail)
