"""Whether a role's questions are enough, and of every difficulty and kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from questions.linting.finding import Finding
from questions.question import Kind, Question
from questions.role import Role

QUESTIONS_PER_ROLE: Final = 30
DIFFICULTIES: Final = range(1, 6)
# The largest share of a role's questions that one difficulty, or one kind, may have.
LARGEST_SHARE: Final = 0.4


def uneven_spread(read: Sequence[tuple[Path, Question]]) -> Iterator[Finding]:
    """Yield what a bank lacks, a role at a time, at the folder of the role.

    Args:
        read: the whole bank, each question with its file.
    """
    by_role: defaultdict[Role, list[tuple[Path, Question]]] = defaultdict(list)
    for path, question in read:
        by_role[question.role].append((path, question))
    root = read[0][0].parent.parent if read else Path()
    for role in Role:
        folder = by_role[role][0][0].parent if by_role[role] else root / role.value
        for message in _of_role([question for _, question in by_role[role]]):
            yield Finding(folder, 1, message)


def _of_role(questions: Sequence[Question]) -> Iterator[str]:
    count = len(questions)
    if count != QUESTIONS_PER_ROLE:
        yield f"{count} questions; {QUESTIONS_PER_ROLE} are wanted"
    if not count:
        return
    levels = Counter(question.difficulty for question in questions)
    kinds = Counter(question.kind for question in questions)
    for level in DIFFICULTIES:
        if not levels[level]:
            yield f"no question of difficulty {level}"
    for kind in Kind:
        if not kinds[kind]:
            yield f"no question of the kind {kind.value}"
    for name, times in (
        *((f"difficulty {level}", times) for level, times in sorted(levels.items())),
        *((f"the kind {kind.value}", times) for kind, times in sorted(kinds.items())),
    ):
        if times / count > LARGEST_SHARE:
            yield f"{times} of {count} are of {name}; at most {LARGEST_SHARE:.0%} should be"
