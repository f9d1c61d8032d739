"""Which messages in a thread are answers, and which are talk."""

from __future__ import annotations

from typing import Final

# After somebody's first answer, a shorter message in the thread is taken for conversation.
TALK_WORDS: Final = 12


def is_talk(text: str, *, has_answered: bool) -> bool:
    """Return whether a message in a question's thread is conversation rather than an answer.

    A member's first message is their answer, whatever it is. After that, only one long enough to
    be a second attempt is graded: "thanks, that helps!" is not.

    Args:
        text: the message.
        has_answered: whether its author has an answer to the question already.
    """
    return has_answered and len(text.split()) < TALK_WORDS
