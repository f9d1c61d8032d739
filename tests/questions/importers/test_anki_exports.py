"""Exports that Anki 26.09 wrote itself; only their archives are packed more tightly."""

from __future__ import annotations

from pathlib import Path

import pytest

from questions.importers.card import Card
from tests.questions.importers.samples import cards

DATA = Path(__file__).parent / "data"


@pytest.fixture(params=["legacy.apkg", "new.apkg"])
def notes(request: pytest.FixtureRequest) -> dict[str, Card]:
    """The cards of both formats, by how their prompts begin."""
    found = cards((DATA / request.param).read_bytes(), request.param)
    assert len(found) == 10
    return {card.prompt.split()[-1]: card for card in found}


def test_basic_notes_have_a_deck_that_tells_role_and_topic(notes: dict[str, Card]) -> None:
    card = notes["hold?"]
    assert card.prompt == "What does the **KV cache** hold?"
    assert card.answer.endswith("\n- grows with the batch\n- and with the context")
    assert (card.role, card.topic, card.level) == ("AI Engineer", "Inference", "medium")
    assert card.skills == ["llm"]


def test_a_reversed_note_is_one_question(notes: dict[str, Card]) -> None:
    card = notes["nDCG?"]
    assert (card.role, card.level) == ("AI Retrieval Systems Engineer", "hard")
    assert card.answer == "Gain by rank, over the best that was possible."


def test_a_cloze_note_asks_for_its_gaps(notes: dict[str, Card]) -> None:
    card = notes["[…]."]
    assert card.answer == "BM25 saturates with term frequency, and normalises by length."
    assert "[what]" in card.prompt


def test_a_note_type_of_one_s_own_is_read_by_its_fields(notes: dict[str, Card]) -> None:
    card = notes["model."]
    assert "# by time\nsplit(df, at='2026-01-01')" in card.answer
    assert (card.tests, card.level) == (["care with time"], "4")
    assert card.notes == ["Source: own notes"]


def test_pictures_are_named_and_sounds_dropped(notes: dict[str, Card]) -> None:
    card = notes["description]"]
    assert "[image:" in card.prompt
    assert "sound" not in card.answer


def test_other_alphabets_and_bare_terms_come_through(notes: dict[str, Card]) -> None:
    assert notes["Überanpassung?"].answer == "Das Modell lernt das Rauschen – „auswendig“."
    assert notes["learning"].prompt == "transfer learning"
