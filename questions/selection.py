"""Which question comes next: none twice before all have been asked, and no role favoured."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from questions.role import Role


@dataclass(frozen=True, kw_only=True)
class QuestionCard:
    """What has to be known of a question to choose it.

    Attributes:
        id: the question's id.
        version: its newest version.
        role: the role it is for.
        difficulty: 1 to 5.
        topic: what it is about, as a slug.
        title: what people are shown.
    """

    id: str
    version: int
    role: Role
    difficulty: int
    topic: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that a channel has been asked before.

    Attributes:
        question_id: which one.
        role: its role.
    """

    question_id: str
    role: Role


def pick_role(roles: Sequence[Role], history: Sequence[Asked]) -> Role:
    """Return the role whose turn it is: the one asked least, the first in ``roles`` on a tie.

    Raises:
        ValueError: ``roles`` is empty.
    """
    if not roles:
        raise ValueError("a schedule needs at least one role")
    counts = Counter(asked.role for asked in history)
    return min(dict.fromkeys(roles), key=lambda role: counts[role])


def pick_question(
    bank: Sequence[QuestionCard], role: Role, history: Sequence[Asked], *, seed: str
) -> QuestionCard | None:
    """Return the next question of ``role``, or ``None`` where the bank has none.

    Each question is asked as often as any other before one is repeated, and the one asked last
    never follows itself while there is another. Among the rest the order is a shuffle fixed by
    ``seed``, so two channels do not get the same sequence and a retry picks the same question.

    Args:
        bank: questions that may be asked.
        role: the role that is wanted.
        history: what was asked before, oldest first.
        seed: the channel's or schedule's id.
    """
    candidates = [q for q in bank if q.role is role]
    if not candidates:
        return None
    times = Counter(asked.question_id for asked in history)
    last = next((a.question_id for a in reversed(history) if a.role is role), None)
    return min(
        candidates,
        key=lambda q: (times[q.id], q.id == last, _shuffled(seed, q.id, times[q.id])),
    )


def _shuffled(seed: str, question_id: str, round_: int) -> bytes:
    return hashlib.sha256(f"{seed}\0{round_}\0{question_id}".encode()).digest()
