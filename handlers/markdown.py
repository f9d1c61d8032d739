"""Questions are written in Markdown; this turns it into neutral blocks."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from handlers.message import Block, Bullets, CodeBlock, Heading, Line, Quote, Span, Style, Text

_STYLES = {"strong_open": Style.BOLD, "em_open": Style.ITALIC}
_CLOSING = {"strong_close", "em_close"}


def from_markdown(text: str) -> tuple[Block, ...]:
    """Return the blocks of a CommonMark text: paragraphs, lists, code, quotes and headings.

    Styles do not nest: the innermost wins. Links keep their text, images their description.
    """
    tokens = MarkdownIt("commonmark", {"html": False}).parse(text)
    blocks: list[Block] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type in {"bullet_list_open", "ordered_list_open", "blockquote_open"}:
            end = _closing(tokens, index)
            inside = [t for t in tokens[index:end] if t.type == "inline"]
            if token.type == "blockquote_open":
                blocks.append(Quote("\n".join(_text(t) for t in inside)))
            else:
                items = tuple(_line(t) for t in inside)
                blocks.append(Bullets(items, numbered=token.type == "ordered_list_open"))
            index = end
        elif token.type in {"fence", "code_block"}:
            blocks.append(CodeBlock(token.content.rstrip("\n")))
        elif token.type == "inline":
            heading = tokens[index - 1].type == "heading_open"
            blocks.append(Heading(_text(token)) if heading else Text(_line(token)))
        index += 1
    return tuple(blocks)


def _closing(tokens: Sequence[Token], start: int) -> int:
    depth = 0
    for index in range(start, len(tokens)):
        depth += tokens[index].nesting
        if depth == 0:
            return index
    return len(tokens) - 1


def _line(inline: Token) -> Line:
    spans: list[Span] = []
    styles: list[Style] = []
    for child in inline.children or []:
        if child.type in _STYLES:
            styles.append(_STYLES[child.type])
        elif child.type in _CLOSING:
            styles.pop()
        elif child.type == "code_inline":
            spans.append(Span(child.content, Style.CODE))
        elif child.type in {"softbreak", "hardbreak"}:
            spans.append(Span(" "))
        elif child.content:
            spans.append(Span(child.content, styles[-1] if styles else Style.PLAIN))
    return tuple(_joined(spans))


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].style is span.style:
            joined[-1] = Span(joined[-1].text + span.text, span.style)
        else:
            joined.append(span)
    return joined


def _text(inline: Token) -> str:
    return "".join(span.text for span in _line(inline))
