"""The examples beside the repository, where they are: every one comes in whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from questions.importers.collect import Collected, Collector
from questions.importers.draft import Draft
from questions.importers.finish import Finisher
from questions.importers.role_guess import RoleGuess
from questions.packs import shipped_bank

SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the examples are not here"),
]


@pytest.fixture(scope="module")
def imported() -> Collected:
    return Collector(Finisher(guess=RoleGuess(shipped_bank()))).collect([SEEDS])


def drafts(imported: Collected, part: str) -> list[Draft]:
    return [draft for draft in imported.drafts if f"/{part}" in f"/{draft.origin}"]


def test_nothing_is_wrong_with_them(imported: Collected) -> None:
    assert imported.problems == []
    assert not [notice for _, notice in imported.notices if "in no draft" in notice]


def test_the_repository_gives_thirty_of_thirty(imported: Collected) -> None:
    found = [draft for draft in imported.drafts if " › " in draft.origin]
    assert len(found) == 30
    for draft in found:
        assert draft.role is not None
        assert draft.role.title == draft.role_named
        assert draft.topic
        assert len(draft.prompt.split()) >= 15
        assert len(draft.model_answer.split()) >= 200
        assert len(draft.tests.split(". ")) >= 3
        assert "β" not in draft.model_answer.replace("β1", "").replace("β2", "")
        assert any(remark.place == "source" for remark in draft.remarks) or "\ufffd" not in str(
            draft
        )


def test_the_transcript_gives_its_questions_with_scores(imported: Collected) -> None:
    found = [draft for draft in imported.drafts if draft.samples]
    assert len(found) == 4
    assert [draft.samples[0].stated for draft in found] == ["5/5"] * 4
    assert all(len(draft.samples[0].text) > 1_500 for draft in found)


def test_the_pages_and_the_guide_are_complete(imported: Collected) -> None:
    pages = [draft for draft in imported.drafts if draft.overview]
    assert len(pages) == 2
    for page in pages:
        assert page.blueprint is not None
        assert "blueprint" not in page.proposed
        assert len(page.blueprint.core) >= 1
        assert len(page.model_answer) > 2_000
    guide = [draft for draft in imported.drafts if draft.notes]
    assert len(guide) == 5
    assert sum(bool(draft.model_answer) for draft in guide) == 2
