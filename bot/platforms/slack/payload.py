"""Slack's JSON: what it is made of, and reading it without trusting its shape."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

Payload = Mapping[str, object]
JsonObject = dict[str, object]


def dig(value: object, *path: str) -> object:
    """Return what stands at ``path``, or ``None``."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def text_at(value: object, *path: str) -> str:
    """Return the string at ``path``, or the empty one."""
    found = dig(value, *path)
    return found if isinstance(found, str) else ""


def stamp_at(value: object, *path: str) -> str:
    """Return the message id (``ts``) at ``path``, or the empty text.

    Slack writes it as a text; some servers that speak its language write a number.
    """
    found = dig(value, *path)
    if isinstance(found, float) and isfinite(found):
        return f"{found:.6f}"
    is_number = isinstance(found, int) and not isinstance(found, bool)
    return str(found) if is_number else found if isinstance(found, str) else ""


def object_at(value: object, *path: str) -> Payload:
    """Return the object at ``path``, or an empty one."""
    found = dig(value, *path)
    return found if isinstance(found, Mapping) else {}


def objects_at(value: object, *path: str) -> list[Payload]:
    """Return the objects in the list at ``path``."""
    found = dig(value, *path)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []
