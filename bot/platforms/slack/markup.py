"""Slack's text markup: written so that nobody is mentioned, read back to plain text.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from typing import Final

from handlers.message import Span, Style

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_CHARACTERS: Final = {entity: char for char, entity in _ENTITIES.items()}
_MARKS: Final = {Style.BOLD: "*", Style.ITALIC: "_", Style.CODE: "`"}
# Mentions (<@U1>, <#C1|general>, <!here>) and links with a scheme. Anything else in angle
# brackets was typed: in a command Slack leaves `List<int>` as it is.
_MARKUP: Final = re.compile(
    r"<(?P<kind>[@#!]|(?=[a-z][a-z0-9+.-]*:))(?P<target>[^<>|]+)(?:\|(?P<label>[^<>]*))?>"
    r"|(?P<entity>&(?:amp|lt|gt);)"
)

# What stands behind an address is not part of it, nor is what would end Slack's own markup.
ADDRESS: Final = re.compile(r"https?://[^\s<>|\"“”]*[^\s<>|\"“”.,;:!?)\]'’]")
# mrkdwn has no escape for its marks: a pair of them, a quotation mark at a line's start, an emoji.
_FORMATTED: Final = re.compile(r"([*_~`])[^\n]*?\1|^\s*>|:[\w+'-]+:", re.MULTILINE)


def escape(text: str) -> str:
    """Return ``text`` so that Slack shows it as it is and mentions nobody."""
    return "".join(_ENTITIES.get(char, char) for char in text)


def escaped_length(text: str) -> int:
    """Return how many characters ``text`` has once escaped: what Slack's limits count."""
    return len(text) + sum(4 if char == "&" else 3 for char in text if char in _ENTITIES)


def mrkdwn(span: Span) -> str:
    """Return a span in Slack's ``mrkdwn``; at most two characters longer than escaped.

    A style that Slack could not show there (over a line break, or around its own mark) is
    left out.
    """
    text = escape(span.text)
    inner = text.strip()
    mark = _MARKS.get(span.style)
    if mark is None or not inner or "\n" in inner or mark in inner:
        return text
    before = text[: len(text) - len(text.lstrip())]
    return f"{before}{mark}{inner}{mark}{text[len(before) + len(inner) :]}"


def linked(span: Span) -> str:
    """Return a span in ``mrkdwn`` in which addresses can be pressed."""
    if span.style is not Style.PLAIN:
        return mrkdwn(span)
    parts, at = [], 0
    for address in ADDRESS.finditer(span.text):
        parts += [escape(span.text[at : address.start()]), f"<{escape(address[0])}>"]
        at = address.end()
    return "".join([*parts, escape(span.text[at:])])


def would_format(text: str) -> bool:
    """Return whether Slack would take some of a text for formatting, not for what it says."""
    return _FORMATTED.search(ADDRESS.sub("", text)) is not None


def clip(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def read(text: str) -> str:
    """Return what a person typed: entities and Slack's markup turned back to plain text."""
    return _MARKUP.sub(_plain, text)


def _plain(match: re.Match[str]) -> str:
    if entity := match["entity"]:
        return _CHARACTERS[entity]
    label = _unescape(match["label"] or "")
    target = _unescape(match["target"])
    match match["kind"]:
        case "@":
            return f"@{(label or target).removeprefix('@')}"
        case "#":
            return f"#{label or target}"
        case "!" if target.startswith("date^"):
            return label
        case "!":
            return f"@{(label or target).removeprefix('@')}"
        case _:
            return label or target.removeprefix("mailto:")


def _unescape(text: str) -> str:
    return re.sub("&(?:amp|lt|gt);", lambda match: _CHARACTERS[match[0]], text)
