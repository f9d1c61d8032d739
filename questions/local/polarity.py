"""Which stretches of a text are denied by a negation."""

from __future__ import annotations

import re
from typing import Final

from questions.local.words import fold

_CUE: Final = re.compile(
    r"\b(?:not|never|no|none|nor|cannot|without|neither|nothing|hardly|avoid(?:s|ing)?|stop(?:s|ped)?"
    r"|refuse|skip(?:s|ping)?|instead of|rather than|fail(?:s|ed)? to|useless|pointless"
    r"|(?:do|does|did|is|are|was|were|have|has|had|ca|could|should|would|wo|must|need)n'?t)\b"
    r"(?!\s+(?:only|just|merely|necessarily|doubt|matter\s+(?:what|how|which)))"
)
# These deny the whole sentence they stand in.
_DENIAL: Final = re.compile(
    r"\b(?:(?:it is|it's|that is|that's|is|are)\s+(?:simply\s+)?"
    r"(?:false|wrong|untrue|incorrect|a myth)"
    r"|(?:not|isn't|never)\s+(?:true|correct|the case|right)\s+that|i\s+(?:disagree|doubt)"
    r"|no one should|nobody should|the opposite of)\b"
)
_CLAUSE_END: Final = re.compile(
    r"[,;:.!?…—–()]|\s-\s|\b(?:but|because|since|although|though|while|unless|until|if|when|so that"
    r"|then|otherwise|whereas|and then|as)\b"
)
_REACH_WORDS: Final = 9


def find_denied(text: str) -> list[tuple[int, int]]:
    """Return the stretches of ``text`` (one sentence) in the scope of a negation.

    A scope runs from the cue to the end of its clause, nine words at most. Positions count
    characters of ``text``, which folding leaves in place for everyday English.
    """
    folded = fold(text)
    if _DENIAL.search(folded):
        return [(0, len(text))]
    scopes = []
    for cue in _CUE.finditer(folded):
        stop = _CLAUSE_END.search(folded, cue.end())
        end = stop.start() if stop else len(folded)
        words = [m.end() for m in re.finditer(r"\S+", folded[cue.end() : end])]
        if len(words) > _REACH_WORDS:
            end = cue.end() + words[_REACH_WORDS - 1]
        scopes.append((cue.start(), end))
    return scopes


def is_denied(position: int, scopes: list[tuple[int, int]]) -> bool:
    """Whether a position lies in one of the scopes."""
    return any(start <= position < end for start, end in scopes)
