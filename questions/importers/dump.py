"""A repository in one JSON value: files by path, or a list of them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from questions.importers.loose_json import Json

_TEXT_FILE: Final = re.compile(
    r"(?i)[^\n]{1,300}\.(?:md|markdown|mdx|txt|rst|html?|csv|tsv|ya?ml|jsonl?|ipynb|adoc)$"
)
_CONTENT: Final = ("content", "text", "body", "contents", "raw", "source", "data")
_PATH: Final = ("path", "file", "filename", "file_path", "filepath", "name")


def files_in(value: Json) -> Iterator[tuple[str, str]]:
    """Yield ``(path, text)`` for every text file in a dump, wherever it stands."""
    waiting: list[tuple[str, Json]] = [("", value)]
    while waiting:
        folder, node = waiting.pop(0)
        if isinstance(node, list):
            waiting += [(folder, child) for child in node]
            continue
        if not isinstance(node, dict):
            continue
        own = next((node[key] for key in _PATH if isinstance(node.get(key), str)), None)
        if isinstance(own, str) and _TEXT_FILE.match(own) and (text := _content(node)) is not None:
            yield _join(folder, own), text
            continue
        for key, child in node.items():
            text = child if isinstance(child, str) else _content(child)
            if _TEXT_FILE.match(key) and text is not None:
                yield _join(folder, key), text
            elif isinstance(child, dict | list):
                inside = key if _is_folder(key, child) else ""
                waiting.append((_join(folder, inside), child))


def _content(node: Json) -> str | None:
    if not isinstance(node, dict):
        return None
    text = next((node[key] for key in _CONTENT if isinstance(node.get(key), str)), None)
    if not isinstance(text, str):
        return None
    if node.get("encoding") == "base64":
        try:
            return base64.b64decode(text, validate=False).decode("utf-8", errors="replace")
        except binascii.Error:
            return None
    return text


def _is_folder(key: str, child: Json) -> bool:
    """Whether a key is a folder's name: below it stand files."""
    if key in {"files", "tree", "contents", "documents", "pages"} or not isinstance(child, dict):
        return False
    return any(_TEXT_FILE.match(name) for name in child)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder and name else folder or name
