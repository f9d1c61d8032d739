"""HTML becomes the Markdown that the other readers know; scripts and menus are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import CData, Comment, Doctype, NavigableString, ProcessingInstruction, Tag

from questions.importers.limits import LIMITS, Limits
from questions.importers.problem import ImportProblem

_DROPPED: Final = frozenset(
    {
        "script", "style", "noscript", "template", "svg", "iframe", "object", "head", "link",
        "meta", "canvas", "audio", "video",
    }
)  # fmt: skip
_MENUS: Final = frozenset(["nav", "footer", "aside", "form"])
_BLOCKS: Final = frozenset(
    {
        "p", "div", "section", "article", "main", "header", "ul", "ol", "dl", "table", "tr",
        "thead", "tbody", "blockquote", "pre", "figure", "figcaption", "hr", "address", "fieldset",
        "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "details", "button", "nav", "footer",
        "aside", "form", "body", "html",
    }
)  # fmt: skip
_WRAPS: Final = {"b": "**", "strong": "**", "code": "`", "kbd": "`", "tt": "`"}
_HTML: Final = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARK: Final = re.compile(r"^ *(?:-|\d+\.) $")
_BLOCK_TAG: Final = re.compile(r"(?i)<(?:div|p|h[1-6]|li|ul|ol|table|section|article|dl)\b")


def looks_like_html(text: str, path: str) -> bool:
    """Whether ``text`` is a page, or a stretch of one, and not Markdown with tags in it."""
    if _HTML.match(text[:4000]):
        return True
    named = path.lower().endswith((".html", ".htm", ".xhtml", ".mhtml"))
    starts = text.lstrip()[:1] == "<"
    tags = len(_BLOCK_TAG.findall(text[:200_000]))
    return tags >= 1 if named else starts and tags >= 3 and tags * 400 > len(text[:200_000])


def html_to_text(html: str, origin: str, limits: Limits = LIMITS) -> tuple[str, str]:
    """Return a page's text as Markdown, and the text of its menus and forms.

    Nothing is fetched: an image stays as its description, a link as its words and address.

    Raises:
        ImportProblem: it has more tags than are read.
    """
    if html.count("<") > limits.nodes:
        raise ImportProblem(origin, f"it holds more than {limits.nodes:,} tags")
    soup = BeautifulSoup(html, "html.parser")
    writer = _Writer()
    root = soup.body or soup
    if root.find(["h1", "h2", "h3"]) is None and soup.title is not None:
        writer.block(f"# {soup.title.get_text(' ', strip=True)}")
    for step, is_end in _walk(root):
        writer.take(step, is_end=is_end)
    return writer.text(), "\n".join(writer.menus)


def _walk(root: Tag) -> Iterator[tuple[Tag | NavigableString, bool]]:
    """Yield every node as it begins, and every tag again as it ends; without recursion."""
    stack: list[tuple[Tag | NavigableString, bool]] = [(root, False)]
    while stack:
        node, is_end = stack.pop()
        yield node, is_end
        if is_end or not isinstance(node, Tag) or node.name in _DROPPED:
            continue
        stack.append((node, True))
        if node.name not in _MENUS:
            children = [c for c in node.children if isinstance(c, Tag | NavigableString)]
            stack.extend((child, False) for child in reversed(children))


class _Writer:
    """Collects lines while the tree is walked."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._pre = 0
        self._lists: list[int | None] = []
        self._row: list[str] | None = None
        self._quote = 0
        self._starts: list[int] = []
        self._heading = ""
        self.menus: list[str] = []

    def block(self, text: str) -> None:
        """Write a paragraph of its own."""
        self._end_line()
        self._lines += ["", text, ""]

    def text(self) -> str:
        """Return everything that was written."""
        self._end_line()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()

    def take(self, node: Tag | NavigableString, *, is_end: bool) -> None:
        """Take a node's beginning or end."""
        if isinstance(node, NavigableString):
            if not isinstance(node, Comment | Doctype | CData | ProcessingInstruction):
                self._words(str(node))
        elif node.name in _DROPPED:
            return
        elif node.name in _MENUS:
            if not is_end and (words := node.get_text(" ", strip=True)):
                self.menus.append(words)
        elif is_end:
            self._close(node)
        else:
            self._open(node)

    def _words(self, words: str) -> None:
        if self._pre:
            first, *others = words.split("\n")
            self._line += first
            for other in others:
                self._lines.append(self._line)
                self._line = other
            return
        plain = re.sub(r"\s+", " ", words)
        if self._row is not None:
            plain = plain.replace("|", "¦")
        self._line += plain.lstrip() if not self._line.strip() and plain != " " else plain

    def _open(self, tag: Tag) -> None:
        name = tag.name
        if name in {"td", "th"}:
            self._line = ""
        elif name == "br":
            self._line += " " if self._row is not None else ""
            if self._row is None:
                self._end_line()
        elif name == "img":
            alt = str(tag.get("alt") or "no description")
            self._line += f"[image: {alt}]"
        elif name in _WRAPS and not self._pre:
            self._starts.append(len(self._line))
            self._line += _WRAPS[name]
        elif self._heading and name not in {"h1", "h2", "h3", "h4", "h5", "h6", "details"}:
            # A block inside a heading, as a button that unfolds it, does not end the heading.
            self._line += " " if self._line[-1:] not in {"", " "} else ""
        elif name in {"p", "div"} and _MARK.match(self._line):
            # The words of a list's item stand beside its mark.
            return
        elif name in _BLOCKS or name == "summary":
            if self._row is None or name == "tr":
                self._end_line()
            self._open_block(tag)

    def _open_block(self, tag: Tag) -> None:
        name = tag.name
        if name[0] == "h" and name[1:].isdigit():
            self._lines.append("")
            self._line = f"{'#' * int(name[1:])} "
            self._heading = name
        elif name == "dt":
            self._lines.append("")
            self._line = "#### "
        elif name in {"ul", "ol"}:
            self._lists.append(1 if name == "ol" else None)
        elif name == "li":
            self._line = f"{'  ' * (len(self._lists) - 1)}{self._mark()} "
        elif name == "pre":
            self._lines.append("```")
            self._pre += 1
        elif name == "blockquote":
            self._quote += 1
        elif name == "tr":
            self._row = []
        elif name == "details":
            self._lines.append("<details>")
        elif name == "summary":
            self._line = "<summary>"

    def _mark(self) -> str:
        if not self._lists or self._lists[-1] is None:
            return "-"
        number = self._lists[-1]
        self._lists[-1] = number + 1
        return f"{number}."

    def _close(self, tag: Tag) -> None:
        name = tag.name
        if name in {"td", "th"}:
            if self._row is not None:
                self._row.append(self._line.strip())
            self._line = ""
        elif name == "tr":
            self._end_row(is_head=tag.find("th") is not None)
        elif name == "a":
            target = str(tag.get("href") or "")
            if re.match(r"(?i)https?:", target) and target not in self._line:
                self._line = f"{self._line.rstrip()} ({target})"
        elif name in _WRAPS and not self._pre:
            self._end_wrap(_WRAPS[name])
        elif name == "summary":
            self._line += "</summary>"
            self._end_line()
        elif self._heading and name != self._heading:
            return
        elif name in _BLOCKS and self._row is None:
            self._heading = ""
            self._end_line()
            self._close_block(name)

    def _close_block(self, name: str) -> None:
        if name in {"ul", "ol"} and self._lists:
            self._lists.pop()
        elif name == "pre" and self._pre:
            self._pre -= 1
            self._lines += ["```", ""]
        elif name == "blockquote":
            self._quote = max(0, self._quote - 1)
        elif name == "details":
            self._lines += ["</details>", ""]
        if name not in {"li", "pre"}:
            self._lines.append("")

    def _end_wrap(self, mark: str) -> None:
        start = self._starts.pop() if self._starts else 0
        inner = self._line[start + len(mark) :]
        words = inner.strip()
        tail = " " if inner != inner.rstrip() else ""
        self._line = self._line[:start] + (f"{mark}{words}{mark}{tail}" if words else tail)

    def _end_row(self, *, is_head: bool) -> None:
        row, self._row = self._row, None
        if row is None or not any(row):
            return
        above = self._lines[-1] if self._lines else ""
        self._lines.append(f"| {' | '.join(row)} |")
        if is_head and not above.startswith("|"):
            self._lines.append(f"|{'---|' * len(row)}")

    def _end_line(self) -> None:
        line = self._line if self._pre else self._line.rstrip()
        if line.strip() or self._pre:
            self._lines.append(f"{'> ' * self._quote}{line}")
        self._line = ""
        self._starts.clear()
