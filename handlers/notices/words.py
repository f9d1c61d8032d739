"""What notices say."""

from __future__ import annotations

from handlers.actions import Action, ActionKind
from handlers.answers.audience import is_closed
from handlers.daily.timetable import format_days
from handlers.message import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Context,
    Message,
    Text,
    bold,
    code,
    line,
)
from handlers.records import Answer, ChannelSettings, Occurrence, Schedule
from handlers.reveal.rule import format_reveal
from questions.question import Question


def where(question: Question, link: str) -> Block:
    """Return the line that leads back to a question; ``link`` may be empty."""
    return Context(line(f"The question: {question.title}. {link}".rstrip()))


def blind_notice(occurrence: Occurrence, question: Question, *, link: str) -> Message:
    """Return what somebody is told who answered a blind question in its thread."""
    return Message(
        blocks=(
            Text(
                line(
                    "Answers to ",
                    bold(question.title),
                    " stay hidden until ",
                    format_reveal(occurrence),
                    ", so I don't grade what stands in its thread. Press the button, or write "
                    "your answer to me here.",
                )
            ),
            Buttons(
                (Button("Answer", Action(ActionKind.ANSWER, occurrence.id), ButtonStyle.PRIMARY),)
            ),
            where(question, link),
        ),
    )


def edit_notice(
    answer: Answer,
    occurrence: Occurrence,
    settings: ChannelSettings | None,
    question: Question,
    *,
    link: str,
) -> Message:
    """Return why an edit was not graded."""
    minutes = (settings or ChannelSettings(team_id="", channel=occurrence.channel)).edit_minutes
    if is_closed(occurrence):
        why = "the question was revealed before you did"
    elif answer.round > 1:
        why = "I grade an edited answer once more, and I did that already"
    elif minutes == 0:
        why = "this channel grades answers as they were sent"
    else:
        why = f"I grade edits up to {minutes} minutes after an answer, and none once it is appealed"
    return Message(
        blocks=(
            Text(line(f"You edited your answer, but its grade stays as it is: {why}.")),
            Context(line("To answer once more, use ", code("/prep answer"), ".")),
            where(question, link),
        ),
    )


def no_thread_notice(occurrence: Occurrence, question: Question, *, link: str) -> Message:
    """Return that a question stands without the thread that it should have."""
    return Message(
        blocks=(
            Text(
                line(
                    bold(question.title),
                    f" stands without a thread: {occurrence.reason or 'it could not be started'}. "
                    "People can answer with its button.",
                )
            ),
            Context(line("I tell you once; the next question tries again.")),
            where(question, link),
        ),
    )


def waiting_notice(schedule: Schedule) -> Message:
    """Return that a schedule is still paused after the bot was added again."""
    return Message(
        blocks=(
            Text(
                line(
                    "I'm back in your server. The daily question that you set up there, ",
                    bold(f"{schedule.at:%H:%M}, {format_days(schedule.weekdays)}"),
                    f" ({schedule.zone}), is still paused. To have it again, use ",
                    code("/prep schedule resume"),
                    " in its channel.",
                )
            ),
        ),
    )


def pause_notice(schedule: Schedule) -> Message:
    """Return that a schedule is paused because its channel is out of reach."""
    roles = ", ".join(role.title for role in schedule.roles)
    return Message(
        blocks=(
            Text(
                line(
                    "I paused a daily question that you set up: ",
                    bold(f"{schedule.at:%H:%M}, {format_days(schedule.weekdays)}"),
                    f" ({schedule.zone}), {roles}. I can't post in its channel any more: ",
                    f"{schedule.paused or 'it was resumed since'}.",
                )
            ),
            Context(
                line(
                    "Your other schedules go on. When the channel is back, use ",
                    code("/prep schedule resume"),
                    " there.",
                )
            ),
        ),
    )
