"""How far a draft can be trusted to be what it looks like, 0 to 1.

Confidence = shares of what a source says by itself, summed with these weights, times what is
left of its text:

====== ====== =======================================================================
part   weight share
====== ====== =======================================================================
prompt 0.35   1 where it is marked as the question, 0.8 where its shape says so, 0.3
              where it was made from other parts
answer 0.25   1 from 40 words, 0.6 from 8, 0.3 for fewer; 0.6 for a scored sample instead
role   0.15   1 where it is named, 0.6 where the nearest was taken, 0.4 where it was guessed
topic  0.10   1 where it is named
tests  0.10   1 where it is said what the question tests, or a rubric is given
level  0.05   1 where the difficulty is named
====== ====== =======================================================================

What is left of a text is 1 less four times the share of its characters that were lost, and at
least a half. What a model has read out of running text counts 0.7 times, or 0.9 times where all
its words stand in the text.
"""

from __future__ import annotations

from typing import Final

from questions.importers.card import Card, Footing

EDITED: Final = 1.0
"""What a lead has written needs no trust."""

_PROMPT: Final = {Footing.STATED: 1.0, Footing.SHAPED: 0.8, Footing.PROPOSED: 0.3}
_ROLE: Final = {Footing.STATED: 1.0, Footing.SHAPED: 0.6, Footing.PROPOSED: 0.4}


def confidence_of(
    card: Card,
    *,
    role_footing: Footing | None,
    has_level: bool,
    lost: int,
    read_by_model: float = 1.0,
) -> float:
    """Return a draft's confidence; the module says how it comes about.

    Args:
        card: what the source says.
        role_footing: how the role is known; ``None`` where it is not.
        has_level: whether the source names a difficulty.
        lost: characters of its texts that were lost or guessed.
        read_by_model: what a model's reading counts; 1 where there was none.
    """
    words = len(card.answer.split())
    answer = 1.0 if words >= 40 else 0.6 if words >= 8 else 0.3 if words else 0.0
    if not words and any(sample.text.strip() for sample in card.samples):
        answer = 0.6
    total = (
        0.35 * _PROMPT[card.prompt_footing] * bool(card.prompt.strip())
        + 0.25 * answer
        + 0.15 * (_ROLE[role_footing] if role_footing else 0.0)
        + 0.10 * bool(card.topic.strip())
        + 0.10 * bool(card.tests or card.criteria)
        + 0.05 * has_level
    )
    size = max(1, len(card.prompt) + len(card.answer) + len(card.core))
    left = max(0.5, 1 - 4 * lost / size)
    return round(total * left * read_by_model, 2)
