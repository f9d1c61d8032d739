"""What stays is left out of later collections."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot.garbage import spare_what_stays


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_a_full_collection_no_longer_looks_at_what_was_there() -> None:
    there = [[n] for n in range(1000)]
    spare_what_stays()
    later = [["later"]]
    looked_at = {id(it) for it in gc.get_objects()}
    assert not any(id(it) in looked_at for it in there)
    assert id(later) in looked_at
