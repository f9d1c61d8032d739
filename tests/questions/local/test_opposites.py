from __future__ import annotations

import pytest

from questions.local.opposites import has_opposite


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("A larger batch lowers the noise.", "A smaller batch lowers the noise."),
        ("Caching decreases latency", "caching increases latency"),
        ("Run it after the migration.", "Run it before the migration."),
        ("The index is never rebuilt", "the index is always rebuilt"),
    ],
)
def test_opposites_in_each_other_s_place_are_seen(said: str, known: str) -> None:
    assert has_opposite(said, known)
    assert has_opposite(known, said)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("Caching increases latency", "caching increases latency"),
        ("Compare before and after", "measure it before the change, and after"),
        ("Use a queue", "put a worker behind it"),
    ],
)
def test_what_both_say_is_no_opposite(said: str, known: str) -> None:
    assert not has_opposite(said, known)
