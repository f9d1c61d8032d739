"""Interviews to report on, built turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handlers.practice.record import (
    Level,
    Mode,
    PracticeSession,
    PracticeTurn,
    SessionState,
    TurnKind,
    TurnState,
    said_to,
)
from handlers.refs import ChannelRef, Platform, UserRef
from handlers.report.compose import Material
from handlers.report.content import Earlier
from questions.grading import FactualError, Grade, Judgement, assemble_grade
from questions.question import Question, Verdict
from questions.role import Role
from tests.factory import a_question
from tests.handlers.fakes import a_judgement

MET, PARTIAL, MISSED = Verdict.MET, Verdict.PARTIAL, Verdict.MISSED
BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
OPENING = (
    "At my last job I led the search team. First we measured recall, because nobody knew it. "
    "Then we rebuilt the index. So in the end search answered twice as many questions."
)
FIRST = (
    "I would look at the age of the queue first. Then I would compare the index with its source, "
    "because a stale index answers confidently. So I would fix what feeds the index."
)
SECOND = "I guess it is maybe the cache, or something. I think we could sort of clear it."
MORE = "An alert on the queue's age would have told us."


def a_session(**changes: object) -> PracticeSession:
    fresh = PracticeSession(
        id="5e5510",
        team_id="team",
        member_id="ada",
        user=UserRef(platform=Platform.SLACK, realm="T1", id="ada"),
        place=ChannelRef(platform=Platform.SLACK, workspace_id="T1", id="D-ada"),
        mode=Mode.REAL,
        role=Role.AI_ENGINEER,
        level=Level.SENIOR,
        length=2,
        created_at=BEGAN,
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(minutes=21),
        state=SessionState.COMPLETED,
        zone="Europe/Berlin",
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


class Interview:
    """Turns one after the other, each answered and judged as the real ones are."""

    def __init__(self) -> None:
        self.turns: list[PracticeTurn] = []
        self.questions: dict[str, Question] = {}

    def opening(self, answer: str) -> Interview:
        return self._add(TurnKind.OPENING, text="Tell me about a project of yours?", answer=answer)

    def question(
        self,
        id_: str,
        answer: str = "",
        *verdicts: Verdict,
        quote: str = "",
        error: str = "",
        state: TurnState = TurnState.GRADED,
        difficulty: int = 3,
        seconds: float | None = None,
    ) -> Interview:
        question = a_question(id_, difficulty=difficulty)
        question = question.model_copy(
            update={"topic": f"topic-{id_}", "skills": (f"skill {id_}",)}
        )
        self.questions[id_] = question
        self._add(
            TurnKind.QUESTION, text="Let us go on.", answer=answer, state=state, id_=id_,
            seconds=seconds,
        )  # fmt: skip
        return self._judge(verdicts, quote, error)

    def follow_up(
        self, answer: str, *verdicts: Verdict, quote: str = "", error: str = ""
    ) -> Interview:
        about = self.turns[-1].question_id
        self._add(TurnKind.FOLLOW_UP, text="And how would you know?", answer=answer, id_=about)
        return self._judge(verdicts, quote, error)

    def goodbye(self) -> Interview:
        return self._add(TurnKind.CLOSE, text="Thank you.", answer="", state=TurnState.HEARD)

    def _add(
        self,
        kind: TurnKind,
        *,
        text: str,
        answer: str,
        state: TurnState = TurnState.HEARD,
        id_: str | None = None,
        seconds: float | None = None,
    ) -> Interview:
        turn = PracticeTurn(
            session_id="5e5510",
            team_id="team",
            member_id="ada",
            number=len(self.turns) + 1,
            kind=kind,
            state=state,
            question_id=id_,
            question_version=None if id_ is None else 1,
            text=text,
            answer=answer,
            spoken_seconds=seconds,
        )
        self.turns.append(turn)
        return self

    def _judge(self, verdicts: Sequence[Verdict], quote: str, error: str) -> Interview:
        turn = self.turns[-1]
        if not verdicts or turn.question_id is None:
            return self
        question = self.questions[turn.question_id]
        said = said_to(self.turns, question.id, turn.number)
        judgement: Judgement = a_judgement(question, *verdicts, quote=quote or said[:60])
        if error:
            wrong = FactualError(quote=error, correction="It is the other way round.")
            judgement = judgement.model_copy(update={"errors": (wrong,)})
        grade = assemble_grade(question.rubric, judgement, said, grader="fake", is_estimate=False)
        assert isinstance(grade, Grade)
        self.turns[-1] = replace(turn, grade=grade, state=TurnState.GRADED)
        return self

    def material(
        self,
        *,
        session: PracticeSession | None = None,
        bank: Sequence[Question] = (),
        earlier: Sequence[Earlier] = (),
        answered: frozenset[str] = frozenset(),
    ) -> Material:
        return Material(
            name="Ada",
            session=session or a_session(),
            turns=self.turns,
            questions=self.questions,
            bank=[*self.questions.values(), *bank],
            earlier=earlier,
            answered=answered,
            now=BEGAN + timedelta(hours=1),
        )


def an_interview() -> Interview:
    """One question went well, one badly."""
    return (
        Interview()
        .opening(OPENING)
        .question("queue", FIRST, MET, MET, PARTIAL, MISSED, quote="a stale index answers")
        .follow_up(MORE, MET, MET, MET, MISSED, quote="An alert on the queue's age")
        .question("cache", SECOND, PARTIAL, MISSED, MISSED, MISSED, quote="maybe the cache")
        .goodbye()
    )
