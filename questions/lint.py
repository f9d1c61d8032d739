"""What makes a question fit to post. Every shipped question passes; the tests see to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from questions.grading import weighted_score
from questions.packs import PackError, read_pack
from questions.question import Band, Exemplar, Question

PROMPT_WORDS: Final = (25, 140)
MODEL_ANSWER_WORDS: Final = (250, 500)
MET_WORDS: Final = (8, 70)
BLUEPRINT_POINTS: Final = (2, 6)
FOLLOW_UPS: Final = (2, 4)
COMMON_MISTAKES: Final = (2, 5)
# Scores, 0 to 5, that an exemplar of each band may have.
BAND_SCORES: Final = {Band.WEAK: (0.0, 1.9), Band.MIDDLING: (2.0, 3.4), Band.STRONG: (3.9, 5.0)}
# rapidfuzz token-set ratio, 0 to 100, from which two prompts count as the same question.
NEAR_DUPLICATE: Final = 88
_PLACEHOLDER: Final = re.compile(
    r"(?i:\b(to-?do|tbd|fix-?me|lorem ipsum)\b)|\[[A-Z][a-z]+ [a-z ]+\]"
)


@dataclass(frozen=True, order=True)
class Finding:
    """Something in a pack file that should be otherwise.

    Attributes:
        path: the file.
        line: counted from 1.
        message: what is wrong, one sentence.
    """

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def lint_files(paths: Sequence[Path]) -> tuple[list[Question], list[Finding]]:
    """Read and check pack files.

    Returns:
        The questions that can be read, and everything that is wrong, by file and line.
    """
    findings: list[Finding] = []
    read: list[tuple[Path, Question]] = []
    for path in paths:
        try:
            question = read_pack(path)
        except PackError as error:
            findings.append(Finding(path, error.line, error.reason))
            continue
        read.append((path, question))
        text = path.read_text(encoding="utf-8")
        findings.extend(_place(path, text, lint_question(question)))
        if question.id != path.stem:
            findings.append(Finding(path, 2, f"the id {question.id!r} is not the file's name"))
        if question.role.value != path.parent.name:
            findings.append(Finding(path, 4, f"role {question.role} is not the folder's name"))
    findings.extend(_repeats(read))
    return [question for _, question in read], sorted(findings)


def lint_question(question: Question) -> list[tuple[str, str]]:
    """Return ``(place, message)`` for all that is wrong inside one question.

    The place is a front-matter key or a section's title.
    """
    blueprint = question.blueprint
    weights = {c.weight for c in question.rubric.criteria}
    found = [
        *_words("Prompt", question.prompt, PROMPT_WORDS),
        *_words("Model answer", question.model_answer, MODEL_ANSWER_WORDS),
        *_count("Core", blueprint.core, BLUEPRINT_POINTS),
        *_count("Follow-ups", question.follow_ups, FOLLOW_UPS),
        *_count("Common mistakes", question.common_mistakes, COMMON_MISTAKES),
        *(w for c in question.rubric.criteria for w in _words(c.id, c.met, MET_WORDS)),
    ]
    if len(weights) == 1:
        found.append(("rubric", "all criteria weigh the same: say which matter most"))
    if not question.reading:
        found.append(("reading", "name at least one thing to read further"))
    found.extend(_lint_exemplars(question))
    for place, text in _texts(question):
        if hit := _PLACEHOLDER.search(text):
            found.append((place, f"a placeholder was left in: {hit[0]!r}"))
    return found


def exemplar_score(question: Question, exemplar: Exemplar) -> float:
    """Return the exemplar's known score, 0 to 5, which follows from its verdicts."""
    return weighted_score(
        [(c.weight, exemplar.verdicts[c.id].share) for c in question.rubric.criteria]
    )


def _lint_exemplars(question: Question) -> Iterable[tuple[str, str]]:
    bands = [e.band for e in question.exemplars]
    if sorted(bands) != sorted(Band):
        yield "exemplars", "there must be one weak, one middling and one strong exemplar"
    for exemplar in question.exemplars:
        low, high = BAND_SCORES[exemplar.band]
        score = exemplar_score(question, exemplar)
        if not low <= score <= high:
            yield (
                exemplar.band.capitalize(),
                f"the verdicts score {score}, outside {low} to {high} for {exemplar.band}",
            )


def _repeats(read: Sequence[tuple[Path, Question]]) -> Iterable[Finding]:
    for index, (path, question) in enumerate(read):
        for other_path, other in read[:index]:
            if question.id == other.id:
                yield Finding(path, 2, f"the id {question.id!r} is taken by {other_path}")
            elif fuzz.token_set_ratio(question.prompt, other.prompt) >= NEAR_DUPLICATE:
                yield Finding(path, 2, f"asks nearly the same as {other_path}")


def _words(place: str, text: str, limits: tuple[int, int]) -> list[tuple[str, str]]:
    count = len(text.split())
    low, high = limits
    return [] if low <= count <= high else [(place, f"{count} words; {low} to {high} are wanted")]


def _count(place: str, items: Sequence[str], limits: tuple[int, int]) -> list[tuple[str, str]]:
    low, high = limits
    if low <= len(items) <= high:
        return []
    return [(place, f"{len(items)} entries; {low} to {high} are wanted")]


def _texts(question: Question) -> Iterable[tuple[str, str]]:
    yield "Prompt", question.prompt
    yield "Model answer", question.model_answer
    yield "Hook", question.blueprint.hook
    yield "Punchline", question.blueprint.punchline
    for exemplar in question.exemplars:
        yield exemplar.band.capitalize(), exemplar.text


def _place(path: Path, text: str, found: Iterable[tuple[str, str]]) -> Iterable[Finding]:
    lines = text.split("\n")
    for place, message in found:
        heads = re.compile(
            rf"^(#+ {re.escape(place)}\s*|{re.escape(place)}:.*|\s*-? ?id: {re.escape(place)})$"
        )
        line = next((n for n, line in enumerate(lines, start=1) if heads.match(line)), 1)
        yield Finding(path, line, f"{place}: {message}")
