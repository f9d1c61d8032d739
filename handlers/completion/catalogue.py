"""The bank's topics and questions as people look them up, and finding what was typed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from handlers.command import UsageError, did_you_mean
from handlers.wording import counted
from questions.lookup import Entry, find, match
from questions.role import Role
from questions.selection import QuestionCard

_NEAR: Final = 3


def narrow(
    cards: Sequence[QuestionCard], *, role: str | None = None, topic: str | None = None
) -> list[QuestionCard]:
    """Return the cards of a role and a topic; what names none of them narrows nothing."""
    found = list(cards)
    if role in set(Role):
        found = [card for card in found if card.role == role]
    on_topic = [] if topic is None else [card for card in found if card.topic == topic]
    return on_topic or found


def topic_entries(cards: Iterable[QuestionCard]) -> list[Entry]:
    """Return the topics, those with most questions first."""
    counts = Counter(card.topic for card in cards if card.topic)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        Entry(value=topic, label=f"{_words(topic)} ({_questions(n)})", words=(_words(topic),))
        for topic, n in ordered
    ]


def question_entries(cards: Iterable[QuestionCard]) -> list[Entry]:
    """Return the questions by title, the easy ones first."""
    ordered = sorted(cards, key=lambda card: (card.difficulty, card.title, card.id))
    return [
        Entry(value=card.id, label=card.title or card.id, words=(_words(card.topic),))
        for card in ordered
    ]


def on_topic(cards: Sequence[QuestionCard], typed: str) -> list[QuestionCard]:
    """Return the questions of the topic that was typed.

    Raises:
        UsageError: there is no such topic; names the nearest.
    """
    entries = topic_entries(cards)
    found = match(typed, entries) or _only(typed, entries)
    if found is None:
        near = find(typed, entries, most=_NEAR) or entries[:_NEAR]
        raise UsageError(
            f"There is no topic “{typed}”. {did_you_mean([each.value for each in near])}"
        )
    return [card for card in cards if card.topic == found.value]


def the_question(cards: Sequence[QuestionCard], typed: str) -> QuestionCard:
    """Return the question that was typed by its id or title.

    Raises:
        UsageError: there is no such question; names the nearest.
    """
    entries = [Entry(value=card.id, label=card.title) for card in cards]
    found = match(typed, entries) or _only(typed, entries)
    if found is None:
        near = find(typed, entries, most=_NEAR)
        hint = (
            did_you_mean([each.value for each in near]) if near else "Leave it out and I pick one."
        )
        raise UsageError(f"There is no question “{typed}”. {hint}")
    return next(card for card in cards if card.id == found.value)


def _only(typed: str, entries: Sequence[Entry]) -> Entry | None:
    """Return the one entry that begins with what was typed, if there is just one."""
    begun = [e for e in entries if e.value.startswith(typed.strip().casefold()) and typed.strip()]
    return begun[0] if len(begun) == 1 else None


def _words(slug: str) -> str:
    return slug.replace("-", " ")


def _questions(count: int) -> str:
    return counted(count, "question")
