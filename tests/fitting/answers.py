"""Answers whose verdicts are known: written for the fit, by people who did not see the grader."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from questions.question import Verdict

_FOLDER = Path(__file__).parent / "answers"


class GradedAnswer(BaseModel):
    """One answer.

    Attributes:
        question: the question's id.
        text: the answer.
        verdicts: the verdict on each criterion, by its id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    text: str
    verdicts: dict[str, Verdict]


def read_answers() -> Mapping[str, tuple[GradedAnswer, ...]]:
    """Return the answers by their question's id."""
    found: defaultdict[str, list[GradedAnswer]] = defaultdict(list)
    for path in sorted(_FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            answer = GradedAnswer.model_validate(json.loads(line))
            found[answer.question].append(answer)
    return {id_: tuple(answers) for id_, answers in found.items()}
