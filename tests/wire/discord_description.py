"""What Discord's published API description says of a request and of its answer.

The description is an OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12:
https://github.com/discord/discord-api-spec
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource

_OURS: Final = Path(__file__).parent / "discord_openapi" / "openapi.json"
_URI: Final = "urn:discord"
_JSON: Final = "application/json"
_MOST_TOLD: Final = 200


class Description:
    """Checks requests and answers against a description.

    Args:
        document: an OpenAPI 3.1 document.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._paths: Mapping[str, Any] = document["paths"]
        resource = Resource.from_contents(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **document}
        )
        self._registry: Registry[Any] = Registry().with_resource(_URI, resource)
        self._validators: dict[str, Draft202012Validator] = {}
        # Paths without parameters come first: "@original" is a message's name, not its id.
        self._routes = sorted(self._paths, key=lambda path: path.count("{"))

    def check_request(
        self, method: str, path: str, query: Mapping[str, str], body: object | None
    ) -> Iterator[str]:
        """Yield what is wrong with a request.

        Args:
            method: the HTTP method.
            path: the path, decoded, without the version.
            query: the query's parameters.
            body: the JSON body; ``None`` where there is none.
        """
        found = self._find(method, path)
        if found is None:
            yield f"{method} {path}: there is no such route"
            return
        route, operation, where, given = found
        name = f"{method} {route}"
        parameters = self._parameters(where)
        for place, values in (("path", given), ("query", query)):
            for key, value in values.items():
                at = parameters.get((place, key), "")
                if not at:
                    yield f"{name}: there is no {place} parameter {key}"
                    continue
                yield from self._errors(f"{name} {key}", at, _read(value, self._at(at)))
        if "requestBody" in operation and body is not None:
            at = f"{where}/requestBody/content/application~1json/schema"
            yield from self._errors(f"{name} body", at, body)
        elif body is not None:
            yield f"{name}: takes no body"
        elif operation.get("requestBody", {}).get("required"):
            yield f"{name}: needs a body"

    def check_answer(self, method: str, path: str, status: int, body: object) -> Iterator[str]:
        """Yield what is wrong with an answer; see `check_request`."""
        found = self._find(method, path)
        if found is None:
            return
        route, operation, where, _ = found
        responses = operation["responses"]
        key = str(status) if str(status) in responses else f"{status // 100}XX"
        if key not in responses:
            yield f"{method} {route}: is never answered with {status}"
            return
        if _JSON not in responses[key].get("content", {}):
            return
        at = f"{where}/responses/{key}/content/application~1json/schema"
        yield from self._errors(f"{method} {route} {status}", at, body)

    def _find(self, method: str, path: str) -> tuple[str, Any, str, dict[str, str]] | None:
        for route in self._routes:
            matched = _pattern(route).fullmatch(path)
            operation = self._paths[route].get(method.lower()) if matched else None
            if matched and operation is not None:
                where = f"/paths/{_escape(route)}/{method.lower()}"
                return route, operation, where, matched.groupdict()
        return None

    def _parameters(self, where: str) -> dict[tuple[str, str], str]:
        """Return where each parameter's schema is: a route's own, and its path's."""
        return {
            (parameter["in"], parameter["name"]): f"{at}/parameters/{index}/schema"
            for at in (where.rpartition("/")[0], where)
            for index, parameter in enumerate(self._at(at).get("parameters", []))
        }

    def _at(self, pointer: str) -> Any:  # noqa: ANN401  (any part of a JSON document)
        return self._registry.resolver(_URI).lookup(f"#{_quote(pointer)}").contents

    def _errors(self, name: str, pointer: str, value: object) -> Iterator[str]:
        if pointer not in self._validators:
            self._validators[pointer] = Draft202012Validator(
                {"$ref": f"{_URI}#{_quote(pointer)}"}, registry=self._registry
            )
        for error in self._validators[pointer].iter_errors(value):
            deepest = best_match([error])
            place = "/".join(str(part) for part in deepest.absolute_path)
            yield f"{name} at /{place}: {deepest.message[:_MOST_TOLD]}"


@functools.cache
def discord_description() -> Description:
    """Return Discord's description: our part of it, or the file that `DISCORD_OPENAPI` names."""
    path = Path(os.environ.get("DISCORD_OPENAPI") or _OURS)
    return Description(json.loads(path.read_text(encoding="utf-8")))


@functools.cache
def _pattern(route: str) -> re.Pattern[str]:
    parts = re.split(r"{(\w+)}", route)
    names = {name: f"(?P<{name}>[^/]+)" for name in parts[1::2]}
    return re.compile(
        "".join(names[part] if index % 2 else re.escape(part) for index, part in enumerate(parts))
    )


def _escape(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _quote(pointer: str) -> str:
    """Return a JSON pointer as a fragment."""
    return pointer.replace("{", "%7B").replace("}", "%7D")


def _read(text: str, schema: Mapping[str, Any]) -> object:
    """Return a parameter as the value that its schema means."""
    match schema.get("type"):
        case "integer":
            return int(text) if text.lstrip("-").isdigit() else text
        case "boolean":
            return {"1": True, "true": True, "0": False, "false": False}.get(text.lower(), text)
        case _:
            return text
