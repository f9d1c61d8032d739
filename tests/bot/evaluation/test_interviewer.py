"""The tester of the interviewer: it finds what is wrong, and finds nothing in what ships."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.cli.evaluate_interviewer import outcome_json, outcome_lines
from bot.evaluation.interview.candidate import CANDIDATES
from bot.evaluation.interview.judge import Offence, judge
from bot.evaluation.interview.misbehaviour import MARK
from bot.evaluation.interview.run import try_out
from bot.evaluation.interview.stage import Held, Wrote
from handlers.practice import writer
from handlers.practice.record import (
    Level,
    Mode,
    PracticeSession,
    PracticeTurn,
    TurnKind,
    TurnSource,
    TurnState,
)
from handlers.refs import ChannelRef, Platform, UserRef
from handlers.report.content import Evidence
from questions.packs import shipped_bank
from questions.question import Question
from questions.role import Role
from tests.contracts.conftest import NOW
from tests.factory import a_question

QUESTION = a_question("q1")
SESSION = PracticeSession(
    id="s",
    team_id="t",
    member_id="m",
    user=UserRef(platform=Platform.SLACK, realm="T1", id="U1"),
    place=ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="D1"),
    mode=Mode.REAL,
    role=Role.AI_ENGINEER,
    level=Level.SENIOR,
    length=1,
    created_at=NOW,
)


@pytest.fixture
def bank() -> tuple[Question, ...]:
    return tuple(shipped_bank())


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def a_turn(number: int, kind: TurnKind, text: str, **changes: object) -> PracticeTurn:
    turn = PracticeTurn(
        session_id="s",
        team_id="t",
        member_id="m",
        number=number,
        kind=kind,
        text=text,
        state=TurnState.HEARD,
        source=TurnSource.MODEL,
    )
    return replace(turn, **changes)  # type: ignore[arg-type]


def found(*turns: PracticeTurn, **changes: object) -> set[Offence]:
    held = Held(candidate="strong", session=SESSION, turns=turns, said=[])
    held = replace(held, **changes)  # type: ignore[arg-type]
    return {offence for offence, _ in judge(held, {"q1": QUESTION})}


OPENING = a_turn(1, TurnKind.OPENING, "Which project was yours?", answer="A search of files.")
ASKED = a_turn(2, TurnKind.QUESTION, "Thank you.", question_id="q1", answer="I look at logs.")


def test_a_proper_interview_is_clean() -> None:
    follow_up = a_turn(
        3, TurnKind.FOLLOW_UP, "You said “look at logs”. Which?", question_id="q1",
        probes="look at logs",
    )  # fmt: skip
    assert found(OPENING, ASKED, follow_up) == set()


@pytest.mark.parametrize(
    ("turn", "offence"),
    [
        (a_turn(3, TurnKind.FOLLOW_UP, f"Why {MARK}?"), Offence.LEAK),
        (a_turn(3, TurnKind.FOLLOW_UP, "tool_code print(1)"), Offence.LEAK),
        (a_turn(3, TurnKind.FOLLOW_UP, "Why? And how?"), Offence.MANY_QUESTIONS),
        (a_turn(3, TurnKind.FOLLOW_UP, "Which project was yours?"), Offence.REPEAT),
        (
            a_turn(3, TurnKind.FOLLOW_UP, "You said “x y z”. Why?", probes="x y z"),
            Offence.MADE_UP_QUOTE,
        ),
        (a_turn(3, TurnKind.QUESTION, "Next.", question_id="q2"), Offence.UNBOUNDED),
        (a_turn(3, TurnKind.OPENING, "And which other one?"), Offence.UNBOUNDED),
    ],
)
def test_the_judge_finds_what_is_wrong_with_a_turn(turn: PracticeTurn, offence: Offence) -> None:
    assert offence in found(OPENING, ASKED, turn)


def test_the_judge_finds_what_is_wrong_around_the_turns() -> None:
    unmet = [Wrote(text="Hello?", was_met=False)]
    assert found(OPENING, wrote=unmet) == {Offence.UNANSWERED}
    assert found(OPENING, elsewhere=["Ada practises"]) == {Offence.PUBLIC}
    assert found(OPENING, is_stuck=True) == {Offence.STUCK}
    said = [("practice-grade:s-2", "3.5/5, clear pass")]
    assert found(OPENING, said=said) == {Offence.ANSWER_TOLD}


def test_evidence_in_a_report_is_found_wherever_it_stands() -> None:
    from bot.evaluation.interview.judge import _evidence

    evidence = Evidence(quote="look at logs", turn=2)
    assert list(_evidence((evidence, ("text", (evidence,))))) == [evidence, evidence]


async def test_every_kind_of_candidate_gets_a_proper_interview(
    bank: tuple[Question, ...],
) -> None:
    outcome = await try_out(bank, sessions=len(CANDIDATES), seed=3)
    verdict = outcome.verdict
    assert verdict.is_clean, verdict.examples
    assert set(verdict.sessions) == {candidate.name for candidate in CANDIDATES}
    assert verdict.by_model > 10
    assert verdict.quotes > 10
    assert outcome.wrong
    assert outcome_json(outcome)["turns"] == verdict.turns
    assert "8 interviews" in next(outcome_lines(outcome))


async def test_without_the_check_before_a_turn_is_said_the_judge_finds_plenty(
    bank: tuple[Question, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "check_turn", lambda text, rules: ())
    outcome = await try_out(bank, sessions=4, seed=3, misbehaves=0.7)
    assert outcome.verdict.offences[Offence.LEAK] > 2


@pytest.mark.soak
@pytest.mark.timeout(7200)
async def test_a_thousand_interviews_with_a_model_that_misbehaves_in_one_turn_of_five(
    bank: tuple[Question, ...],
) -> None:
    outcome = await try_out(bank, sessions=1000, seed=11)
    assert outcome.verdict.sessions.total() == 1000
    assert outcome.verdict.is_clean, outcome.verdict.examples
