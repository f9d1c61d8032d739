"""The JSON schema of a judgement, for servers that hold a model to one."""

from __future__ import annotations

from collections.abc import Sequence

from questions.question import Verdict


def judgement_schema(ids: Sequence[str]) -> dict[str, object]:
    """Return the strict JSON schema of a judgement of the criteria ``ids``.

    The order of the properties is the order in which a model writes them: evidence, then
    verdict, then remarks on the whole. Numbers and lengths are bounded in code, because many
    servers refuse a schema that bounds them.
    """
    verdict = _closed(
        {
            "id": {"type": "string", "enum": list(ids)},
            "quote": {"type": "string"},
            "comment": {"type": "string"},
            "verdict": {"type": "string", "enum": [v.value for v in Verdict]},
        }
    )
    error = _closed({"quote": {"type": "string"}, "correction": {"type": "string"}})
    rewording = _closed({"original": {"type": "string"}, "stronger": {"type": "string"}})
    return _closed(
        {
            "verdicts": {"type": "array", "items": verdict},
            "errors": {"type": "array", "items": error},
            "rewording": {"anyOf": [rewording, {"type": "null"}]},
        }
    )


def _closed(properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
