"""What becomes of an edit: pure rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from handlers.records import Answer, AnswerState

# Shorter words differ by a letter in earnest: "can", "cat".
_SPELT_OUT: Final = 6


class EditFate(Enum):
    """What to do about an edit.

    `REPLACE`: its grading has not begun, so the new text is what is graded. `WAIT`: the first
    text is being graded; the new one comes after it. `REGRADE`: grade it again. `REFUSE`: the
    grade stands, and the author is told so.
    """

    IGNORE = auto()
    REPLACE = auto()
    WAIT = auto()
    REGRADE = auto()
    REFUSE = auto()


def fate_of(
    answer: Answer, text: str, edited_at: datetime, *, window: timedelta, is_final: bool
) -> EditFate:
    """Return what to do about an edit of an answer's message.

    Args:
        answer: the answer as it is stored.
        text: what the message says now.
        edited_at: when it was edited.
        window: how long after the answer an edit of it is still graded.
        is_final: whether the grade must stand: it was appealed against, or the model answer is
            known.
    """
    newest = answer.text if answer.waiting_text is None else answer.waiting_text
    is_overtaken = answer.edited_at is not None and edited_at < answer.edited_at
    if answer.state is AnswerState.WITHDRAWN or is_overtaken or text == newest:
        return EditFate.IGNORE
    if answer.state is AnswerState.PENDING and not answer.begun and not is_final:
        return EditFate.REPLACE
    if is_same(newest, text):
        return EditFate.IGNORE
    if is_final or answer.round > 1 or edited_at - answer.created_at > window:
        return EditFate.REFUSE
    return EditFate.WAIT if answer.state is AnswerState.PENDING else EditFate.REGRADE


def is_same(before: str, after: str) -> bool:
    """Return whether two texts say the same but for case, punctuation and slips of the pen.

    A slip is two letters of a longer word that changed places, or one letter too many or too
    few inside it. Another letter is another word: "micro" is not "macro".
    """
    old, new = _words(before), _words(after)
    return len(old) == len(new) and all(map(_is_same_word, old, new))


def _words(text: str) -> list[str]:
    words = ("".join(ch for ch in word if ch.isalnum() or ch in "+-%<>=") for word in text.split())
    return [word.strip("-").casefold() for word in words if word.strip("-")]


def _is_same_word(before: str, after: str) -> bool:
    if before == after:
        return True
    short, long = sorted((before, after), key=len)
    if len(short) < _SPELT_OUT or not (short + long).isalpha():
        return False
    # The ends carry meaning: "un-", "-less", plurals and tenses.
    if short[0] != long[0] or short[-1] != long[-1]:
        return False
    if len(short) == len(long):
        return _is_swapped(short, long)
    return len(long) == len(short) + 1 and any(
        long[:at] + long[at + 1 :] == short for at in range(len(long))
    )


def _is_swapped(before: str, after: str) -> bool:
    differing = [at for at, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    if len(differing) != 2 or differing[1] != differing[0] + 1:
        return False
    first, second = differing
    return before[first] == after[second] and before[second] == after[first]
