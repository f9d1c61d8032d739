"""From a reply as it is read to what speaks for each criterion, and what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from questions.grading import FactualError
from questions.local.conflict import find_errors
from questions.local.evidence import Evidence, weigh_evidence
from questions.local.prepare import prepare_reply
from questions.local.reading import Reading
from questions.local.subject import Subject
from questions.local.topic import Gate
from questions.ports import TokenEncoder


@dataclass(frozen=True)
class Weighed:
    """What a reply holds.

    Attributes:
        evidence: what speaks for each criterion.
        quotes: the sentences that are about the question, exactly as they stand in the reply.
        errors: what the reply gets wrong.
    """

    evidence: tuple[Evidence, ...]
    quotes: tuple[str, ...]
    errors: tuple[FactualError, ...]


def weigh_reply(
    encoder: TokenEncoder, subject: Subject, reading: Reading, gate: Gate, *, is_reference: bool
) -> Weighed | None:
    """Weigh a reply; ``None`` where nothing in it is about the question.

    Args:
        encoder: gives the token vectors.
        subject: the question.
        reading: the reply as it is read.
        gate: how close a sentence must be to the question.
        is_reference: whether the criteria are pieces of a reference answer.
    """
    reply = reading.spans and prepare_reply(
        encoder, subject, reading.spans, reading.worth, gate, in_context=is_reference
    )
    if not reply:
        return None
    quotes = tuple(reading.quote(place) for place in reply.places)
    # People who score against a reference answer do not take points off, as a rule.
    errors = {} if is_reference else find_errors(subject, reply, quotes)
    # What is wrong speaks for nothing.
    right = [index not in errors for index in range(len(reply.spans))]
    reply = replace(reply, worth=reply.worth * np.array(right, dtype=np.float32))
    return Weighed(
        evidence=tuple(weigh_evidence(subject, reply)),
        quotes=quotes,
        errors=tuple(errors.values()),
    )
