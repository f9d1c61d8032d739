"""Somebody's own page, put together from what is stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from handlers.answers.audience import is_held
from handlers.daily.preview import Upcoming, upcoming
from handlers.home.record import OwnAnswer
from handlers.home.streak import LONGEST, local_days, streak
from handlers.invocation import Caller
from handlers.leaderboard.board import Period, Standing, rank, window_start
from handlers.ports import Clock
from handlers.records import (
    AnswerState,
    GradeMode,
    Member,
    Occurrence,
    Schedule,
    Team,
)
from handlers.refs import ChannelRef
from handlers.reviews.plan import Plan, read_plan
from handlers.storage import UnitOfWork
from handlers.teams.membership import join, zone_of
from questions.question import Question

_LOOK_AHEAD: Final = 7
_MOST: Final = 5
_PRACTISED: Final = frozenset({AnswerState.PENDING, AnswerState.GRADED})


@dataclass(frozen=True, kw_only=True)
class AskedToday:
    """A question of the day, and the person's own last answer to it.

    Attributes:
        skipped: whether they passed it over.
    """

    occurrence: Occurrence
    question: Question
    answer: OwnAnswer | None
    skipped: bool = False

    @property
    def score(self) -> float | None:
        """The answer's grade, 0 to 5; ``None`` where there is none, or while it is held."""
        if self.answer is None or is_held(self.occurrence):
            return None
        return self.answer.score


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """What somebody's own page shows.

    Attributes:
        zone: the IANA time zone that their days are counted in.
        today: questions of their local day, oldest first.
        week: their place on this week's board; ``None`` without points.
        ever: their place on the board of all time.
        members: how many stand on the board of all time.
        streak: in days; see `handlers.home.streak`.
        following: the next questions, soonest first.
        schedules: the team's, paused ones too, each with who sees the channel's grades.
        plan: what is due for them to practise again.
    """

    team: Team
    member: Member
    zone: str
    today: tuple[AskedToday, ...]
    week: Standing | None
    ever: Standing | None
    members: int
    streak: int
    following: tuple[Upcoming, ...]
    schedules: tuple[tuple[Schedule, GradeMode], ...]
    plan: Plan


async def channels_on(work: UnitOfWork, caller: Caller, clock: Clock) -> set[ChannelRef]:
    """Return the channels that somebody's own page may tell of, if they see them.

    Raises:
        NoTeam: see `handlers.teams.membership.find_team`.
    """
    team = (await join(work, caller)).team
    since = _midnight(clock.now(), zone_of(caller, team))
    asked = await work.home.questions(team.id, since)
    scheduled = await work.home.schedules(team.id)
    return {each.channel for each in asked} | {each.channel for each in scheduled}


async def read_home(
    work: UnitOfWork, caller: Caller, clock: Clock, visible: Collection[ChannelRef]
) -> HomePage:
    """Read somebody's own page; they become a member where they are none yet.

    Args:
        work: an open unit of work.
        caller: whose page it is.
        clock: tells the time.
        visible: the channels that they see; what is asked in others is not on the page.

    Raises:
        NoTeam: see `handlers.teams.membership.find_team`.
    """
    membership = await join(work, caller)
    team, member = membership.team, membership.member
    zone = zone_of(caller, team)
    now = clock.now()
    answers = await work.home.answers(member.id, now - LONGEST)
    schedules = [s for s in await work.home.schedules(team.id) if s.channel in visible]
    entries = await work.scores.entries(team.id, None)
    board = rank(entries)
    first = window_start(Period.WEEK, now.astimezone(ZoneInfo(team.zone)).date())
    week = rank([e for e in entries if first is None or e.earned_on >= first])
    last = [(s, await work.occurrences.last_date(s.id)) for s in schedules]
    asked = await work.home.asked(member.id, now - LONGEST)
    skipped = await work.hints.skipped(member.id, now - LONGEST)
    practised = [a.created_at for a in answers if a.state in _PRACTISED]
    today = await _today(work, visible, team.id, answers, _midnight(now, zone))
    return HomePage(
        team=team,
        member=member,
        zone=zone,
        today=tuple(replace(one, skipped=one.occurrence.id in skipped) for one in today),
        week=_own(week, member),
        ever=_own(board, member),
        members=len(board),
        streak=streak(
            local_days(asked, zone),
            local_days(practised, zone),
            now.astimezone(ZoneInfo(zone)).date(),
            local_days(skipped.values(), zone),
        ),
        following=tuple(upcoming(last, now, _LOOK_AHEAD)[:_MOST]),
        schedules=tuple([(s, await _grades(work, s)) for s in schedules]),
        plan=await read_plan(work, team_id=team.id, member_id=member.id, now=now, zone=zone),
    )


async def _today(
    work: UnitOfWork,
    visible: Collection[ChannelRef],
    team_id: str,
    answers: list[OwnAnswer],
    since: datetime,
) -> list[AskedToday]:
    latest = {answer.occurrence_id: answer for answer in answers}
    found = []
    for occurrence in await work.home.questions(team_id, since):
        if occurrence.channel not in visible:
            continue
        question = await work.questions.get(
            team_id, occurrence.question_id or "", occurrence.question_version
        )
        if question is not None:
            answer = latest.get(occurrence.id)
            found.append(AskedToday(occurrence=occurrence, question=question, answer=answer))
    return found[-_MOST:]


async def _grades(work: UnitOfWork, schedule: Schedule) -> GradeMode:
    settings = await work.channels.get(schedule.channel)
    return GradeMode.OPEN if settings is None else settings.grades


def _own(board: list[Standing], member: Member) -> Standing | None:
    return next((standing for standing in board if standing.member_id == member.id), None)


def _midnight(now: datetime, zone: str) -> datetime:
    return now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
