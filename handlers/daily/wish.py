"""What somebody asks for with ``/prep today``: a role, a topic, or one very question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from handlers.command import Lookup, Option, UsageError
from handlers.completion.catalogue import on_topic, the_question
from handlers.records import Occurrence
from questions.role import Role
from questions.selection import Asked, QuestionCard, pick_question, pick_role

TOPIC: Final = Option(
    name="topic",
    description="What it is about, for example evaluation",
    lookup=Lookup.TOPIC,
    by_name=True,
)
QUESTION: Final = Option(
    name="question",
    description="One very question, by its title",
    lookup=Lookup.QUESTION,
    by_name=True,
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for.

    Attributes:
        role: the role, where one was named.
        cards: the questions to choose from, where a topic or a question was named; else any will
            do that is the role's.
        name: stands for it in an idempotency key.
    """

    role: Role | None = None
    cards: tuple[QuestionCard, ...] | None = None
    name: str = "any"

    @property
    def is_open(self) -> bool:
        """Whether the schedule's question would do."""
        return self.role is None and self.cards is None

    def fits(self, occurrence: Occurrence) -> bool:
        """Return whether a question that was asked for or posted before is what is wanted."""
        if self.cards is not None:
            return any(card.id == occurrence.question_id for card in self.cards)
        return self.role is None or occurrence.role is self.role

    def pick(self, history: Sequence[Asked], *, seed: str) -> QuestionCard | None:
        """Return the question to ask, where a topic or a question was named.

        Args:
            history: what the channel was asked before, oldest first.
            seed: the channel's address.
        """
        if not self.cards:
            return None
        roles = sorted({card.role for card in self.cards})
        return pick_question(self.cards, pick_role(roles, history), history, seed=seed)


def read_wish(cards: Sequence[QuestionCard], options: Mapping[str, str]) -> Wish:
    """Read what was asked for.

    Args:
        cards: the bank's questions; they matter where a topic or a question is named.
        options: the command's.

    Raises:
        UsageError: no question fits; says which would.
    """
    role = Role(options["role"]) if "role" in options else None
    topic, question = options.get("topic"), options.get("question")
    if question is not None:
        card = the_question(cards, question)
        return Wish(cards=(card,), name=f"question-{card.id}")
    if topic is not None:
        found = on_topic(cards, topic)
        name = found[0].topic
        if role is not None:
            found = [card for card in found if card.role is role]
        if not found and role is not None:
            raise UsageError(f"The bank has no question about “{name}” for {role.title}.")
        return Wish(role=role, cards=tuple(found), name=f"{role or 'any'}-topic-{name}")
    return Wish(role=role, name=role or "any")
