"""One block of a neutral message as markdown, cut to a given room. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from bot.platforms.discord.limits import length
from bot.platforms.discord.markdown import (
    ELLIPSIS,
    NOTHING,
    clean,
    escape,
    one_line,
    render_line,
    unmention,
)
from handlers.message import (
    Bullets,
    Buttons,
    CodeBlock,
    Content,
    Context,
    Fields,
    Heading,
    Line,
    Quote,
    Span,
    Text,
)

_T = TypeVar("_T")


def fit(block: Content | Buttons, room: int) -> str:
    """Render a block in at most ``room`` characters: the longest cut of its text that fits.

    Returns:
        The markdown; empty where the block says nothing or nothing of it fits.
    """
    whole = _markdown(block)
    if length(whole) <= room:
        return whole
    # Markdown never makes text shorter than a character each, white space apart.
    low, high = 0, min(sum(len(text) for text in _texts(block)), max(room, 0))
    while low < high:
        middle = (low + high + 1) // 2
        if length(_markdown(_cut(block, middle))) <= room:
            low = middle
        else:
            high = middle - 1
    cut = _markdown(_cut(block, low))
    return cut if length(cut) <= room else ""


def _markdown(block: Content | Buttons) -> str:
    text = ""
    match block:
        case Heading(words):
            text = _behind("### ", escape(one_line(words)))
        case Text(content):
            text = render_line(content).strip()
        case Context(content):
            text = _behind("-# ", " ".join(render_line(content).split()))
        case Quote(words):
            stripped = escape(words).strip()
            text = "\n".join(f"> {line}" for line in stripped.split("\n")) if stripped else ""
        case CodeBlock(words):
            inner = unmention(clean(words)).replace("```", f"``{NOTHING}`").strip("\n")
            text = f"```\n{inner}\n```" if inner.strip() else ""
        case Bullets(items, numbered):
            lines = [" ".join(render_line(item).split()) for item in items]
            marks = [f"{n}. " if numbered else "- " for n in range(1, len(lines) + 1)]
            text = "\n".join(m + line for m, line in zip(marks, lines, strict=True) if line)
        case Fields(pairs):
            text = "\n".join(f"**{escape(one_line(n))}:** {escape(v)}" for n, v in pairs)
        case Buttons():
            pass
    return text


def _behind(mark: str, line: str) -> str:
    return mark + line if line else ""


def _texts(block: Content | Buttons) -> Iterator[str]:
    match block:
        case Heading(text) | Quote(text) | CodeBlock(text):
            yield text
        case Text(content) | Context(content):
            yield from (span.text for span in content)
        case Bullets(items):
            yield from (span.text for item in items for span in item)
        case Fields(pairs):
            yield from (text for pair in pairs for text in pair)
        case Buttons():
            return


def _cut(block: Content | Buttons, most: int) -> Content | Buttons:
    """Return the block with its first ``most`` characters of text and a “…” after them."""
    match block:
        case Heading(text) | Quote(text) | CodeBlock(text):
            return replace(block, text=text[:most] + ELLIPSIS)
        case Text(content) | Context(content):
            return replace(block, content=_cut_line(content, most))
        case Bullets(items):
            kept = _take(items, most, lambda item: sum(len(s.text) for s in item), _cut_line)
            return replace(block, items=kept)
        case Fields(pairs):
            kept_pairs = _take(pairs, most, lambda p: len(p[0]) + len(p[1]), _cut_pair)
            return replace(block, pairs=kept_pairs)
        case Buttons():
            return block


def _cut_line(content: Line, most: int) -> Line:
    return _take(
        content, most, lambda s: len(s.text), lambda s, n: Span(s.text[:n] + ELLIPSIS, s.style)
    )


def _cut_pair(pair: tuple[str, str], most: int) -> tuple[str, str]:
    name, value = pair
    return name[:most], value[: max(most - len(name), 0)] + ELLIPSIS


def _take(
    parts: tuple[_T, ...], most: int, size: Callable[[_T], int], cut: Callable[[_T, int], _T]
) -> tuple[_T, ...]:
    """Return the parts that fit into ``most``, the first that doesn't being cut."""
    kept: list[_T] = []
    for part in parts:
        if size(part) > most:
            return (*kept, cut(part, most))
        kept.append(part)
        most -= size(part)
    return tuple(kept)
