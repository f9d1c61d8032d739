"""Finding JSON objects in what a model wrote around them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping


def outermost_objects(text: str, *, most_broken: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the outermost JSON objects of a text with their source, first to last.

    Args:
        text: a completion, code fences and reasoning included.
        most_broken: after so many objects that can't be read the rest is left. Each costs a scan of
            what follows it: this keeps hostile nesting cheap.
    """
    decoder = json.JSONDecoder(strict=False)
    start, broken = text.find("{"), 0
    while start >= 0 and broken < most_broken:
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
            broken += 1
        else:
            yield text[start:end], value
        start = text.find("{", end)
