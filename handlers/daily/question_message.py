"""How a question looks in a channel."""

from __future__ import annotations

from handlers.actions import Action, ActionKind
from handlers.markdown import from_markdown
from handlers.message import (
    Button,
    Buttons,
    ButtonStyle,
    Context,
    Heading,
    Message,
    line,
)
from handlers.records import GradeMode, Occurrence
from handlers.reveal.rule import format_reveal
from questions.question import Question


def question_message(question: Question, occurrence: Occurrence) -> Message:
    """Return the question as it is posted, with its buttons."""
    about = f"{question.role.title} · difficulty {question.difficulty} of 5"
    return Message(
        blocks=(
            Heading(question.title),
            *from_markdown(question.prompt),
            Context(line(f"{about} · {_how(occurrence)}")),
            Buttons(
                (
                    Button("Answer", Action(ActionKind.ANSWER, occurrence.id), ButtonStyle.PRIMARY),
                    Button("Leaderboard", Action(ActionKind.LEADERBOARD)),
                )
            ),
        ),
        summary=f"Today's question for: {question.role.title}",
    )


def _how(occurrence: Occurrence) -> str:
    match occurrence.grades:
        case GradeMode.OPEN:
            return "Reply to this message, or use the button."
        case GradeMode.PRIVATE:
            return "Reply to this message, or use the button; only you see your grade."
        case GradeMode.BLIND:
            return (
                "Use the button, or write to me directly: answers and grades stay hidden until "
                f"{format_reveal(occurrence)}."
            )
