"""What somebody means who writes in a session."""

from __future__ import annotations

import pytest

from handlers.practice.talk import Control, asks_back, has_own_question, read_control


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("skip", Control.SKIP),
        ("Pass!", Control.SKIP),
        ("Hint, please", Control.HINT),
        (" PAUSE ", Control.PAUSE),
        ("continue", Control.RESUME),
        ("start over", Control.RESTART),
        ("Quit.", Control.QUIT),
        ("I would skip the cache", None),
        ("Stop the deployment and look at the queue", None),
        ("", None),
    ],
)
def test_only_a_word_of_its_own_steers(text: str, control: Control | None) -> None:
    assert read_control(text) is control


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("What is the team size?", True),
        ("I'd like to know how the team works", True),
        ("No, thank you.", False),
        ("no thanks, that was clear", False),
        ("I don't have any", False),
        ("None. But what about the salary?", True),
        ("Thank you for your time.", False),
        ("I'm good", False),
    ],
)
def test_an_invitation_is_met_with_a_question_or_not(text: str, asks: bool) -> None:
    assert has_own_question(text) is asks


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("What do you mean by stale?", True),
        ("Can I assume that the index is on one machine?", True),
        ("I would ask: what changed?", False),
        ("First the queue. " * 20 + "Do you mean the index?", False),
        ("I assume it is one machine.", False),
    ],
)
def test_a_short_question_about_the_question_is_one_back(text: str, back: bool) -> None:
    assert asks_back(text) is back
