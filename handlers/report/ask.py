"""Asking for a report: when an interview ends, by command, by button."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from handlers.command import Command, Option, UsageError
from handlers.feature import Feature
from handlers.invocation import ActionInvocation, Caller, CommandInvocation
from handlers.message import Line, Message, Outcome, Response, bold, line, say
from handlers.ports import Clock, Job
from handlers.practice.record import PracticeSession
from handlers.report.message import NOTHING, ON_ITS_WAY, STILL_OPEN, list_message
from handlers.report.record import Report, ReportState
from handlers.storage import UnitOfWork, UnitOfWorkFactory
from handlers.teams.membership import join

REPORT: Final = "practice-report"
COMMAND: Final = Command(
    name="report",
    description="Send the report of your interview again, or list your interviews",
    options=(
        Option(name="which", description="last, list, or a number from the list, for example 2"),
    ),
)
_MOST: Final = 10
_GONE: Final = say("I can't find that interview any more.")


class ReportCommand:
    """Handles `COMMAND` and the button under a report."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Outcome:
        """Have a report sent to its owner, or list what there is."""
        which = invocation.options.get("which", "last").strip().casefold()
        if which not in {"last", "list"} and not re.fullmatch(r"[1-9]\d?", which):
            raise UsageError(f"“{which}” is no interview: use last, list, or a number like 2.")
        async with self._unit_of_work() as work:
            member = (await join(work, invocation.caller)).member
            sessions = await reportable(work, member.id)
            if not sessions:
                is_open = await work.practice.open_of_member(member.id) is not None
                return Response(message=STILL_OPEN if is_open else NOTHING)
            if which == "list":
                return Response(message=list_message(tuple(map(_line, sessions))))
            number = 1 if which == "last" else int(which)
            if number > len(sessions):
                return Response(message=_only(len(sessions)))
            await ask(work, sessions[number - 1], self._clock)
        return Response(message=_confirmed(invocation.caller))

    async def click(self, invocation: ActionInvocation) -> Outcome:
        """Have the report sent again that a button names, to its owner alone."""
        async with self._unit_of_work() as work:
            session = await work.practice.get(invocation.action.subject)
            if session is None or session.user != invocation.caller.user:
                return Response(message=_GONE)
            await ask(work, session, self._clock)
        return Response(message=_confirmed(invocation.caller))


class ReportOnEnding:
    """Asks for a session's report in the transaction that ends it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, work: UnitOfWork, session: PracticeSession) -> None:
        """Have the report of a session made that ends in this transaction."""
        await ask(work, session, self._clock)


async def ask(work: UnitOfWork, session: PracticeSession, clock: Clock) -> None:
    """Have a session's report made, or sent again; one that is on its way is left to it."""
    report = await work.reports.locked(session.id)
    if report is not None and report.state is ReportState.PENDING:
        return
    fresh = Report(
        session_id=session.id,
        team_id=session.team_id,
        member_id=session.member_id,
        number=1,
        state=ReportState.PENDING,
        created_at=clock.now(),
    )
    if report is not None:
        fresh = replace(report, number=report.number + 1, state=ReportState.PENDING)
    await work.reports.put(fresh)
    await work.enqueue(Job(kind=REPORT, subject=fresh.subject, lane=session.lane))


async def reportable(work: UnitOfWork, member_id: str) -> list[PracticeSession]:
    """Return a member's ended sessions that have an answer, the newest first."""
    ended = await work.practice.of_member(member_id, limit=_MOST)
    return [s for s in ended if any(t.answer.strip() for t in await work.practice.turns(s.id))]


def _line(session: PracticeSession) -> Line:
    began = (session.started_at or session.created_at).astimezone(ZoneInfo(session.zone))
    about = f"{session.role.title}, {session.level.value}, {session.mode.value}"
    return line(bold(f"{began.day} {began:%B %Y}, {began:%H:%M}: "), about)


def _only(count: int) -> Message:
    many = "1 interview" if count == 1 else f"{count} interviews"
    return say(f"I know of {many} of yours. Use last, list or a number up to {count}.")


def _confirmed(caller: Caller) -> Message:
    return say("Your report is on its way.") if caller.is_direct else ON_ITS_WAY
