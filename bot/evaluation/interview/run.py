"""Holding many made-up interviews and counting what they did that they must not."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.evaluation.interview.candidate import CANDIDATES
from bot.evaluation.interview.judge import Verdict
from bot.evaluation.interview.model import ScriptedModel
from bot.evaluation.interview.stage import build_database, set_stage
from questions.question import Question

# A model that misbehaves in one turn of five.
MISBEHAVES: Final = 0.2
_STAGES: Final = 4


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it.

    Attributes:
        wrong: how the model went wrong, and how often.
    """

    verdict: Verdict
    wrong: dict[str, int]


async def try_out(
    questions: Sequence[Question],
    *,
    sessions: int,
    seed: int = 1,
    misbehaves: float = MISBEHAVES,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Hold interviews with every kind of candidate in turn.

    Args:
        questions: the bank.
        sessions: how many interviews.
        seed: makes them repeatable.
        misbehaves: the share of its requests in which the model goes wrong, 0 to 1.
        progress: told how many of how many are done.
    """
    verdict, by_id = Verdict(), {question.id: question for question in questions}
    numbers = iter(range(sessions))
    done = 0

    async def work_through(path: Path, base_url: str) -> None:
        nonlocal done
        async with set_stage(path, base_url, questions) as stage:
            for number in numbers:
                candidate = CANDIDATES[number % len(CANDIDATES)]
                held = await stage.hold(candidate, number=number, seed=seed * 1_000_003 + number)
                verdict.add(held, by_id)
                done += 1
                if progress is not None:
                    progress(done, sessions)

    async with ScriptedModel(questions, seed=seed, misbehaves=misbehaves) as model:
        with tempfile.TemporaryDirectory(prefix="prepbot-") as root:
            empty = Path(root) / "empty.db"
            await build_database(empty, questions)
            async with asyncio.TaskGroup() as group:
                for stage in range(min(_STAGES, sessions)):
                    path = Path(shutil.copy(empty, empty.with_stem(f"stage-{stage}")))
                    group.create_task(work_through(path, model.base_url))
        return Outcome(verdict=verdict, wrong=dict(model.wrong.most_common()))
