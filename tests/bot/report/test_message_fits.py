"""The longest report is still one message on the platform with the least room."""

from __future__ import annotations

from dataclasses import replace

from bot.platforms.discord.render import render
from bot.platforms.slack.body import render_bodies
from handlers.practice.record import TurnKind
from handlers.report.compose import compose
from handlers.report.evidence import MAX_QUOTE
from handlers.report.message import report_message
from questions.grading import CriterionVerdict, Grade, Judgement, assemble_grade
from questions.packs import shipped_bank
from questions.question import Question, Verdict
from tests.handlers.report.session import OPENING, Interview

# One sentence that hedges and runs on, as long as a quote may be and longer.
WORDY = "I guess maybe " + "we would probably look at everything there is " * 12 + "at some point."


def longest_questions(count: int) -> list[Question]:
    def length(question: Question) -> int:
        return len(question.title) + max(len(c.text) for c in question.rubric.criteria)

    return sorted(shipped_bank(), key=length, reverse=True)[:count]


def worst_interview(questions: list[Question]) -> Interview:
    interview = Interview().opening(OPENING)
    for question in questions:
        interview.question(question.id, f"{WORDY} {OPENING}")
        interview.questions[question.id] = question
        half = len(question.rubric.ids) // 2
        verdicts = [Verdict.MET] * half + [Verdict.PARTIAL] * (len(question.rubric.ids) - half)
        judgement = Judgement(
            verdicts=tuple(
                CriterionVerdict(criterion_id=id_, verdict=verdict, quote=WORDY)
                for id_, verdict in zip(question.rubric.ids, verdicts, strict=True)
            )
        )
        turn = interview.turns[-1]
        assert turn.kind is TurnKind.QUESTION
        grade = assemble_grade(
            question.rubric, judgement, turn.answer, grader="fake", is_estimate=True
        )
        assert isinstance(grade, Grade)
        interview.turns[-1] = replace(turn, grade=grade)
    return interview


def test_eight_questions_of_the_longest_kind_fit_into_one_message() -> None:
    questions = longest_questions(8)
    content = compose(worst_interview(questions).material(bank=longest_questions(60)))
    summary = tuple(f"{n} " + "word " * 47 for n in range(4))
    message = report_message(content.model_copy(update={"summary": summary}), session_id="5e5510")
    assert max(len(c.evidence.quote) for c in content.claims) > MAX_QUOTE - 20

    embeds = render(message).embeds
    assert "Only you see this" in (embeds[-1].description or "")
    assert len(render_bodies(message)) == 1
