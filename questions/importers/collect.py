"""An import from end to end: paths in, drafts out, every bad file named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rapidfuzz import fuzz, process

from questions.importers.card import LeftOut
from questions.importers.draft import Draft, Remark, digest_of
from questions.importers.finish import Finisher
from questions.importers.gather import gather, read_bytes
from questions.importers.limits import LIMITS, Limits
from questions.importers.problem import NOTHING_FOUND, ImportProblem
from questions.importers.prose import Found
from questions.importers.read import FileRead, Read, read_file
from questions.importers.repair import REPLACEMENT
from questions.importers.source import File, Source
from questions.lint import NEAR_DUPLICATE
from questions.question import Question

Progress = Callable[[int, int], None]
"""Told how many files of how many are read."""


@dataclass(kw_only=True)
class Collected:
    """What an import comes to.

    Attributes:
        drafts: in the order of the files, none twice.
        repeated: how many questions stood in the files more than once.
        unread: texts in which no question was found; a model may find some.
        left_out: text that is in no draft, with the reason.
        notices: what a person should know, with the file it is about.
        problems: what can't be read.
        files: how many files were read.
    """

    drafts: list[Draft] = field(default_factory=list)
    repeated: int = 0
    unread: list[Source] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    files: int = 0


class Collector:
    """Reads files into drafts.

    Args:
        finisher: makes drafts of cards.
        bank: questions that a draft should not ask again.
        limits: the caps.
    """

    def __init__(
        self, finisher: Finisher, bank: Sequence[Question] = (), limits: Limits = LIMITS
    ) -> None:
        self._finisher = finisher
        self._bank = bank
        self._limits = limits
        self._seen: set[str] = set()
        self._result = Collected()
        self._spent = 0

    def collect(self, paths: Sequence[Path], progress: Progress | None = None) -> Collected:
        """Read everything below ``paths``."""
        gathered = gather(list(paths), self._limits)
        result = self._result
        result.problems += gathered.problems
        for done, (path, name) in enumerate(gathered.paths, start=1):
            try:
                self._take(read_file(self._bytes(path, name), self._limits))
            except ImportProblem as problem:
                result.problems.append(problem)
            result.files += 1
            if progress is not None:
                progress(done, len(gathered.paths))
        result.drafts = warn_of_repeats(result.drafts, self._bank)
        return result

    def add(self, draft: Draft) -> None:
        """Add a draft, unless the same one is there."""
        if draft.digest in self._seen:
            self._result.repeated += 1
        elif len(self._result.drafts) < self._limits.drafts:
            self._seen.add(draft.digest)
            self._result.drafts.append(draft)
        else:
            most = self._limits.drafts
            raise ImportProblem(draft.origin, f"an import takes at most {most:,} questions")

    def add_found(self, found: Sequence[Found]) -> None:
        """Add what a model has found in running text."""
        fresh = len(self._result.drafts)
        for one in found:
            self.add(self._finisher.finish(one.card, read_by_model=one.worth))
        drafts = self._result.drafts
        drafts[fresh:] = warn_of_repeats(drafts[fresh:], self._bank)

    def _bytes(self, path: Path, name: str) -> File:
        file = read_bytes(path, name, self._limits)
        self._spent += len(file.data)
        if self._spent > self._limits.total_bytes:
            mib = self._limits.total_bytes // 2**20
            raise ImportProblem(name, f"an import reads at most {mib} MiB in all")
        return file

    def _take(self, read: FileRead) -> None:
        result = self._result
        result.problems += read.problems
        for text in read.texts:
            result.left_out += text.reading.left_out
            result.notices += [(text.source.name, notice) for notice in text.notices]
            self._finish(text)
        for source in read.unread:
            result.unread.append(source)
            result.notices.append((source.name, NOTHING_FOUND))

    def _finish(self, text: Read) -> None:
        if text.pack is not None:
            self.add(draft_of_pack(text.pack, text.source.name))
        damage = str(text.source.damage)
        for card in text.reading.cards:
            card.remarks += [damage] if damage else []
            texts = (card.prompt, card.answer, card.core)
            lost = sum(part.count(REPLACEMENT) for part in texts)
            self.add(self._finisher.finish(card, lost=lost))


def draft_of_pack(question: Question, origin: str) -> Draft:
    """Return the draft of a question that is complete already."""
    return Draft(
        digest=digest_of(question.prompt, question.model_answer),
        origin=origin,
        role=question.role,
        role_named=question.role.title,
        topic=question.topic,
        title=question.title,
        kind=question.kind,
        difficulty=question.difficulty,
        skills=question.skills,
        tests=question.tests,
        prompt=question.prompt,
        model_answer=question.model_answer,
        criteria=question.rubric.criteria,
        blueprint=question.blueprint,
        follow_ups=question.follow_ups,
        common_mistakes=question.common_mistakes,
        reading=question.reading,
        confidence=1.0,
        edited=question,
    )


def warn_of_repeats(drafts: Sequence[Draft], bank: Sequence[Question]) -> list[Draft]:
    """Remark on drafts that ask nearly the same as a question of the bank."""
    if not drafts or not bank:
        return list(drafts)
    known = [_sorted_words(question.prompt) for question in bank]
    told = []
    for draft in drafts:
        near = process.extractOne(
            _sorted_words(draft.prompt), known, scorer=fuzz.ratio, score_cutoff=NEAR_DUPLICATE
        )
        if near is not None:
            message = f"asks nearly the same as {bank[near[2]].id}"
            remark = Remark(place="prompt", message=message)
            draft = draft.model_copy(update={"remarks": (remark, *draft.remarks)})  # noqa: PLW2901
        told.append(draft)
    return told


def _sorted_words(text: str) -> str:
    return " ".join(sorted(text.casefold().split()))
