"""Taking several samples of a judgement at once, some of which may fail."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from questions.grading import Judgement, Ungraded
from questions.ports import GraderUnavailable

# More at once would run into the rate limits of a small account.
MAX_AT_ONCE: Final = 3

_Failure = Ungraded | GraderUnavailable


async def take_samples(
    take: Callable[[], Awaitable[Judgement | Ungraded]], count: int
) -> tuple[Judgement, ...] | Ungraded:
    """Take ``count`` samples, `MAX_AT_ONCE` at a time, and go on with those that succeed.

    Once more than half have failed no further one is started.

    Args:
        take: takes one sample.
        count: how many to take, 1 or more.

    Returns:
        The judgements, in the order they were started, if at least half of the samples gave
        one; otherwise the commonest failure.

    Raises:
        GraderUnavailable: the commonest failure was that the model could not be reached; it
            asks to wait as long as any of them did.
    """
    if count == 1:
        outcome = await take()
        return outcome if isinstance(outcome, Ungraded) else (outcome,)
    gate = asyncio.Semaphore(MAX_AT_ONCE)
    judgements: dict[int, Judgement] = {}
    failures: list[_Failure] = []

    async def take_one(index: int) -> None:
        async with gate:
            if 2 * len(failures) > count:
                return
            try:
                outcome = await take()
            except GraderUnavailable as error:
                failures.append(error)
                return
        if isinstance(outcome, Ungraded):
            failures.append(outcome)
        else:
            judgements[index] = outcome

    async with asyncio.TaskGroup() as group:
        for index in range(count):
            group.create_task(take_one(index))
    if 2 * len(judgements) >= count:
        return tuple(judgements[index] for index in sorted(judgements))
    return _commonest(failures)


def _commonest(failures: Sequence[_Failure]) -> Ungraded:
    unreached = [f for f in failures if isinstance(f, GraderUnavailable)]
    ungraded = [f for f in failures if isinstance(f, Ungraded)]
    times = Counter(f.reason for f in ungraded)
    # Of two equally common ones, the one that trying again may mend.
    if len(unreached) >= max(times.values(), default=0):
        raise max(unreached, key=lambda error: error.retry_after or 0.0)
    return max(ungraded, key=lambda f: times[f.reason])
