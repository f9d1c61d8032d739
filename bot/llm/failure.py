"""What an endpoint's errors mean: what to leave out, what to tell people, how long to wait."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Final

import openai

from questions.ports import GraderUnavailable

MAX_RETRY_AFTER: Final = 86_400.0


class Fault(Enum):
    """What in a request an endpoint objected to."""

    FORMAT = auto()
    LIMIT = auto()
    CONTEXT = auto()
    CONTENT = auto()
    OTHER = auto()


_OBJECTION_STATUSES: Final = frozenset({400, 404, 413, 415, 422, 501})
_FAULTS: Final[tuple[tuple[Fault, re.Pattern[str]], ...]] = (
    (
        Fault.CONTENT,
        re.compile(r"content_filter|content_policy|content management policy|responsibleai"),
    ),
    (
        Fault.CONTEXT,
        re.compile(r"context[_ ](?:length|window|size)|maximum context|too many tokens|n_ctx"),
    ),
    (Fault.LIMIT, re.compile(r"max_(?:completion_|output_|new_)?tokens")),
    (
        Fault.FORMAT,
        re.compile(
            r"response_format|json_schema|json_object|json[ -]mode|structured[_ ]output"
            r"|\bschema\b|\bgrammar\b|requested parameters"
        ),
    ),
)


def find_fault(error: openai.APIStatusError) -> Fault:
    """Return what the endpoint objected to."""
    if error.status_code not in _OBJECTION_STATUSES:
        return Fault.OTHER
    words = " ".join(_words(error.body)).lower()
    return next((fault for fault, pattern in _FAULTS if pattern.search(words)), Fault.OTHER)


# Validators send back the request itself under these keys, so they prove no objection.
_ECHOES: Final = frozenset({"input", "ctx", "body", "request", "url"})


def _words(body: object) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    elif isinstance(body, Mapping):
        for key, value in body.items():
            if key not in _ECHOES:
                yield from _words(value)
    elif isinstance(body, list):
        for value in body:
            yield from _words(value)


def unavailable(error: openai.APIError, *, timeout: float, now: datetime) -> GraderUnavailable:
    """Return what to tell people about ``error``, without a word of the endpoint's own.

    Args:
        error: what the client raised.
        timeout: seconds a request may take.
        now: this instant, to read a ``Retry-After`` date.
    """
    if isinstance(error, openai.APITimeoutError):
        return timed_out(timeout)
    if not isinstance(error, openai.APIStatusError):
        return GraderUnavailable("the model endpoint could not be reached")
    wait = read_retry_after(error.response.headers, now=now)
    return GraderUnavailable(_reason(error), retry_after=wait)


def timed_out(timeout: float) -> GraderUnavailable:
    """Return what to tell people when ``timeout`` seconds were not enough."""
    return GraderUnavailable(f"the model did not answer within {timeout:g} seconds")


def _reason(error: openai.APIStatusError) -> str:
    status = error.status_code
    if status in _REASONS and error.code != "insufficient_quota":
        return _REASONS[status]
    if error.code == "insufficient_quota":
        return _REASONS[402]
    if status >= 500:
        return f"the model endpoint is in trouble (HTTP {status})"
    return f"the model endpoint did not take the request (HTTP {status})"


_REASONS: Final[Mapping[int, str]] = {
    401: "the model endpoint did not accept the key; check OPENAI_API_KEY",
    402: "the account behind OPENAI_API_KEY has no credit left",
    403: "the key may not use this model; check OPENAI_API_KEY and PREPBOT_MODEL",
    404: "the model endpoint does not have this model; check PREPBOT_MODEL and OPENAI_BASE_URL",
    408: "the model endpoint ran out of time",
    429: "the model endpoint is busy and asked us to wait",
}


def read_retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """Return the seconds an endpoint asked us to wait, 0 to a day, or ``None``.

    ``retry-after-ms`` goes before ``Retry-After``, which is seconds or an HTTP date (RFC 9110,
    10.2.3). A date is compared with the endpoint's own ``Date`` where it sent one, so that a
    clock set wrong on either side does not matter.
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        seconds = _number(headers.get(name, ""))
        if seconds is not None:
            return min(max(seconds * unit, 0.0), MAX_RETRY_AFTER)
    until = _date(headers.get("retry-after", ""))
    if until is None:
        return None
    start = _date(headers.get("date", "")) or now
    return min(max((until - start).total_seconds(), 0.0), MAX_RETRY_AFTER)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\s*-?\d{1,12}(?:\.\d*)?\s*", text) else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
