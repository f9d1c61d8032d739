"""How long an endpoint asked us to wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.llm.failure import MAX_RETRY_AFTER, read_retry_after

_NOW = datetime(2026, 1, 5, 9, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "30"}, 30),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "999999999"}, MAX_RETRY_AFTER),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "in a while"}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9),
        ({"retry-after": "Mon, 05 Jan 2026 09:01:00 GMT"}, 60),
        ({"retry-after": "Mon, 05 Jan 2026 08:00:00 GMT"}, 0),
        ({"retry-after": "Mon, 05 Jan 2026 09:01:00 -0000"}, 60),
        (
            {
                "retry-after": "Mon, 05 Jan 2026 12:00:40 GMT",
                "date": "Mon, 05 Jan 2026 12:00:00 GMT",
            },
            40,
        ),
    ],
)
def test_the_wait_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers, now=_NOW) == seconds


@given(st.text(), st.text(), st.text())
def test_no_header_breaks_it(after: str, ms: str, date: str) -> None:
    headers = {"retry-after": after, "retry-after-ms": ms, "date": date}
    wait = read_retry_after(headers, now=_NOW)

    assert wait is None or 0 <= wait <= MAX_RETRY_AFTER
