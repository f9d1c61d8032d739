"""What several judgements of one reply come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.llm.stretch import locate, overlap
from bot.llm.verify import MAX_ERRORS
from questions.grading import CriterionVerdict, FactualError, Judgement
from questions.question import Verdict


def combine(samples: Sequence[Judgement], reply: str) -> Judgement:
    """Return the judgement that ``samples`` agree on.

    Each criterion gets the median of its verdicts, the lower middle one where there are two; a
    verdict whose quote does not stand in the reply votes for missed. Its quote and comment come
    from the first sample that said so. Errors count that more than half of the samples found, in
    overlapping words. A single sample stays as it is.

    Args:
        samples: judgements of the same criteria in the same order, at least one, their errors
            and rewordings verified.
        reply: the text that was judged.

    Returns:
        The judgement, its usage left to the caller.
    """
    if len(samples) == 1:
        return samples[0]
    by_criterion = zip(*(sample.verdicts for sample in samples), strict=True)
    rewordings = (sample.rewording for sample in samples if sample.rewording is not None)
    return Judgement(
        verdicts=tuple(_median(said, reply) for said in by_criterion),
        errors=tuple(_agreed_errors([sample.errors for sample in samples], reply)),
        rewording=next(rewordings, None),
        samples=tuple(sample.verdicts for sample in samples),
    )


def _median(said: Sequence[CriterionVerdict], reply: str) -> CriterionVerdict:
    votes = [(_vote(verdict, reply), verdict) for verdict in said]
    shares = sorted(vote.share for vote, _ in votes)
    middle = shares[(len(shares) - 1) // 2]
    voters = [verdict for vote, verdict in votes if vote.share == middle]
    # One who said it outright explains it better than one whose quote did not stand.
    return next((v for v in voters if v.verdict.share == middle), voters[0])


def _vote(said: CriterionVerdict, reply: str) -> Verdict:
    stands = said.verdict is Verdict.MISSED or locate(said.quote, reply) is not None
    return said.verdict if stands else Verdict.MISSED


def _agreed_errors(found: Sequence[Sequence[FactualError]], reply: str) -> Iterator[FactualError]:
    """Yield the errors of a majority, those most often found first, none in another's words."""
    counted = [(_finders(error, found, reply), error) for errors in found for error in errors]
    kept: list[FactualError] = []
    for finders, error in sorted(counted, key=lambda pair: -pair[0]):
        if 2 * finders <= len(found) or len(kept) == MAX_ERRORS:
            return
        if not any(overlap(error.quote, other.quote, reply) for other in kept):
            kept.append(error)
            yield error


def _finders(error: FactualError, found: Sequence[Sequence[FactualError]], reply: str) -> int:
    """Return in how many samples some error overlaps ``error``."""
    return sum(any(overlap(error.quote, e.quote, reply) for e in errors) for errors in found)
