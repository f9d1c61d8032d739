"""How a question looks in a channel."""

from __future__ import annotations

from typing import Final

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

_DIFFICULTIES: Final = {1: "Easy", 2: "Easy", 3: "Medium", 4: "Hard", 5: "Hard"}


def question_message(
    question: Question, occurrence: Occurrence, *, reads_replies: bool = True
) -> Message:
    """Return the question as it is posted, with its buttons.

    Args:
        question: the question.
        occurrence: the question in its channel.
        reads_replies: whether what people write below it can be read.
    """
    about = f"{question.role.title} · difficulty {question.difficulty} of 5"
    return Message(
        blocks=(
            Heading(question.title),
            *from_markdown(question.prompt),
            Context(line(f"{about} · {_how(occurrence, reads_replies=reads_replies)}")),
            Buttons(
                (
                    Button("Answer", Action(ActionKind.ANSWER, occurrence.id), ButtonStyle.PRIMARY),
                    Button("Hint", Action(ActionKind.HINT, occurrence.id)),
                    Button("Skip", Action(ActionKind.SKIP, occurrence.id)),
                    Button("Leaderboard", Action(ActionKind.LEADERBOARD)),
                )
            ),
        ),
        summary=f"Today's question for: {question.role.title}",
        tags=_tags(question),
    )


def _tags(question: Question) -> tuple[str, ...]:
    """Return what the question may be filed under, from what tells most."""
    return (
        question.role.title,
        question.role.value,
        f"Difficulty {question.difficulty}",
        _DIFFICULTIES[question.difficulty],
        question.kind.value,
        question.topic,
    )


def _how(occurrence: Occurrence, *, reads_replies: bool) -> str:
    if not reads_replies and occurrence.grades is not GradeMode.BLIND:
        return "Press Answer, or write to me directly: I'm not allowed to read replies here."
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
