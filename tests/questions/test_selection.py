from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.role import Role, find_role
from questions.selection import Asked, QuestionCard, pick_question, pick_role

roles = st.sampled_from(Role)
seeds = st.text(max_size=20)


def cards(count: int, role: Role = Role.AI_ENGINEER) -> list[QuestionCard]:
    return [QuestionCard(id=f"q{n}", version=1, role=role, difficulty=3) for n in range(count)]


def ask(bank: list[QuestionCard], times: int, seed: str) -> list[str]:
    history: list[Asked] = []
    for _ in range(times):
        card = pick_question(bank, Role.AI_ENGINEER, history, seed=seed)
        assert card is not None
        history.append(Asked(question_id=card.id, role=card.role))
    return [asked.question_id for asked in history]


@given(st.integers(1, 12), seeds)
def test_nothing_repeats_before_everything_was_asked(count: int, seed: str) -> None:
    asked = ask(cards(count), count * 3, seed)
    for start in range(0, count * 3, count):
        assert len(set(asked[start : start + count])) == count


@given(st.integers(2, 12), seeds)
def test_no_question_follows_itself(count: int, seed: str) -> None:
    asked = ask(cards(count), count * 4, seed)
    assert all(first != second for first, second in itertools.pairwise(asked))


@given(st.integers(1, 12), seeds, st.randoms())
def test_the_order_of_the_bank_does_not_matter(count: int, seed: str, random: object) -> None:
    shuffled = cards(count)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert ask(cards(count), count, seed) == ask(shuffled, count, seed)


def test_two_channels_do_not_get_the_same_sequence() -> None:
    assert ask(cards(12), 12, "one") != ask(cards(12), 12, "another")


def test_a_role_without_questions_picks_none() -> None:
    assert pick_question(cards(3), Role.AI_ARCHITECT, [], seed="") is None


@given(st.lists(roles, min_size=1, max_size=5), st.integers(1, 40))
def test_roles_take_turns(wanted: list[Role], times: int) -> None:
    history: list[Asked] = []
    for _ in range(times):
        history.append(Asked(question_id="q", role=pick_role(wanted, history)))
    counts = [sum(asked.role is role for asked in history) for role in set(wanted)]
    assert max(counts) - min(counts) <= 1


def test_a_schedule_without_roles_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one role"):
        pick_role([], [])


@pytest.mark.parametrize("role", Role)
def test_a_role_is_found_by_slug_and_by_title(role: Role) -> None:
    assert find_role(role.value) is role
    assert find_role(role.title) is role or "(" in role.title
    assert find_role(role.value.upper().replace("-", " ")) is role


@pytest.mark.parametrize(
    ("text", "role"), [("retrieval", "ai-retrieval-systems-engineer"), ("x", None)]
)
def test_short_forms_and_strangers(text: str, role: str | None) -> None:
    assert find_role(text) == role
