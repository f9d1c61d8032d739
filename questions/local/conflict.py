"""Sentences of a reply that say the opposite of what is known, or a known mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from questions.grading import FactualError
from questions.local.claim import Claim
from questions.local.opposites import has_opposite
from questions.local.polarity import find_denied, is_denied
from questions.local.prepare import Reply
from questions.local.subject import Subject
from questions.local.words import WORD, find_words, fold, is_content, stem

# The stems of a sentence, each with whether it is denied.
_Reading: TypeAlias = Mapping[str, bool]

# Cosines from which on two sentences are about the very same thing. Of two hundred replies in
# people's own words none came this close to a mistake, and one in seventy to a denied statement.
_SAME_MISTAKE: Final = 0.82
_SAME_STATEMENT: Final = 0.85
# From this share of common words on, 0 to 1, two sentences differ in little but a negation.
_SAME_WORDS: Final = 0.8
_FEWEST_SHARED: Final = 3
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
    readings = [_readings(claim) for claim in reply.claims]
    for index, claim in enumerate(reply.claims):
        if len(find_words(claim.text)) < _FEWEST_WORDS:
            continue
        why = (
            _mistake(subject, reply, index)
            or _contradiction(subject, reply, index)
            or _self_contradiction(reply, readings, index)
        )
        if why is not None:
            errors[index] = FactualError(quote=quotes[index], correction=why)
        if len(errors) == _MOST:
            break
    return errors


def _mistake(subject: Subject, reply: Reply, index: int) -> str | None:
    claim = reply.claims[index]
    if not subject.mistakes or _denies(claim.lead):
        return None
    closeness = subject.mistake_meanings @ reply.claimed[index]
    nearest = int(closeness.argmax())
    mistake = subject.mistakes[nearest]
    # Who denies a mistake warns of it, unless the mistake itself is to leave something out.
    if closeness[nearest] < _SAME_MISTAKE or (_denies(claim.text) and not _denies(mistake)):
        return None
    return f"This is a common mistake here: {_clause(mistake)}."


def _contradiction(subject: Subject, reply: Reply, index: int) -> str | None:
    claim = reply.claims[index]
    closeness = subject.statement_meanings @ reply.claimed[index]
    nearest = int(closeness.argmax())
    statement = subject.statements[nearest]
    if closeness[nearest] >= _SAME_STATEMENT and _is_opposed(claim, statement):
        return f"The opposite is right: {_clause(statement)}."
    return None


def _self_contradiction(
    reply: Reply, readings: Sequence[Sequence[_Reading]], index: int
) -> str | None:
    """Return what else the reply says of the same: of the two one is wrong.

    The one that denies counts as wrong, or else the later one.
    """
    claim = reply.claims[index]
    alike = reply.claimed @ reply.claimed[index]
    for other, elsewhere in enumerate(reply.claims):
        if other == index or len(find_words(elsewhere.text)) < _FEWEST_WORDS:
            continue
        only_this_denies = _is_denial(claim) and not _is_denial(elsewhere)
        is_like = only_this_denies and alike[other] >= _SAME_STATEMENT
        may_turn = only_this_denies or other < index
        if is_like or (may_turn and _turns(readings[index], readings[other])):
            return f"You say the opposite as well: {_clause(elsewhere.text)}."
    return None


def _is_opposed(said: Claim, known: str) -> bool:
    # Not the reverse: a "not" that is missing may only be mistyped.
    return (_is_denial(said) and not _denies(known)) or has_opposite(said.text, known)


def _readings(claim: Claim) -> list[_Reading]:
    """Return a claim's words without and with what announces it, each with whether denied."""
    texts = [claim.text, claim.whole] if claim.lead else [claim.text]
    return [_by_denial(text) for text in texts]


def _turns(said: Sequence[_Reading], elsewhere: Sequence[_Reading]) -> bool:
    """Whether two sentences of nearly the same words deny different ones of them."""
    return any(_deny_differently(mine, theirs) for mine in said for theirs in elsewhere)


def _deny_differently(mine: _Reading, theirs: _Reading) -> bool:
    both = mine.keys() & theirs.keys()
    if len(both) < max(_SAME_WORDS * len(mine.keys() | theirs.keys()), _FEWEST_SHARED):
        return False
    return any(mine[word] != theirs[word] for word in both)


def _by_denial(sentence: str) -> _Reading:
    """Return the stems of a sentence's words, each with whether it is denied."""
    scopes = find_denied(sentence)
    return {
        stem(word): is_denied(match.start(), scopes)
        for match in WORD.finditer(fold(sentence))
        if is_content(word := match.group())
    }


def _is_denial(claim: Claim) -> bool:
    return _denies(claim.text) or _denies(claim.lead)


def _denies(sentence: str) -> bool:
    return bool(find_denied(sentence))


def _clause(sentence: str) -> str:
    plain = " ".join(sentence.split()).rstrip(" .;:!")
    return f"{plain[0].lower()}{plain[1:]}" if plain[1:2].islower() else plain
