"""The course of an interview, whatever happens in it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from handlers.practice.flow import (
    GRACE,
    MAX_FOLLOW_UPS,
    MAX_REPLIES,
    PAUSE_AFTER,
    REMIND_AFTER,
    Ending,
    Past,
    Silence,
    awaits_answer,
    look_after,
    most_turns,
    next_kind,
    on_silence,
    time_box,
)
from handlers.practice.record import Mode, Phase, TurnKind

SOON = timedelta(minutes=1)
SCORES = st.none() | st.floats(min_value=0, max_value=5)


def answered(kind: TurnKind, score: float | None = 3.0, *, words: int = 60) -> Past:
    return Past(kind=kind, ending=Ending.ANSWERED, score=score, words=words)


def after(*past: Past, length: int = 2, can_ask: bool = True) -> TurnKind | None:
    return next_kind(past, length=length, can_ask=can_ask, took=SOON)


OPENING = answered(TurnKind.OPENING, None)
QUESTION = answered(TurnKind.QUESTION)
FOLLOW_UP = answered(TurnKind.FOLLOW_UP)


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        ((), TurnKind.OPENING),
        ((OPENING,), TurnKind.QUESTION),
        ((OPENING, QUESTION), TurnKind.FOLLOW_UP),
        ((OPENING, QUESTION, FOLLOW_UP), TurnKind.FOLLOW_UP),
        ((OPENING, QUESTION, FOLLOW_UP, FOLLOW_UP), TurnKind.QUESTION),
    ],
)
def test_an_answer_that_is_half_there_is_probed_twice(
    past: tuple[Past, ...], expected: TurnKind
) -> None:
    assert after(*past) is expected


@pytest.mark.parametrize(
    ("score", "words", "follow_ups"),
    [(4.8, 60, 0), (4.0, 60, 1), (2.0, 60, 2), (0.5, 60, 1), (0.5, 4, 0), (None, 60, 0)],
)
def test_how_often_is_probed_follows_from_the_score(
    score: float | None, words: int, follow_ups: int
) -> None:
    past = [OPENING, answered(TurnKind.QUESTION, score, words=words)]
    given_ = 0
    while after(*past) is TurnKind.FOLLOW_UP:
        past.append(answered(TurnKind.FOLLOW_UP, score, words=words))
        given_ += 1
    assert given_ == follow_ups


def test_a_skipped_or_silent_turn_is_not_probed() -> None:
    for ending in (Ending.SKIPPED, Ending.TIMED_OUT):
        skipped = Past(kind=TurnKind.QUESTION, ending=ending, score=3.0, words=60)
        assert after(OPENING, skipped) is TurnKind.QUESTION


def test_whoever_takes_long_is_not_probed_but_asked_on() -> None:
    kind = next_kind((OPENING, QUESTION), length=2, can_ask=True, took=timedelta(minutes=13))
    assert kind is TurnKind.QUESTION


def test_an_empty_bank_ends_the_questions() -> None:
    assert after(OPENING, can_ask=False) is TurnKind.INVITATION


def test_own_questions_are_answered_twice_and_then_it_ends() -> None:
    asks = Past(kind=TurnKind.INVITATION, ending=Ending.ANSWERED, words=5, asks=True)
    again = Past(kind=TurnKind.REPLY, ending=Ending.ANSWERED, words=5, asks=True)
    done = Past(kind=TurnKind.INVITATION, ending=Ending.ANSWERED, words=2, asks=False)
    assert after(OPENING, QUESTION, done) is TurnKind.CLOSE
    assert after(OPENING, QUESTION, asks) is TurnKind.REPLY
    assert after(OPENING, QUESTION, asks, again) is TurnKind.REPLY
    assert after(OPENING, QUESTION, asks, again, again) is TurnKind.CLOSE
    assert not awaits_answer(TurnKind.REPLY, MAX_REPLIES)
    assert not awaits_answer(TurnKind.CLOSE, 0)


class Interviews(RuleBasedStateMachine):
    """Any course of events, duplicates and silence included, keeps every bound."""

    @initialize(length=st.integers(1, 8), bank=st.integers(0, 10))
    def begin(self, length: int, bank: int) -> None:
        self.length, self.bank = length, bank
        self.past: list[Past] = []
        self.said: list[TurnKind] = []
        self.took = timedelta()
        self.speak()

    def speak(self) -> None:
        kind = next_kind(
            self.past, length=self.length, can_ask=self._asked() < self.bank, took=self.took
        )
        self.decided = (tuple(self.past), self._asked() < self.bank, self.took, kind)
        self.ended = kind is None
        if kind is None:
            return
        self.said.append(kind)
        replies = sum(each is TurnKind.REPLY for each in self.said)
        if not awaits_answer(kind, replies):
            self.past.append(Past(kind=kind, ending=Ending.ANSWERED))
            self.speak()

    def _asked(self) -> int:
        return sum(kind is TurnKind.QUESTION for kind in self.said)

    @precondition(lambda self: not self.ended)
    @rule(
        ending=st.sampled_from(Ending),
        score=SCORES,
        words=st.integers(0, 600),
        asks=st.booleans(),
        minutes=st.integers(0, 30),
    )
    def react(
        self, ending: Ending, score: float | None, words: int, asks: bool, minutes: int
    ) -> None:
        self.took += timedelta(minutes=minutes)
        self.past.append(
            Past(kind=self.said[-1], ending=ending, score=score, words=words, asks=asks)
        )
        self.speak()

    @rule()
    def decide_again(self) -> None:
        """A job that runs twice, or after a kill, decides the same."""
        past, can_ask, took, kind = self.decided
        assert next_kind(past, length=self.length, can_ask=can_ask, took=took) is kind

    @invariant()
    def bounds_hold(self) -> None:
        if not hasattr(self, "said"):
            return
        assert len(self.said) <= most_turns(self.length)
        phases = [phase for phase, _ in groupby(kind.phase for kind in self.said)]
        assert phases == sorted(set(phases), key=list(Phase).index)
        counts = Counter(self.said)
        assert counts[TurnKind.QUESTION] <= min(self.length, self.bank)
        assert counts[TurnKind.REPLY] <= MAX_REPLIES
        for kind, turns in groupby(self.said):
            if kind is TurnKind.FOLLOW_UP:
                assert len(list(turns)) <= MAX_FOLLOW_UPS

    def teardown(self) -> None:
        if not hasattr(self, "said"):
            return
        for _ in range(most_turns(self.length)):
            if self.ended:
                break
            self.react(Ending.ANSWERED, 2.0, 50, asks=True, minutes=0)
        assert self.ended
        assert self.said[-1] is TurnKind.CLOSE


TestInterviews = Interviews.TestCase


def test_in_real_mode_time_is_up_and_twice_in_a_row_pauses() -> None:
    box = time_box(TurnKind.QUESTION, Mode.REAL)
    assert box is not None
    silent = Past(kind=TurnKind.QUESTION, ending=Ending.TIMED_OUT)
    for past, silent_for, expected in (
        ((), box, Silence.WAIT),
        ((), box + GRACE, Silence.TIME_UP),
        ((OPENING, silent), box + GRACE, Silence.PAUSE),
        ((silent, OPENING), box + GRACE, Silence.TIME_UP),
    ):
        assert on_silence(past, silent_for=silent_for, box=box, reminded=False) is expected


def test_in_study_mode_one_reminder_comes_and_then_a_pause() -> None:
    assert time_box(TurnKind.QUESTION, Mode.STUDY) is None
    for silent_for, reminded, expected in (
        (REMIND_AFTER - SOON, False, Silence.WAIT),
        (REMIND_AFTER, False, Silence.REMIND),
        (REMIND_AFTER + SOON, True, Silence.WAIT),
        (PAUSE_AFTER, True, Silence.PAUSE),
    ):
        assert on_silence((), silent_for=silent_for, box=None, reminded=reminded) is expected


@given(st.booleans(), st.sampled_from([None, timedelta(minutes=5)]))
def test_looking_when_told_to_finds_something_to_do(reminded: bool, box: timedelta | None) -> None:
    silent_for = look_after(box, reminded=reminded)
    found = on_silence((), silent_for=silent_for, box=box, reminded=reminded)
    assert found is not Silence.WAIT
