"""Codes: made from randomness, read however they were typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.linking.code import (
    ALPHABET,
    LENGTH,
    MOST_WRONG,
    WRONG_WITHIN,
    digest,
    make_code,
    may_try,
    read_code,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
randomness = st.binary(min_size=2 * LENGTH, max_size=40)


@given(randomness)
def test_a_code_is_read_back_however_it_is_typed(drawn: bytes) -> None:
    code = make_code(drawn)
    letters = code.replace("-", "")
    assert len(letters) == LENGTH
    assert set(letters) <= set(ALPHABET)
    for typed in (
        code,
        code.lower(),
        letters,
        f"  {code} ",
        " ".join(letters),
        code.replace("-", "–"),
    ):
        assert read_code(typed) == code


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    code = read_code(typed)
    assert code is None or read_code(code) == code


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(ValueError, match="bytes are needed"):
        make_code(b"short")


def test_what_is_stored_does_not_tell_the_code() -> None:
    code = make_code(bytes(range(16)))
    assert code not in digest(code)
    assert digest(code) != digest(make_code(bytes(range(1, 17))))


@given(st.lists(st.timedeltas(timedelta(0), timedelta(hours=1)), max_size=20))
def test_wrong_codes_of_the_last_minutes_count(ages: list[timedelta]) -> None:
    recent = [age for age in ages if age < WRONG_WITHIN]
    assert may_try([NOW - age for age in ages], NOW) == (len(recent) < MOST_WRONG)
