"""How somebody's own page reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from handlers.actions import Action, ActionKind
from handlers.answers.audience import is_closed
from handlers.answers.grade_message import format_points, format_score
from handlers.daily.preview import Upcoming
from handlers.daily.timetable import format_days
from handlers.home.page import AskedToday, HomePage
from handlers.leaderboard.board import Standing
from handlers.message import (
    Block,
    Bullets,
    Button,
    Buttons,
    ButtonStyle,
    Context,
    Fields,
    Heading,
    Line,
    Message,
    Text,
    bold,
    code,
    line,
)
from handlers.records import AnswerState, GradeMode, Schedule
from handlers.reviews.plan import review_lines
from handlers.wording import counted
from questions.band import band_of
from questions.role import Role

_STATES: Final = {
    AnswerState.PENDING: "You answered; your grade is on its way.",
    AnswerState.GRADED: "You answered; the grades come with the reveal.",
    AnswerState.UNGRADED: "Your answer could not be graded. You can answer again.",
    AnswerState.WITHDRAWN: "You took your answer back. You can answer again.",
}
# The plan itself shows more.
_MOST_DUE: Final = 3
_TO_ANSWER: Final = frozenset({AnswerState.UNGRADED, AnswerState.WITHDRAWN})


def home_message(page: HomePage) -> Message:
    """Return the page as a message."""
    return Message(
        blocks=(
            Heading("Today"),
            *_today(page),
            Heading("My progress"),
            Fields(tuple(_progress(page))),
            Buttons((Button("Leaderboard", Action(ActionKind.LEADERBOARD)),)),
            Heading("Next practice"),
            *_due(page),
            *_next(page),
            Buttons((Button("Practise an interview", Action(ActionKind.PRACTICE)),)),
            Heading("Settings"),
            *_settings(page),
            Context(line(code("/prep help"), f" lists all I can do. Your days: {page.zone}.")),
        ),
        summary="Today's questions and your progress",
    )


def _today(page: HomePage) -> Iterator[Block]:
    if not page.today:
        yield Text(
            line("No question yet today. Ask for one in a channel: ", code("/prep today"), ".")
        )
    for asked in page.today:
        question = asked.question
        about = f"{question.role.title} · difficulty {question.difficulty} of 5"
        yield Text(line(bold(question.title), f"\n{about}\n{_standing(asked)}"))
        unanswered = asked.answer is None or asked.answer.state in _TO_ANSWER
        if unanswered and not is_closed(asked.occurrence):
            action = Action(ActionKind.ANSWER, asked.occurrence.id)
            yield Buttons((Button("Answer", action, ButtonStyle.PRIMARY),))


def _standing(asked: AskedToday) -> str:
    if asked.answer is None:
        if is_closed(asked.occurrence):
            return "Closed."
        return "Skipped; you can still answer." if asked.skipped else "Not answered yet."
    if asked.score is not None:
        return f"Your grade: {format_score(asked.score)}, {band_of(asked.score).name}."
    return _STATES[asked.answer.state]


def _progress(page: HomePage) -> Iterator[tuple[str, str]]:
    days = counted(page.streak, "day")
    yield "Streak", days if page.streak else "Starts with your next answer"
    yield "This week", "No points yet" if page.week is None else _points(page.week)
    if page.ever is not None:
        place = f"place {page.ever.rank} of {page.members}"
        yield "All time", f"{_points(page.ever)}, {place}"
        answers = counted(page.ever.answers, "answer")
        yield "Graded", f"{answers}, {format_score(page.ever.average)} on average"


def _points(standing: Standing) -> str:
    return format_points(standing.points)


def _due(page: HomePage) -> Iterator[Block]:
    plan = page.plan
    if not plan.due:
        return
    count = "1 question is" if len(plan.due) == 1 else f"{len(plan.due)} questions are"
    yield Text(line(bold("For you"), f" {count} due again; ", code("/prep plan"), " shows all."))
    yield Bullets(review_lines(plan, plan.due[:_MOST_DUE]))


def _next(page: HomePage) -> Iterator[Block]:
    if page.following:
        yield Bullets(tuple(_coming(item, page.zone) for item in page.following))
        return
    yield Text(line("Nothing is scheduled for the next seven days."))


def _coming(item: Upcoming, zone: str) -> Line:
    when = item.instant.astimezone(ZoneInfo(zone))
    return line(bold(f"{when:%A %d %B, %H:%M}"), f" {_roles(item.schedule.roles)}")


def _settings(page: HomePage) -> Iterator[Block]:
    if page.schedules:
        yield Bullets(tuple(_schedule(schedule, mode) for schedule, mode in page.schedules))
        changing = (code("/prep schedule"), " and ", code("/prep settings"))
        yield Context(line("In its channel, ", *changing, " change each."))
        return
    yield Text(
        line(
            "No channel has a daily question yet. Set one up in a channel: ",
            code("/prep schedule 09:00 --zone Europe/Berlin --roles ai-engineer"),
        )
    )


def _schedule(schedule: Schedule, mode: GradeMode) -> Line:
    when = f"{schedule.at:%H:%M} {schedule.zone}, {format_days(schedule.weekdays)}"
    paused = "" if schedule.paused is None else f" · paused: {schedule.paused}"
    grades = f" · grades: {mode}"
    return line(bold(when), f" {_roles(schedule.roles)}{grades}{paused}")


def _roles(roles: tuple[Role, ...]) -> str:
    return "every role" if len(roles) == len(Role) else ", ".join(role.title for role in roles)
