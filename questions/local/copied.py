"""Whether a reply is the model answer pasted in."""

from __future__ import annotations

from typing import Final

from questions.local.visible import reveal
from questions.local.words import find_words

# Nobody writes the same six words in a row by chance often.
_RUN: Final = 6
_COPIED_SHARE: Final = 0.6


def is_copy(reply: str, model_answer: str) -> bool:
    """Return whether most six-word runs of ``reply`` stand in ``model_answer`` as well."""
    said, known = _runs(reveal(reply).text), _runs(model_answer)
    return bool(said) and len(said & known) >= _COPIED_SHARE * len(said)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = find_words(text)
    return {tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)}
