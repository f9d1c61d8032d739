"""The interviewer's own words, for where there is no model or none of its words would do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from handlers.practice.likeness import are_alike, told_share
from handlers.practice.record import PracticeSession
from questions.grading import find_quote

# A longer quote is no longer something that one says.
MAX_QUOTE: Final = 140
_FEWEST_SHARED: Final = 2
_LEAD_INS: Final = (
    "Thank you. Let's turn to something technical.",
    "Thank you. Here is the next one.",
    "Thanks, I have noted that. On to another topic.",
    "All right. Let's look at something else.",
    "Thank you. The next one is about something different.",
    "Noted, thank you. Let's go on.",
    "Thanks. Another one.",
    "Thank you. Here is the last part of the technical questions.",
)
_PROBES: Final = (
    "What would make that fail in production, and how would you notice?",
    "How would you convince a sceptical colleague of it, with numbers?",
    "Which assumption in it are you least sure of?",
    "What did you decide against when you chose that, and why?",
)
INVITATION: Final = (
    "That was my last question. Do you have a question for me about the job? I can answer up to "
    "two from what you gave me."
)
BARE_INVITATION: Final = (
    "That was my last question. Do you have one for me? I was given no description of the job, so "
    "there is little that I can tell, but asking well can be practised, too."
)
ONE_MORE: Final = "Is there one more thing that you would like to know?"
UNKNOWN: Final = (
    "I don't know that: it doesn't stand in what I was given about the job. Keep it for the real "
    "interview."
)
NO_BACKGROUND: Final = (
    "I don't know that: I was given no description of the job. Keep it for the real interview."
)
UNKNOWN_AGAIN: Final = "That I don't know, either. Both are worth asking in the real interview."
CLOSE: Final = "That was the interview. Thank you for your time and for your answers."


def opening(session: PracticeSession) -> str:
    """Return the question that an interview begins with."""
    return (
        f"Let's begin with you. Which project of yours comes closest to the work of "
        f"{_article(session.role.title)}, what was your own part in it, and what came of it?"
    )


def lead_in(number: int) -> str:
    """Return what leads over to a technical question.

    Args:
        number: which of the technical questions it is, from 1.
    """
    return _LEAD_INS[(number - 1) % (len(_LEAD_INS) - 1)]


def bank_follow_up(follow_ups: Sequence[str], asked: Sequence[str]) -> str | None:
    """Return the bank's next follow-up that asks nothing again; ``None`` where there is none."""
    for follow_up in follow_ups:
        if not any(are_alike(follow_up, earlier) for earlier in asked):
            return follow_up
    return None


def probe(answer: str, asked: Sequence[str]) -> tuple[str, str]:
    """Return a follow-up that would fit any answer, and the words of the answer it quotes."""
    quote = short_quote(_longest_sentence(answer), answer) or ""
    for text in _PROBES:
        if not any(text in earlier for earlier in asked):
            return quoting(quote, text), quote
    return quoting(quote, _PROBES[0]), quote


def quoting(quote: str, text: str) -> str:
    """Return a follow-up that begins with the words that it asks about."""
    return f"You said “{quote}”. {text}" if quote and quote not in text else text


def short_quote(words: str, text: str) -> str | None:
    """Return the stretch of ``text`` that ``words`` repeat, cut to its beginning where it is long.

    ``None`` where the words do not stand there.
    """
    found = find_quote(words, text)
    if found is None:
        return None
    line = found.splitlines()[0].strip()
    if len(line) > MAX_QUOTE:
        line = line[:MAX_QUOTE].rsplit(maxsplit=1)[0]
    line = line.strip().strip('“”"')
    return line if any(ch.isalnum() for ch in line) else None


def find_in_background(question: str, background: str) -> str | None:
    """Return the sentence of a job description that speaks of what was asked, or ``None``.

    It goes by words: at least `_FEWEST_SHARED` telling words of the question must stand in it.
    """
    sentences = [s.strip() for s in re.split(r"(?<=[.!?])\s+|\n+", background) if s.strip()]
    scored = [(told_share(sentence, question, ())[0], sentence) for sentence in sentences]
    count, best = max(scored, key=lambda pair: pair[0], default=(0, ""))
    return best if count >= _FEWEST_SHARED else None


def reply(quote: str | None, *, has_background: bool, was_unknown: bool, invites: bool) -> str:
    """Return the answer to a question of the person's own.

    Args:
        quote: the words of the background that answer it; ``None`` where none do.
        has_background: whether there is a background.
        was_unknown: whether the question before was not answered, either.
        invites: whether one more question is welcome.
    """
    if quote is not None:
        said = f"What you gave me says: “{quote}”."
    elif was_unknown:
        said = UNKNOWN_AGAIN
    else:
        said = UNKNOWN if has_background else NO_BACKGROUND
    return f"{said} {ONE_MORE}" if invites else said


def _longest_sentence(text: str) -> str:
    return max(re.split(r"(?<=[.!?])\s+|\n+", text), key=len, default="")


def _article(title: str) -> str:
    return f"{'an' if title[:1] in 'AEIOMN' and title[:2] in _AN else 'a'} {title}"


# Titles begin with initials: "an ML engineer", "an NLP engineer", but "a software engineer".
_AN: Final = frozenset({"AI", "ML", "NL"})
