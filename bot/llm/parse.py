"""From what a model wrote to a judgement: tolerant of wrapping, strict about verdicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.llm.hidden import strip_hidden
from bot.llm.line import one_line
from bot.llm.outermost import outermost_objects
from bot.llm.remark import read_errors, read_rewording
from questions.grading import CriterionVerdict, Judgement
from questions.question import Verdict

MAX_COMPLETION_CHARACTERS: Final = 200_000
MAX_COMMENT_CHARACTERS: Final = 300
_MAX_BROKEN_OBJECTS: Final = 500


@dataclass(frozen=True)
class Unusable:
    """A completion that holds no judgement.

    Attributes:
        problem: one clause for the model, saying what to mend.
    """

    problem: str


def parse_judgement(text: str, ids: Sequence[str], *, given: str = "") -> Judgement | Unusable:
    """Read the judgement in ``text``: its last JSON object that has ``verdicts``.

    Code fences, reasoning and other text around the object are passed over, and so are errors
    and a rewording that can't be used.

    Args:
        text: the completion.
        ids: the criteria that were submitted; each must be judged exactly once.
        given: what the model was sent that a person wrote. An object that stands in it word for
            word is the person's, not the model's.

    Returns:
        The judgement, its verdicts in the order of ``ids``, or what is wrong.
    """
    theirs = " ".join(given.split())
    found: Mapping[str, object] | None = None
    completion = text[:MAX_COMPLETION_CHARACTERS]
    for raw, value in outermost_objects(completion, most_broken=_MAX_BROKEN_OBJECTS):
        if "verdicts" in value and " ".join(raw.split()) not in theirs:
            found = value
    if found is None:
        return Unusable('there was no JSON object with the key "verdicts"')
    verdicts = _read(found["verdicts"], ids)
    if isinstance(verdicts, Unusable):
        return verdicts
    return Judgement(
        verdicts=verdicts,
        errors=read_errors(found.get("errors")),
        rewording=read_rewording(found.get("rewording")),
    )


def _read(items: object, ids: Sequence[str]) -> tuple[CriterionVerdict, ...] | Unusable:
    if not isinstance(items, list):
        return Unusable('"verdicts" must be a list')
    verdicts: list[CriterionVerdict] = []
    for item in items:
        verdict = _read_one(item)
        if isinstance(verdict, Unusable):
            return verdict
        verdicts.append(verdict)
    counts = Counter(v.criterion_id for v in verdicts)
    if set(counts) != set(ids) or len(verdicts) != len(ids):
        return Unusable(f"each of these ids must be judged exactly once: {', '.join(ids)}")
    return tuple(sorted(verdicts, key=lambda v: ids.index(v.criterion_id)))


def _read_one(item: object) -> CriterionVerdict | Unusable:
    if not isinstance(item, dict):
        return Unusable('every entry of "verdicts" must be an object')
    id_, said = item.get("id"), item.get("verdict")
    if not isinstance(id_, str) or not isinstance(said, str):
        return Unusable('"id" and "verdict" must be strings')
    try:
        verdict = Verdict(said.strip().lower())
    except ValueError:
        return Unusable('"verdict" must be "met", "partial" or "missed"')
    quote, comment = item.get("quote") or "", item.get("comment") or ""
    if not isinstance(quote, str) or not isinstance(comment, str):
        return Unusable('"quote" and "comment" must be strings')
    return CriterionVerdict(
        criterion_id=id_.strip(),
        verdict=verdict,
        quote=strip_hidden(quote).strip(),
        comment=one_line(comment, MAX_COMMENT_CHARACTERS),
    )
