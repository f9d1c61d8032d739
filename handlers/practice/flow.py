"""The course of an interview: what comes next is decided here, from what was, and by nobody else.

Every session ends within `most_turns`: each phase comes once, each question has at most
`MAX_FOLLOW_UPS` follow-ups, and a person's own questions get at most `MAX_REPLIES` replies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, StrEnum, auto
from itertools import takewhile
from typing import Final

from handlers.practice.record import Mode, TurnKind

MAX_FOLLOW_UPS: Final = 2
MAX_REPLIES: Final = 2
# An interviewer probes what is half there: the whole needs no probing, next to nothing one try.
_WHOLE: Final = 4.5
_NEARLY: Final = 3.5
_LITTLE: Final = 1.5
# Fewer words, in an answer that earned little, are a "don't know" that nobody should be held to.
_FEW_WORDS: Final = 8
# What a question with its follow-ups may take before follow-ups are left out, on average.
_PACE: Final = timedelta(minutes=12)
# Time boxes of the real mode: five minutes of typing are about three of speaking.
_BOXES: Final = {
    TurnKind.OPENING: timedelta(minutes=6),
    TurnKind.QUESTION: timedelta(minutes=9),
    TurnKind.FOLLOW_UP: timedelta(minutes=5),
    TurnKind.INVITATION: timedelta(minutes=4),
    TurnKind.REPLY: timedelta(minutes=4),
}
# Whoever writes in the last second must not be cut off by the clock's coarseness.
GRACE: Final = timedelta(seconds=30)
REMIND_AFTER: Final = timedelta(minutes=20)
PAUSE_AFTER: Final = timedelta(minutes=40)
# Nobody is asked on and on who is not there.
_MAX_SILENCES: Final = 2


class Ending(StrEnum):
    """How a turn ended."""

    ANSWERED = "answered"
    SKIPPED = "skipped"
    TIMED_OUT = "timed-out"


@dataclass(frozen=True, kw_only=True)
class Past:
    """A finished turn, as far as what comes next depends on it.

    Attributes:
        score: what was said to the question until then, 0 to 5; ``None`` without a grade.
        words: how many words the answer had.
        asks: whether the answer is a question of the person's own.
    """

    kind: TurnKind
    ending: Ending
    score: float | None = None
    words: int = 0
    asks: bool = False


def most_turns(length: int) -> int:
    """Return the most turns that a session with ``length`` questions can have."""
    return 1 + length * (1 + MAX_FOLLOW_UPS) + 1 + MAX_REPLIES + 1


def next_kind(
    past: Sequence[Past], *, length: int, can_ask: bool, took: timedelta
) -> TurnKind | None:
    """Return what the interviewer does next; ``None`` after the close.

    Args:
        past: the finished turns, in order.
        length: technical questions, as agreed.
        can_ask: whether the bank has a question that was not asked yet.
        took: time since the first turn.
    """
    if not past:
        return TurnKind.OPENING
    match past[-1].kind:
        case TurnKind.OPENING:
            return _technical(past, length=length, can_ask=can_ask)
        case TurnKind.QUESTION | TurnKind.FOLLOW_UP if _wants_follow_up(past, took=took):
            return TurnKind.FOLLOW_UP
        case TurnKind.QUESTION | TurnKind.FOLLOW_UP:
            return _technical(past, length=length, can_ask=can_ask)
        case TurnKind.INVITATION | TurnKind.REPLY:
            return TurnKind.REPLY if _wants_reply(past) else TurnKind.CLOSE
        case TurnKind.CLOSE:
            return None


def awaits_answer(kind: TurnKind, replies: int) -> bool:
    """Return whether somebody is to answer a turn.

    Args:
        kind: what the interviewer does.
        replies: which of the replies it is, from 1; the last one asks for nothing.
    """
    return kind is not TurnKind.CLOSE and not (kind is TurnKind.REPLY and replies >= MAX_REPLIES)


def time_box(kind: TurnKind, mode: Mode) -> timedelta | None:
    """Return the time that an answer may take; ``None`` where it may take any."""
    return _BOXES.get(kind) if mode is Mode.REAL else None


class Silence(Enum):
    """What is done about somebody's silence."""

    WAIT = auto()
    REMIND = auto()
    TIME_UP = auto()
    PAUSE = auto()


def on_silence(
    past: Sequence[Past], *, silent_for: timedelta, box: timedelta | None, reminded: bool
) -> Silence:
    """Return what is done about a turn that nobody has answered yet.

    Args:
        past: the turns before it.
        silent_for: time since it was asked, without pauses.
        box: its time box; ``None`` where there is none.
        reminded: whether a reminder was sent.
    """
    if box is not None:
        if silent_for < box + GRACE:
            return Silence.WAIT
        silences = sum(1 for _ in takewhile(_was_silent, reversed(past))) + 1
        return Silence.PAUSE if silences >= _MAX_SILENCES else Silence.TIME_UP
    if silent_for >= PAUSE_AFTER and reminded:
        return Silence.PAUSE
    return Silence.REMIND if silent_for >= REMIND_AFTER and not reminded else Silence.WAIT


def look_after(box: timedelta | None, *, reminded: bool) -> timedelta:
    """Return how long after a turn was asked its silence has to be looked at."""
    if box is not None:
        return box + GRACE
    return PAUSE_AFTER if reminded else REMIND_AFTER


def _was_silent(turn: Past) -> bool:
    return turn.ending is Ending.TIMED_OUT


def _technical(past: Sequence[Past], *, length: int, can_ask: bool) -> TurnKind:
    asked = sum(turn.kind is TurnKind.QUESTION for turn in past)
    return TurnKind.QUESTION if asked < length and can_ask else TurnKind.INVITATION


def _wants_follow_up(past: Sequence[Past], *, took: timedelta) -> bool:
    last = past[-1]
    if last.ending is not Ending.ANSWERED or last.score is None:
        return False
    asked = sum(turn.kind is TurnKind.QUESTION for turn in past)
    if took > asked * _PACE:
        return False
    given = 0
    for turn in reversed(past):
        if turn.kind is not TurnKind.FOLLOW_UP:
            break
        given += 1
    return given < _follow_ups_for(last)


def _follow_ups_for(answer: Past) -> int:
    score = 0.0 if answer.score is None else answer.score
    if score >= _WHOLE:
        return 0
    if score >= _NEARLY:
        return 1
    if score >= _LITTLE:
        return MAX_FOLLOW_UPS
    return 0 if answer.words < _FEW_WORDS else 1


def _wants_reply(past: Sequence[Past]) -> bool:
    given = sum(turn.kind is TurnKind.REPLY for turn in past)
    return past[-1].ending is Ending.ANSWERED and past[-1].asks and given < MAX_REPLIES
