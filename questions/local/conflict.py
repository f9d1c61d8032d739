"""Sentences of a reply that say the opposite of what is known, or a known mistake."""

from __future__ import annotations

from typing import Final

import numpy as np

from questions.grading import FactualError
from questions.local.opposites import has_opposite
from questions.local.polarity import find_denied
from questions.local.prepare import Reply, Subject
from questions.local.words import find_words

# Cosines from which on two sentences are about the very same thing. Of two hundred replies in
# people's own words none came this close to a mistake, and one in seventy to a denied statement.
_SAME_MISTAKE: Final = 0.82
_SAME_STATEMENT: Final = 0.85
# A shorter sentence is too easily close to another.
_FEWEST_WORDS: Final = 4
# Each costs points, so only the clearest are told.
_MOST: Final = 3


def find_errors(subject: Subject, reply: Reply, quotes: tuple[str, ...]) -> dict[int, FactualError]:
    """Return what the reply gets wrong by sentence, at most three, in the reply's order.

    Args:
        subject: the question, with what is known to be right and what people get wrong.
        reply: the prepared reply.
        quotes: (sentences,) each sentence exactly as it stands in the reply.
    """
    errors: dict[int, FactualError] = {}
    for index, span in enumerate(reply.spans):
        if len(find_words(span.text)) < _FEWEST_WORDS:
            continue
        why = _mistake(subject, reply, index) or _contradiction(subject, reply, index)
        if why is not None:
            errors[index] = FactualError(quote=quotes[index], correction=why)
        if len(errors) == _MOST:
            break
    return errors


def _mistake(subject: Subject, reply: Reply, index: int) -> str | None:
    if not subject.mistakes or _denies(reply.spans[index].text):
        return None
    closeness = subject.mistake_meanings @ reply.alone[index]
    nearest = int(closeness.argmax())
    if closeness[nearest] < _SAME_MISTAKE:
        return None
    return f"This is a common mistake here: {_clause(subject.mistakes[nearest])}."


def _contradiction(subject: Subject, reply: Reply, index: int) -> str | None:
    said = reply.spans[index].text
    closeness = subject.statement_meanings @ reply.alone[index]
    nearest = int(closeness.argmax())
    statement = subject.statements[nearest]
    if closeness[nearest] >= _SAME_STATEMENT and _is_opposed(said, statement):
        return f"The opposite is right: {_clause(statement)}."
    # A denial of what the same reply says elsewhere: one of the two is wrong.
    if not _denies(said):
        return None
    alike = reply.alone @ reply.alone[index]
    for other in np.flatnonzero(alike >= _SAME_STATEMENT):
        elsewhere = reply.spans[other].text
        if not _denies(elsewhere) and len(find_words(elsewhere)) >= _FEWEST_WORDS:
            return f"You say the opposite as well: {_clause(elsewhere)}."
    return None


def _is_opposed(said: str, known: str) -> bool:
    # Not the reverse: a "not" that is missing may only be mistyped.
    return (_denies(said) and not _denies(known)) or has_opposite(said, known)


def _denies(sentence: str) -> bool:
    return bool(find_denied(sentence))


def _clause(sentence: str) -> str:
    plain = " ".join(sentence.split()).rstrip(" .;:!")
    return f"{plain[0].lower()}{plain[1:]}" if plain[1:2].islower() else plain
