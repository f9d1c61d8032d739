"""What a grader makes of model answers and exemplars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from questions.grading import CriterionVerdict, Judgement, Ungraded, UngradedReason
from questions.linting.coverage import band_of, check_coverage
from questions.packs import SHIPPED, read_pack
from questions.ports import RelatedAnswer
from questions.question import Band, Question, Verdict

PATH = SHIPPED / "ai-architect" / "agent-with-one-service-account.md"


class KnowingGrader:
    """Knows the verdicts of the exemplars, and finds everything in the model answer but some."""

    name = "knowing"
    is_estimate = False

    def __init__(self, *, lacking: Sequence[str] = (), strong_as: Band = Band.STRONG) -> None:
        self._lacking = lacking
        self._strong_as = strong_as
        self.refuses: str | None = None

    async def judge(
        self, question: Question, reply: str, related: Sequence[RelatedAnswer]
    ) -> Judgement | Ungraded:
        if reply == self.refuses:
            return Ungraded(reason=UngradedReason.REFUSED, detail="it would rather not")
        verdicts = {
            id_: Verdict.PARTIAL if id_ in self._lacking else Verdict.MET
            for id_ in question.rubric.ids
        }
        known = {e.band: e for e in question.exemplars}
        for exemplar in question.exemplars:
            if reply == exemplar.text:
                taken = self._strong_as if exemplar.band is Band.STRONG else exemplar.band
                verdicts = dict(known[taken].verdicts)
        quote = " ".join(reply.split()[:4])
        return Judgement(
            verdicts=tuple(
                CriterionVerdict(criterion_id=id_, verdict=verdict, quote=quote)
                for id_, verdict in verdicts.items()
            )
        )


def line_at(path: Path, line: int) -> str:
    return path.read_text(encoding="utf-8").split("\n")[line - 1]


async def test_a_grader_that_agrees_gives_nothing_to_mend() -> None:
    question = read_pack(PATH)
    seen: list[tuple[int, int]] = []

    coverage = await check_coverage(
        KnowingGrader(), [(PATH, question)], advance=lambda *at: seen.append(at)
    )

    criteria = len(question.rubric.criteria)
    assert (coverage.grader, coverage.findings) == ("knowing", ())
    assert (coverage.met, coverage.criteria) == (criteria, criteria)
    assert (coverage.in_band, coverage.exemplars) == (3, 3)
    assert seen == [(1, 1)]


async def test_what_a_grader_misses_is_named_with_its_line() -> None:
    question = read_pack(PATH)
    grader = KnowingGrader(lacking=["respond-now"], strong_as=Band.MIDDLING)

    coverage = await check_coverage(grader, [(PATH, question)])

    criterion, exemplar = coverage.findings
    assert line_at(PATH, criterion.line) == "  - id: respond-now"
    assert criterion.message == "respond-now: the model answer is judged to have it partial"
    assert line_at(PATH, exemplar.line) == "### Strong"
    assert "which is middling; known 4." in exemplar.message
    assert coverage.met == coverage.criteria - 1
    assert coverage.in_band == 2


@pytest.mark.parametrize("place", ["## Model answer", "### Weak"])
async def test_what_is_not_graded_is_named(place: str) -> None:
    question = read_pack(PATH)
    grader = KnowingGrader()
    weak = next(e.text for e in question.exemplars if e.band is Band.WEAK)
    grader.refuses = question.model_answer if "Model" in place else weak

    (finding,) = (await check_coverage(grader, [(PATH, question)])).findings

    assert line_at(PATH, finding.line) == place
    assert finding.message.endswith("not graded, because it would rather not")


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, Band.WEAK),
        (1.9, Band.WEAK),
        (2, Band.MIDDLING),
        (3.6, Band.MIDDLING),
        (3.7, Band.STRONG),
        (5, Band.STRONG),
    ],
)
def test_a_score_belongs_to_the_nearest_band(score: float, band: Band) -> None:
    assert band_of(score) is band
