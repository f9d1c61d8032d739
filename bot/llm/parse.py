"""From what a model wrote to verdicts: tolerant of wrapping, strict about content."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.llm.hidden import strip_hidden
from questions.grading import CriterionVerdict
from questions.question import Verdict

MAX_COMPLETION_CHARACTERS: Final = 200_000
MAX_COMMENT_CHARACTERS: Final = 300
# Each broken object costs a scan of what follows it: this keeps hostile nesting cheap.
_MAX_BROKEN_OBJECTS: Final = 500


@dataclass(frozen=True)
class Unusable:
    """A completion that holds no judgement.

    Attributes:
        problem: one clause for the model, saying what to mend.
    """

    problem: str


def parse_verdicts(
    text: str, ids: Sequence[str], *, reply: str = ""
) -> tuple[CriterionVerdict, ...] | Unusable:
    """Read the judgement in ``text``: its last JSON object that has ``verdicts``.

    Code fences, reasoning and other text around the object are passed over.

    Args:
        text: the completion.
        ids: the criteria that were submitted; each must be judged exactly once.
        reply: the text that was judged. An object that stands in it word for word is the
            person's, not the model's.

    Returns:
        The verdicts in the order of ``ids``, or what is wrong.
    """
    theirs = " ".join(reply.split())
    found: Mapping[str, object] | None = None
    for raw, value in _objects(text[:MAX_COMPLETION_CHARACTERS]):
        if "verdicts" in value and " ".join(raw.split()) not in theirs:
            found = value
    if found is None:
        return Unusable('there was no JSON object with the key "verdicts"')
    return _read(found["verdicts"], ids)


def _objects(text: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield the outermost JSON objects of ``text`` with their source, first to last."""
    decoder = json.JSONDecoder(strict=False)
    start = text.find("{")
    failures = 0
    while start >= 0 and failures < _MAX_BROKEN_OBJECTS:
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
            failures += 1
        else:
            yield text[start:end], value
        start = text.find("{", end)


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
        comment=_one_line(comment),
    )


def _one_line(comment: str) -> str:
    line = " ".join(strip_hidden(comment).split())
    if len(line) <= MAX_COMMENT_CHARACTERS:
        return line
    return line[: MAX_COMMENT_CHARACTERS - 1].rstrip() + "…"
