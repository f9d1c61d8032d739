"""What Discord refuses: the documented limits of messages, modals and commands.

https://discord.com/developers/docs/resources/message#embed-object-embed-limits
https://discord.com/developers/docs/components/reference
https://discord.com/developers/docs/interactions/application-commands
"""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """The request breaks a rule; becomes an error response with Discord's code."""

    def __init__(self, code: int, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def check_message(body: Json) -> None:
    """Refuse a message that Discord would refuse."""
    content, embeds = body.get("content") or "", body.get("embeds") or []
    components = body.get("components") or []
    if not content.strip() and not embeds and not components:
        raise Refused(50006, "Cannot send an empty message")
    _limit(content, 2000, "content")
    if len(str(body.get("nonce") or "")) > 25:
        raise _invalid("nonce", "must be 25 or fewer in length")
    if len(embeds) > 10:
        raise _invalid("embeds", "must be 10 or fewer")
    if sum(_check_embed(embed) for embed in embeds) > 6000:
        raise _invalid("embeds", "the sum of all embeds must be 6000 or fewer in length")
    _check_rows(components)


def check_modal(modal: Json) -> None:
    """Refuse a modal that Discord would refuse."""
    _limit(modal.get("title", ""), 45, "title", least=1)
    _limit(modal.get("custom_id", ""), 100, "custom_id", least=1)
    components = modal.get("components", [])
    if not 1 <= len(components) <= 5:
        raise _invalid("components", "must be between 1 and 5 in length")
    inputs = 0
    for component in components:
        match component["type"]:
            case 10:
                _limit(component["content"], 4000, "content", least=1)
            case 18:
                _limit(component["label"], 45, "label", least=1)
                _limit(component.get("description", ""), 100, "description")
                inputs += _check_input(component["component"])
            case 1:
                inputs += sum(_check_input(child) for child in component["components"])
            case other:
                raise _invalid("components", f"a modal takes no component of type {other}")
    if not inputs:
        raise _invalid("components", "a modal needs an input")


def check_commands(commands: list[Json]) -> None:
    """Refuse a set of commands that Discord would refuse."""
    for command in commands:
        if command["type"] != 1:
            # Commands on messages and people may have spaces and capitals, and say no more.
            _limit(command["name"], 32, "name", least=1)
            continue
        _check_option(command)
        for option in command.get("options", []):
            _check_option(option)
            for inner in option.get("options", []):
                _check_option(inner)


def check_thread_name(name: str) -> None:
    """Refuse a thread name that is empty or too long."""
    _limit(name, 100, "name", least=1)


def _check_option(option: Json) -> None:
    for name in (option["name"], *(option.get("name_localizations") or {}).values()):
        if not re.fullmatch(r"[-_'\w]{1,32}", name) or name.lower() != name:
            raise _invalid("name", "command name is invalid")
    for text in (
        option["description"],
        *(option.get("description_localizations") or {}).values(),
    ):
        _limit(text, 100, "description", least=1)
    if len(option.get("options", [])) > 25 or len(option.get("choices", [])) > 25:
        raise _invalid("options", "must be 25 or fewer in length")
    if option.get("autocomplete") and option.get("choices"):
        raise _invalid("choices", "an option that is completed has no choices")
    for choice in option.get("choices", []):
        _limit(choice["name"], 100, "name", least=1)
        _limit(choice["value"], 100, "value")


def _check_embed(embed: Json) -> int:
    title, description = embed.get("title", ""), embed.get("description", "")
    footer, author = embed.get("footer", {}), embed.get("author", {})
    _limit(title, 256, "title")
    _limit(description, 4096, "description")
    _limit(footer.get("text", ""), 2048, "footer.text")
    _limit(author.get("name", ""), 256, "author.name")
    fields = embed.get("fields", [])
    if len(fields) > 25:
        raise _invalid("fields", "must be 25 or fewer in length")
    total = sum(map(_length, (title, description, footer.get("text", ""), author.get("name", ""))))
    for field in fields:
        _limit(field["name"], 256, "field.name", least=1)
        _limit(field["value"], 1024, "field.value", least=1)
        total += _length(field["name"]) + _length(field["value"])
    if total == 0 and "image" not in embed and "thumbnail" not in embed:
        raise Refused(50006, "Cannot send an empty message")
    if "url" in embed and not re.match(r"https?://[^\s/]+\.[^\s/]+", embed["url"]):
        raise _invalid("embeds", "not a well formed URL")
    return total


def _check_rows(rows: list[Json]) -> None:
    if len(rows) > 5:
        raise _invalid("components", "must be 5 or fewer in length")
    seen: set[str] = set()
    for row in rows:
        if row["type"] != 1 or not 1 <= len(row["components"]) <= 5:
            raise _invalid("components", "a row holds between 1 and 5 buttons")
        for button in row["components"]:
            _limit(button.get("label", ""), 80, "label", least=1)
            if "custom_id" not in button:
                continue
            _limit(button["custom_id"], 100, "custom_id", least=1)
            if button["custom_id"] in seen:
                raise _invalid("components", "component custom id cannot be duplicated")
            seen.add(button["custom_id"])


def _check_input(component: Json) -> int:
    if component["type"] != 4:
        raise _invalid("components", "only text inputs are understood here")
    _limit(component["custom_id"], 100, "custom_id", least=1)
    _limit(component.get("placeholder") or "", 100, "placeholder")
    _limit(component.get("value") or "", 4000, "value")
    if not 1 <= (component.get("max_length") or 4000) <= 4000:
        raise _invalid("max_length", "must be between 1 and 4000")
    return 1


def _length(text: str) -> int:
    """Count UTF-16 units, the strictest way in which a limit can be read."""
    return len(text.encode("utf-16-le")) // 2


def _limit(text: str, most: int, where: str, *, least: int = 0) -> None:
    # Surrounding white space does not count towards being filled in.
    if _length(text) > most or _length(text.strip()) < least:
        raise _invalid(where, f"must be between {least} and {most} in length")


def _invalid(where: str, why: str) -> Refused:
    return Refused(50035, f"Invalid Form Body: {where} {why}")
