from __future__ import annotations

import pytest

from handlers.appeals.second import SecondReader
from tests.handlers.appeals.court import ReconsideringGrader
from tests.handlers.fakes import FakeGrader, FakeRetriever


@pytest.fixture
def grader() -> FakeGrader:
    """One that gives second opinions, unless a test says otherwise."""
    return ReconsideringGrader()


@pytest.fixture
def second_reader(grader: FakeGrader, retriever: FakeRetriever) -> SecondReader:
    return SecondReader(grader, retriever)
