"""What is kept of a model's summary: sentences that say nothing beyond the report itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.report.content import Claim, Content
from handlers.wording import counted
from questions.grading import QuoteFinder
from questions.local.words import content_words, stem

_FEWEST: Final = 2
_MOST: Final = 4
_LONGEST: Final = 240
# The share of a sentence's word stems that must stand in the report.
_KNOWN: Final = 0.75
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")
_QUOTED: Final = re.compile(r"[“\"]([^”\"]{3,})[”\"]")
# Anything that is no plain prose: code, markup, placeholders, a call to a tool, an address.
_STRANGE: Final = re.compile(
    r"[`{}\[\]<>|*#_]|https?:|\b(?:tool|function)_?calls?\b", re.IGNORECASE
)
# The recommendation is code's, and stands beside the summary.
_VERDICTS: Final = re.compile(
    r"\b(?:strong yes|not yet|recommend\w*|hir(?:e|ed|ing)|reject\w*|ready|(?:un)?suitable|"
    r"next round)\b",
    re.IGNORECASE,
)
_AN_AI: Final = re.compile(r"\bas an? (?:ai|language model|assistant)\b", re.IGNORECASE)
_GLUE: Final = (
    "answer answers question questions interview session show shows shown showed score scores "
    "average strength strengths strongest gap gaps point points clear clearly mainly overall good "
    "well best next practise work explained explain said speak mention mentioned however where "
    "level role one two three four five six seven eight first second candidate"
)


def believable(sentences: Sequence[str], content: Content) -> tuple[str, ...]:
    """Return the sentences that a report bears out, or none where too few are left.

    A sentence stays if its figures stand in the report, what it quotes is quoted there, it
    speaks no verdict of its own, three quarters of its words are the report's, and it is plain
    prose of at most 240 characters.

    Args:
        sentences: what a model said.
        content: the report, as code put it together.
    """
    facts = facts_of(content)
    known = {stem(word) for word in content_words(f"{facts} {_GLUE}")}
    figures = set(_NUMBER.findall(facts))
    quotes = QuoteFinder("\n".join(claim.evidence.quote for claim in content.claims))
    kept = [
        " ".join(sentence.split())
        for sentence in sentences
        if _is_plain(sentence)
        and set(_NUMBER.findall(sentence)) <= figures
        and all(quotes.find(quoted) for quoted in _QUOTED.findall(sentence))
        and _VERDICTS.search(sentence) is None
        and _is_known(sentence, known)
    ]
    unique = list(dict.fromkeys(kept))[:_MOST]
    return tuple(unique) if len(unique) >= _FEWEST else ()


def facts_of(content: Content) -> str:
    """Return what a report says, one statement a line."""
    parts = [
        *content.suitability,
        f"{content.role}, {content.level}",
        f"{counted(len(content.questions), 'question')} in {counted(content.minutes, 'minute')}",
        *(
            f"{result.title}: {result.standing.value}"
            + ("" if result.score is None else f", {result.score:.1f}")
            for result in content.questions
        ),
        *(f"Strength: {_claim(claim)}" for claim in content.strengths),
        *(f"Gap: {_claim(claim)}" for claim in content.not_shown),
        *(f"Communication: {_claim(claim)}" for claim in content.communication.remarks),
        *(f"{m.name} {m.value} {m.aim}" for m in content.communication.measures),
        *(f"Not asked: {gap.topic}" for gap in content.not_asked),
        *(f"Practise next: {item.title}, {item.why}" for item in content.practise),
    ]
    return "\n".join(parts)


def _claim(claim: Claim) -> str:
    return f"{claim.text} “{claim.evidence.quote}”"


def _is_plain(sentence: str) -> bool:
    text = sentence.strip()
    strange = _STRANGE.search(text) or _AN_AI.search(text)
    return bool(text) and len(text) <= _LONGEST and strange is None


def _is_known(sentence: str, known: set[str]) -> bool:
    stems = [stem(word) for word in content_words(sentence)]
    if not stems:
        return False
    return sum(word in known for word in stems) >= _KNOWN * len(stems)
