"""Which of the request's optional fields a server understands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from bot.llm.failure import Fault


class Format(IntEnum):
    """How JSON is asked for, strictest first."""

    JSON_SCHEMA = 0
    JSON_OBJECT = 1
    TEXT = 2


class Limit(IntEnum):
    """How the completion's length is limited: today's field, the older one, not at all."""

    MAX_COMPLETION_TOKENS = 0
    MAX_TOKENS = 1
    NONE = 2


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What is put into a request."""

    format: Format = Format.JSON_SCHEMA
    limit: Limit = Limit.MAX_COMPLETION_TOKENS

    def without(self, fault: Fault) -> Dialect | None:
        """Return the next dialect to try after an objection, or ``None`` if none is left."""
        if fault is Fault.FORMAT and self.format is not Format.TEXT:
            return replace(self, format=Format(self.format + 1))
        if fault is Fault.LIMIT and self.limit is not Limit.NONE:
            return replace(self, limit=Limit(self.limit + 1))
        # Servers count the tokens a completion may have against the context.
        if fault is Fault.CONTEXT and self.limit is not Limit.NONE:
            return replace(self, limit=Limit.NONE)
        return None
