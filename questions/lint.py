"""What makes a question fit to post. Every shipped question passes; the tests see to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from questions.grading import weighted_score
from questions.linting.finding import Finding, line_of_place, line_of_words
from questions.linting.nearness import NEAR_DUPLICATE, repeated_texts
from questions.linting.reference import dead_references
from questions.linting.spelling import Speller
from questions.linting.spread import uneven_spread
from questions.packs import PackError, read_pack
from questions.question import Band, Exemplar, Question

__all__ = [
    "BAND_SCORES",
    "NEAR_DUPLICATE",
    "Finding",
    "exemplar_score",
    "lint_files",
    "lint_question",
    "lint_read",
    "read_files",
]

PROMPT_WORDS: Final = (25, 140)
MODEL_ANSWER_WORDS: Final = (250, 500)
MET_WORDS: Final = (8, 70)
BLUEPRINT_POINTS: Final = (2, 6)
FOLLOW_UPS: Final = (2, 4)
COMMON_MISTAKES: Final = (2, 5)
# Scores, 0 to 5, that an exemplar of each band may have.
BAND_SCORES: Final = {Band.WEAK: (0.0, 1.9), Band.MIDDLING: (2.0, 3.4), Band.STRONG: (3.9, 5.0)}
_PLACEHOLDER: Final = re.compile(
    r"(?i:\b(to-?do|tbd|fix-?me|lorem ipsum)\b)|\[[A-Z][a-z]+ [a-z ]+\]"
)


def lint_files(
    paths: Sequence[Path], *, is_bank: bool = False
) -> tuple[list[Question], list[Finding]]:
    """Read and check pack files.

    Args:
        paths: the files.
        is_bank: whether they are a whole bank, which must have enough questions of every
            difficulty and kind for each role.

    Returns:
        The questions that can be read, and everything that is wrong, by file and line.
    """
    read, findings = read_files(paths)
    findings.extend(lint_read(read, is_bank=is_bank))
    return [question for _, question in read], sorted(findings)


def read_files(paths: Sequence[Path]) -> tuple[list[tuple[Path, Question]], list[Finding]]:
    """Return the questions that can be read, each with its file, and why others can't."""
    read: list[tuple[Path, Question]] = []
    findings: list[Finding] = []
    for path in paths:
        try:
            read.append((path, read_pack(path)))
        except PackError as error:
            findings.append(Finding(path, error.line, error.reason))
    return read, findings


def lint_read(read: Sequence[tuple[Path, Question]], *, is_bank: bool = False) -> Iterator[Finding]:
    """Yield what is wrong with questions that were read, each given with its file.

    Args:
        read: as `read_files` returns it.
        is_bank: whether they are a whole bank.
    """
    known = {question.id for _, question in read}
    speller = Speller()
    for path, question in read:
        yield from _lint_file(path, question, known, speller)
    yield from repeated_texts(read)
    if is_bank:
        yield from uneven_spread(read)


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


def _lint_file(
    path: Path, question: Question, known: Collection[str], speller: Speller
) -> Iterator[Finding]:
    text = path.read_text(encoding="utf-8")
    for place, message in lint_question(question):
        yield Finding(path, line_of_place(text, place), f"{place}: {message}")
    if question.id != path.stem:
        yield Finding(path, 2, f"the id {question.id!r} is not the file's name")
    if question.role.value != path.parent.name:
        yield Finding(path, 4, f"role {question.role} is not the folder's name")
    for words, message in dead_references(question, known):
        yield Finding(path, line_of_words(text, words), message)
    for word, likely in speller.misspelt(question):
        meant = f"; perhaps {likely!r}" if likely else ""
        yield Finding(path, line_of_words(text, word), f"spelling: {word!r}{meant}")
