"""The one line that says why a criterion got its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from questions.local.evidence import Evidence
from questions.question import Verdict

_MOST_WORDS: Final = 4
_MOSTLY_DENIED: Final = 0.4


def explain(verdict: Verdict, evidence: Evidence) -> str:
    """Return a line in words of the criterion: what was found, and what was missing."""
    found, lacking = _list(evidence.found), _list(evidence.lacking)
    if evidence.features.conflict >= _MOSTLY_DENIED and verdict is not Verdict.MET:
        return "Your answer seems to say the opposite of what this point asks for."
    match verdict:
        case Verdict.MET:
            return f"You cover this: {found}." if found else "You cover this."
        case Verdict.PARTIAL if found:
            return f"You touch on {found}, but I found little on {lacking}."
        case Verdict.PARTIAL:
            return f"You come near this; I found little on {lacking}."
        case Verdict.MISSED:
            return f"I found nothing on {lacking}." if lacking else "I found nothing on this."


def disclose(left_out: int) -> str:
    """Return the sentence that says how much of a long reply was not read."""
    return f"Your answer is very long, so {left_out:,} of its words were not read."


def _list(words: Sequence[str]) -> str:
    chosen = list(dict.fromkeys(words))[:_MOST_WORDS]
    if len(chosen) < 2:
        return "".join(chosen)
    return f"{', '.join(chosen[:-1])} and {chosen[-1]}"
