"""``/prep plan``: what is due for somebody, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from handlers.actions import Action, ActionKind
from handlers.answers.grade_message import format_score
from handlers.command import Command
from handlers.daily.timetable import format_days
from handlers.feature import Feature
from handlers.invocation import CommandInvocation
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
    Outcome,
    Response,
    Text,
    bold,
    code,
    line,
)
from handlers.ports import Clock
from handlers.practice.record import Mode
from handlers.reviews.record import Outcome as Graded
from handlers.reviews.record import Reminder
from handlers.reviews.schedule import Review, due_reviews, plan_reviews
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join, zone_of
from questions.feedback import in_short
from questions.question import Question
from questions.rating import Rating, level_of

COMMAND: Final = Command(
    name="plan", description="Show what is due for you to practise again, and why"
)
# What a person takes in at a glance.
MOST_DUE: Final = 5
_MOST_LATER: Final = 3
_MOST_MISSED: Final = 2
_LONGEST: Final = 120


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What somebody has to practise.

    Attributes:
        zone: the IANA time zone that their days are told in.
        due: what is due today, the longest due first.
        later: what comes back on a later day, soonest first.
        questions: the questions of both, in the version that was answered, by id.
        rating: their estimate; ``None`` while an interview keeps its grades to itself.
        reminder: when they are reminded, if at all.
    """

    zone: str
    due: tuple[Review, ...]
    later: tuple[Review, ...]
    questions: Mapping[str, Question]
    rating: Rating | None
    reminder: Reminder | None


class PlanCommand:
    """Handles `COMMAND`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Show the caller's plan, to them alone."""
        async with self._unit_of_work() as work:
            who = await join(work, invocation.caller)
            plan = await read_plan(
                work,
                team_id=who.team.id,
                member_id=who.member.id,
                now=self._clock.now(),
                zone=zone_of(invocation.caller, who.team),
            )
        return Response(message=plan_message(plan))


async def read_plan(
    work: UnitOfWork, *, team_id: str, member_id: str, now: datetime, zone: str
) -> Plan:
    """Return a member's plan.

    Args:
        work: an open unit of work.
        team_id: the member's team.
        member_id: whose plan it is.
        now: this instant.
        zone: the IANA time zone of their days, where no reminder of theirs names one.
    """
    reminder = await work.reminders.get(member_id)
    if reminder is not None:
        zone = reminder.zone
    if zone not in available_timezones():
        zone = "UTC"
    known = {card.id for card in await work.questions.cards(team_id)}
    outcomes = await work.outcomes.of_member(team_id, member_id)
    visible = await _without_open_interview(work, member_id, outcomes)
    reviews = [r for r in plan_reviews(visible) if r.question_id in known]
    due = due_reviews(reviews, now, zone)
    later = [review for review in reviews if review not in due]
    questions = {}
    for review in [*due[:MOST_DUE], *later[:_MOST_LATER]]:
        question = await work.questions.get(
            team_id, review.question_id, review.last.question_version
        )
        if question is not None:
            questions[review.question_id] = question
    return Plan(
        zone=zone,
        due=tuple(due),
        later=tuple(later),
        questions=questions,
        rating=await work.outcomes.rating(team_id, member_id) if visible == outcomes else None,
        reminder=reminder,
    )


async def _without_open_interview(
    work: UnitOfWork, member_id: str, outcomes: list[Graded]
) -> list[Graded]:
    """Leave out the outcomes that an interview keeps to itself until its end."""
    session = await work.practice.open_of_member(member_id)
    if session is None or session.mode is not Mode.REAL:
        return outcomes
    return [o for o in outcomes if not o.source.startswith(f"turn:{session.id}-")]


def plan_message(plan: Plan) -> Message:
    """Return a plan as a message."""
    return Message(
        blocks=(
            Heading("Your plan"),
            Fields(tuple(_standing(plan))),
            *_due(plan),
            *_later(plan),
            Buttons((practise_button(),)),
            Context(line(_footer(plan), code("/prep remind 07:30"), ".")),
        ),
        summary=f"Your plan: {len(plan.due)} due",
    )


def practise_button() -> Button:
    """Return the button that begins an interview."""
    return Button("Practise now", Action(ActionKind.PRACTICE), ButtonStyle.PRIMARY)


def review_lines(plan: Plan, reviews: Sequence[Review]) -> tuple[Line, ...]:
    """Return what is due, each with why it comes back."""
    return tuple(
        _why(review, plan.questions[review.question_id], plan.zone)
        for review in reviews
        if review.question_id in plan.questions
    )


def _standing(plan: Plan) -> Iterator[tuple[str, str]]:
    if plan.rating is None:
        yield "Your level", "comes with the report of your interview"
    elif plan.rating.count:
        answers = "1 answer" if plan.rating.count == 1 else f"{plan.rating.count} answers"
        yield "Your level", f"difficulty {level_of(plan.rating):.1f} of 5, by {answers}"
    else:
        yield "Your level", "not known yet: I have no grade of yours"
    yield "Due today", str(len(plan.due))
    reminder = plan.reminder
    if reminder is not None:
        when = f"{reminder.at:%H:%M}, {format_days(reminder.weekdays)} ({reminder.zone})"
        yield "Daily practice", when


def _due(plan: Plan) -> Iterator[Block]:
    if not plan.due:
        yield Text(line(_nothing_due(plan)))
        return
    yield Text(line(bold("Due now")))
    yield Bullets(review_lines(plan, plan.due[:MOST_DUE]), numbered=True)
    if len(plan.due) > MOST_DUE:
        yield Context(line(f"And {len(plan.due) - MOST_DUE} more after these."))


def _nothing_due(plan: Plan) -> str:
    if plan.later:
        return "Nothing is due today. Practise something new, or come back tomorrow."
    return (
        "Nothing waits for you yet. A question comes back here once an answer to it earned less "
        "than a clear pass: next day first, then at growing distances."
    )


def _later(plan: Plan) -> Iterator[Block]:
    items = tuple(
        line(bold(plan.questions[r.question_id].title), f", {_date(r.due, plan.zone)}")
        for r in plan.later[:_MOST_LATER]
        if r.question_id in plan.questions
    )
    if items:
        yield Text(line(bold("Coming back later")))
        yield Bullets(items)


def _why(review: Review, question: Question, zone: str) -> Line:
    last = review.last
    texts = {criterion.id: criterion.text for criterion in question.rubric.criteria}
    missed = [in_short(texts[id_], _LONGEST) for id_ in last.missed if id_ in texts]
    score = f" {format_score(last.score)} on {_date(last.at, zone)}."
    if not missed:
        return line(bold(question.title), f"{score} To keep it fresh.")
    named = "; ".join(text.rstrip(".") for text in missed[:_MOST_MISSED])
    return line(bold(question.title), f"{score} Still open: {named}.")


def _footer(plan: Plan) -> str:
    if plan.reminder is not None:
        return "Only you see this. Change your daily practice with "
    return "Only you see this. To be reminded every working day, use "


def _date(instant: datetime, zone: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%B}"
