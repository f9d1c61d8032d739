"""Finding what somebody means by a few typed letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.lookup import Entry, find, fold, match

ROLES = (
    Entry(value="ai-engineer", label="AI Engineer"),
    Entry(value="ml-engineer", label="ML Engineer", words=("MLE",)),
    Entry(value="nlp-engineer", label="NLP Engineer"),
    Entry(value="data-scientist", label="Data Scientist"),
    Entry(value="ai-researcher", label="AI Researcher"),
)


def values(typed: str, most: int = 25) -> list[str]:
    return [entry.value for entry in find(typed, ROLES, most=most)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ml", "ml-engineer"),
        ("MLE", "ml-engineer"),
        ("data_sci", "data-scientist"),
        ("scientist", "data-scientist"),
        ("resear", "ai-researcher"),
        ("enginer ml", "ml-engineer"),
        ("Data Scintist", "data-scientist"),
        ("nlp-engineer", "nlp-engineer"),
    ],
)
def test_the_likeliest_comes_first(typed: str, first: str) -> None:
    assert values(typed)[0] == first


def test_nothing_typed_finds_everything_in_order_and_nonsense_finds_nothing() -> None:
    assert values("") == [entry.value for entry in ROLES]
    assert values(" - ", most=2) == ["ai-engineer", "ml-engineer"]
    assert values("qqqqqqqq") == []


def test_what_begins_with_it_comes_before_what_contains_it() -> None:
    entries = [Entry(value=v, label=v) for v in ("retail", "entail", "tail-risk", "a-tail")]
    found = [entry.value for entry in find("tail", entries, most=9)]
    assert found == ["tail-risk", "a-tail", "retail", "entail"]


def test_a_name_matches_whole_only() -> None:
    assert match("mle", ROLES) == ROLES[1]
    assert match("AI engineer", ROLES) == ROLES[0]
    assert match("ai", ROLES) is None


entries = st.lists(
    st.builds(Entry, value=st.text(min_size=1, max_size=20), label=st.text(max_size=20)),
    max_size=20,
)


@given(st.text(max_size=30), entries, st.integers(0, 30))
def test_it_finds_entries_that_are_there_each_once_and_no_more_than_asked(
    typed: str, known: list[Entry], most: int
) -> None:
    found = find(typed, known, most=most)
    assert len(found) <= most
    rest = list(known)
    for entry in found:
        rest.remove(entry)


@given(entries.filter(bool), st.data())
def test_whatever_is_typed_in_full_is_found_first(known: list[Entry], data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from(known))
    first = find(wanted.value, known, most=25)[0]
    if fold(wanted.value):
        assert fold(wanted.value) in {fold(first.value), fold(first.label)}
