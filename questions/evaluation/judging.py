"""Putting replies to any grader, and what comes back as a number or a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from questions.grading import (
    Grade,
    Judgement,
    Ungraded,
    UngradedReason,
    assemble_grade,
    refuse_reply,
)
from questions.ports import Grader, GraderUnavailable
from questions.question import Question

# What the product shows as nothing written counts as nothing earned.
NOTHING_WRITTEN: Final = frozenset({UngradedReason.EMPTY, UngradedReason.TOO_SHORT})
_LONGEST_WAIT: Final = 30.0
_WAITS: Final = (1.0, 4.0)

Advance = Callable[[int, int], None]
"""Told how many of how many are done."""

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


async def grade_reply(
    grader: Grader, question: Question, reply: str, *, waits: Sequence[float] = _WAITS
) -> Grade | Ungraded:
    """Grade one reply as the product does, but without answers to related questions.

    Args:
        grader: any grader.
        question: the question.
        reply: the text.
        waits: seconds before each further try where the grader can't be reached; it may ask for
            longer ones. After the last the reply is ungraded.
    """
    refusal = refuse_reply(reply)
    if refusal is not None:
        return refusal
    judged = await _judge(grader, question, reply, waits)
    if isinstance(judged, Ungraded):
        return judged
    return assemble_grade(
        question.rubric, judged, reply, grader=grader.name, is_estimate=grader.is_estimate
    )


async def _judge(
    grader: Grader, question: Question, reply: str, waits: Sequence[float]
) -> Judgement | Ungraded:
    for wait in waits:
        try:
            return await grader.judge(question, reply, ())
        except GraderUnavailable as error:
            await asyncio.sleep(min(error.retry_after or wait, _LONGEST_WAIT))
    try:
        return await grader.judge(question, reply, ())
    except GraderUnavailable as error:
        return Ungraded(reason=UngradedReason.UNAVAILABLE, detail=error.reason)


async def for_each(
    items: Sequence[_Item],
    work: Callable[[_Item], Awaitable[_Result]],
    *,
    at_once: int,
    advance: Advance | None = None,
) -> list[_Result]:
    """Do ``work`` for every item, ``at_once`` together; results come in the items' order.

    Raises:
        BaseException: what ``work`` raised first; the others are cancelled.
    """
    results: dict[int, _Result] = {}
    waiting = iter(enumerate(items))

    async def run() -> None:
        for index, item in waiting:
            results[index] = await work(item)
            if advance is not None:
                advance(len(results), len(items))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(at_once, len(items))):
                group.create_task(run())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [results[index] for index in range(len(items))]


async def warm_up(grader: Grader, question: Question) -> str | None:
    """Grade a sentence, so that no clock measures how long a grader takes to load.

    Returns:
        Why the grader can't be reached, one clause; ``None`` where it can.
    """
    graded = await grade_reply(grader, question, "It depends on the load.", waits=())
    if isinstance(graded, Ungraded) and graded.reason is UngradedReason.UNAVAILABLE:
        return graded.detail
    return None


@dataclass(frozen=True)
class Outcome:
    """What a grader made of a reply.

    Attributes:
        score: 0 to 5; ``None`` where it is ungraded.
        reason: why it is ungraded.
        latency_ms: what the judgement took, in milliseconds.
    """

    score: float | None
    reason: UngradedReason | None = None
    latency_ms: int = 0

    @property
    def is_unreachable(self) -> bool:
        """Whether the grader could not be reached at all."""
        return self.reason is UngradedReason.UNAVAILABLE


def outcome_of(graded: Grade | Ungraded, score: Callable[[Grade], float]) -> Outcome:
    """Return what counts: a refusal of an empty or one-word reply is a score of 0."""
    latency = graded.usage.latency_ms
    if isinstance(graded, Grade):
        return Outcome(score(graded), latency_ms=latency)
    if graded.reason in NOTHING_WRITTEN:
        return Outcome(0.0, graded.reason, latency)
    return Outcome(None, graded.reason, latency)
