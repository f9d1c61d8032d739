"""What somebody means who writes in a session: an answer, a word to steer by, a question back."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Control(StrEnum):
    """What can be asked for in a session, by a button or by a word of its own."""

    HINT = "hint"
    SKIP = "skip"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    QUIT = "quit"


_WORDS: Final[dict[str, Control]] = {
    **{control.value: control for control in Control},
    "a hint": Control.HINT,
    "hint please": Control.HINT,
    "give me a hint": Control.HINT,
    "pass": Control.SKIP,
    "next": Control.SKIP,
    "next question": Control.SKIP,
    "skip this": Control.SKIP,
    "skip it": Control.SKIP,
    "break": Control.PAUSE,
    "continue": Control.RESUME,
    "go on": Control.RESUME,
    "start over": Control.RESTART,
    "stop": Control.QUIT,
    "exit": Control.QUIT,
    "end": Control.QUIT,
}
_NO_QUESTION: Final = re.compile(
    r"^\W*(?:(?:no|nope|none|nothing|nah|that'?s all|that is all|i'?m (?:good|fine|done)|all good|"
    r"not (?:really|now|at the moment))\b|i (?:don'?t|do not|have no|haven'?t any)\b)",
    re.IGNORECASE,
)
_ASKING: Final = re.compile(
    r"\b(?:what|how|why|when|where|who|which|is|are|do|does|did|can|could|will|would|should|may|"
    r"tell me|i(?:'d| would) like to know|i wonder|curious)\b",
    re.IGNORECASE,
)
_ABOUT_THE_QUESTION: Final = re.compile(
    r"\b(?:do you mean|what do you mean|you mean|can you (?:repeat|clarify|explain|rephrase)|"
    r"could you (?:repeat|clarify|explain|rephrase)|can i assume|may i assume|should i assume|"
    r"do i (?:have to|need to)|am i (?:allowed|supposed)|are you asking|is it ok(?:ay)? if)\b",
    re.IGNORECASE,
)
# A question back is short; a long text that ends with a question mark is an answer.
_QUESTION_BACK_WORDS: Final = 30


def read_control(text: str) -> Control | None:
    """Return what a message asks for that is nothing but a word to steer by; else ``None``."""
    plain = re.sub(r"[^\w' ]+", " ", text.casefold().replace("’", "'"))
    return _WORDS.get(" ".join(plain.split()))


def has_own_question(text: str) -> bool:
    """Return whether an invitation to ask was met with a question.

    "No, thanks" has none, even when it goes on; a sentence with a question mark, or one that
    asks without, has one.
    """
    if "?" in text or "？" in text:
        return True
    if _NO_QUESTION.search(text):
        return False
    return _ASKING.search(text) is not None


def asks_back(text: str) -> bool:
    """Return whether an answer is a short question about the question itself."""
    plain = text.strip()
    return (
        plain.endswith(("?", "？"))
        and len(plain.split()) <= _QUESTION_BACK_WORDS
        and _ABOUT_THE_QUESTION.search(plain) is not None
    )


def word_count(text: str) -> int:
    """Return how many words a text has."""
    return len(text.split())
