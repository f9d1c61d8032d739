"""Keeping of a judgement what the reply bears out and what answers the question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.llm.injection import Span, answers_question, discount_instructions
from bot.llm.stretch import locate, overlap
from questions.grading import FactualError, Judgement, Rewording

MAX_ERRORS: Final = 5


def verify(judgement: Judgement, reply: str, spans: Sequence[Span]) -> Judgement:
    """Return ``judgement`` without what rests on words that do not answer the question.

    Verdicts of such words become missed; errors and a rewording of them are dropped, like those
    of words that stand nowhere in the reply. Two errors in the same words are one, and wrong
    words are not worth rewording.

    Args:
        judgement: what the model said.
        reply: the reply without hidden characters.
        spans: where it speaks to the grader, see `bot.llm.injection.instruction_spans`.
    """
    errors = _standing(judgement.errors, reply, spans)
    rewording = _standing_rewording(judgement.rewording, reply, spans)
    if rewording and any(overlap(rewording.original, error.quote, reply) for error in errors):
        rewording = None
    return Judgement(
        verdicts=discount_instructions(judgement.verdicts, reply, spans),
        errors=errors,
        rewording=rewording,
    )


def _standing(
    errors: Sequence[FactualError], reply: str, spans: Sequence[Span]
) -> tuple[FactualError, ...]:
    kept: list[FactualError] = []
    for error in errors:
        quote = _words(error.quote, reply, spans)
        if quote is None or any(overlap(quote, other.quote, reply) for other in kept):
            continue
        kept.append(error.model_copy(update={"quote": quote}))
    return tuple(kept[:MAX_ERRORS])


def _standing_rewording(
    rewording: Rewording | None, reply: str, spans: Sequence[Span]
) -> Rewording | None:
    original = None if rewording is None else _words(rewording.original, reply, spans)
    if rewording is None or original is None:
        return None
    return rewording.model_copy(update={"original": original})


def _words(quote: str, reply: str, spans: Sequence[Span]) -> str | None:
    """Return the reply's own words for a quote, or ``None`` where they count for nothing."""
    stretch = locate(quote, reply)
    return stretch if stretch and answers_question(stretch, reply, spans) else None
