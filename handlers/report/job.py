"""The job that makes a report and sends it. Whatever fails here, the session is safe."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from handlers.delivery import Deliverer
from handlers.message import Message
from handlers.metering.budget import Payer
from handlers.ports import Again, Clock, DeliveryFailed, TargetGone
from handlers.practice.record import PracticeSession, PracticeTurn, TurnState
from handlers.refs import ChannelRef, ThreadRef
from handlers.report.compose import Material, compose
from handlers.report.content import Content, Earlier
from handlers.report.evidence import Record
from handlers.report.message import NO_FILES, failed_message, report_message
from handlers.report.ports import ReportPress
from handlers.report.record import Report, ReportState
from handlers.report.score import average_of, results_of
from handlers.report.summary import Summariser
from handlers.retry import delay_before
from handlers.storage import SHIPPED_TEAM, UnitOfWork, UnitOfWorkFactory
from questions.question import Question

_LOG = logging.getLogger(__name__)
_RETRIES: Final = (2.0, 5.0, 15.0, 60.0, 300.0, *(900.0,) * 8)
_EARLIER: Final = 20
# A grade is under way for seconds; a report is not worth waiting longer for one.
_LOOKS: Final = 12
_PAUSE: Final = 5.0


class ReportJob:
    """Handles the jobs that make and send reports.

    Args:
        unit_of_work: opens transactions.
        deliverer: says things once.
        press: makes files of a report.
        summariser: has its summary worded; without one, code's own words stand alone.
        clock: tells the time.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        deliverer: Deliverer,
        press: ReportPress,
        summariser: Summariser | None,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._deliverer = deliverer
        self._press = press
        self._summariser = summariser
        self._clock = clock

    async def __call__(self, subject: str, attempt: int) -> Again | None:
        """Make and send a report, as far as it has not been; see `JobHandler`."""
        found = await self._find(subject)
        if found is None:
            return None
        report, session = found
        if report.content is None and attempt <= _LOOKS and await self._is_judging(session):
            return Again(_PAUSE)
        content = report.content or await self._compose(report, session)
        if content is None:
            return None
        try:
            await self._send(report, session, content)
        except DeliveryFailed as error:
            final = isinstance(error, TargetGone)
            delay = None if final else delay_before(attempt, _RETRIES, error.retry_after)
            _LOG.warning("report %s is not sent: %s", subject, error.reason)
            if delay is not None:
                return Again(delay)
            await self._apologise(report, session, NO_FILES)
            await self._finish(report, ReportState.FAILED)
            return None
        await self._finish(report, ReportState.SENT)
        return None

    async def gave_up(self, subject: str, error_id: str) -> None:
        """Say that a report could not be made; it can be asked for again; see `GaveUp`."""
        found = await self._find(subject)
        if found is None:
            return
        report, session = found
        _LOG.error("report %s was given up on: error %s", subject, error_id)
        await self._apologise(report, session, failed_message(session.id))
        await self._finish(report, ReportState.FAILED)

    async def _find(self, subject: str) -> tuple[Report, PracticeSession] | None:
        """Return what a job works on; ``None`` where it is done, or a later job's."""
        session_id, _, number = subject.rpartition(".")
        async with self._unit_of_work(read_only=True) as work:
            report = await work.reports.get(session_id)
            session = await work.practice.get(session_id)
        if report is None or session is None or report.state is not ReportState.PENDING:
            return None
        return (report, session) if str(report.number) == number else None

    async def _is_judging(self, session: PracticeSession) -> bool:
        """Return whether the last answer, given just before the end, is still being judged."""
        async with self._unit_of_work(read_only=True) as work:
            turns = await work.practice.turns(session.id)
        return any(turn.state is TurnState.ANSWERED for turn in turns)

    async def _compose(self, report: Report, session: PracticeSession) -> Content | None:
        """Put the report together and keep it: asked for again, it says the same."""
        async with self._unit_of_work(read_only=True) as work:
            material = await _material(work, session, self._clock)
        content = compose(material)
        if self._summariser is not None:
            payer = Payer(
                team_id=session.team_id, member_id=session.member_id, key=f"report:{session.id}"
            )
            summary = await self._summariser.summarise(content, payer)
            content = content.model_copy(update={"summary": summary})
        async with self._unit_of_work() as work:
            stored = await work.reports.locked(session.id)
            if stored is None or stored.number != report.number:
                return None
            await work.reports.put(replace(stored, content=content))
        return content

    async def _send(self, report: Report, session: PracticeSession, content: Content) -> None:
        place = await self._place(session)
        await self._deliverer.deliver(
            place,
            report_message(content, session_id=session.id),
            team_id=report.team_id,
            key=f"report:{report.subject}",
        )
        await self._deliverer.share(
            place,
            await self._press.print(content, name=_file_name(session, content)),
            text=f"Your report: {content.role}, {content.on.isoformat()}",
            team_id=report.team_id,
            key=f"report-files:{report.subject}",
        )

    async def _place(self, session: PracticeSession) -> ChannelRef | ThreadRef:
        """Return where the interview was held, which is between its owner and us alone."""
        if session.channel.is_direct:
            return session.place
        return await self._deliverer.direct(session.user)

    async def _apologise(self, report: Report, session: PracticeSession, message: Message) -> None:
        try:
            await self._deliverer.deliver(
                await self._place(session),
                message,
                team_id=report.team_id,
                key=f"report-failed:{report.subject}",
            )
        except DeliveryFailed as error:
            _LOG.warning("no apology for report %s: %s", report.subject, error.reason)

    async def _finish(self, report: Report, state: ReportState) -> None:
        async with self._unit_of_work() as work:
            stored = await work.reports.locked(report.session_id)
            if stored is not None and stored.number == report.number:
                await work.reports.put(replace(stored, state=state))


async def _material(work: UnitOfWork, session: PracticeSession, clock: Clock) -> Material:
    turns = await work.practice.turns(session.id)
    outcomes = await work.outcomes.of_member(session.team_id, session.member_id)
    return Material(
        name=await _name(work, session),
        session=session,
        turns=turns,
        questions=await _asked(work, session.team_id, turns),
        bank=await _bank(work, session),
        earlier=await _earlier(work, session),
        answered=frozenset(outcome.question_id for outcome in outcomes),
        now=clock.now(),
    )


async def _asked(
    work: UnitOfWork, team_id: str, turns: Sequence[PracticeTurn]
) -> dict[str, Question]:
    versions = {t.question_id: t.question_version for t in turns if t.question_id}
    found = {
        id_: await work.questions.get(team_id, id_, version) for id_, version in versions.items()
    }
    return {id_: question for id_, question in found.items() if question is not None}


async def _bank(work: UnitOfWork, session: PracticeSession) -> list[Question]:
    """Return every question of the role that the team may be asked."""
    both = [
        *await work.questions.all(session.team_id),
        *await work.questions.all(SHIPPED_TEAM),
    ]
    by_id = {question.id: question for question in reversed(both)}
    return [question for question in by_id.values() if question.role is session.role]


async def _earlier(work: UnitOfWork, session: PracticeSession) -> list[Earlier]:
    """Return how a person's sessions before this one went, oldest first."""
    found = []
    for before in await work.practice.of_member(session.member_id, limit=_EARLIER):
        if before.id == session.id or before.created_at >= session.created_at:
            continue
        turns = await work.practice.turns(before.id)
        questions = await _asked(work, before.team_id, turns)
        results = results_of(turns, questions, Record(turns, questions))
        average = average_of(results)
        if average is not None:
            began = (before.started_at or before.created_at).astimezone(ZoneInfo(before.zone))
            found.append(
                Earlier(
                    on=began.date(),
                    average=average,
                    questions=len(results),
                    role=before.role.title,
                )
            )
    return found[::-1]


def _file_name(session: PracticeSession, content: Content) -> str:
    # Two interviews of one day must not overwrite each other's files.
    return f"interview-report-{content.on.isoformat()}-{session.id[:6]}"


async def _name(work: UnitOfWork, session: PracticeSession) -> str:
    member = await work.teams.member(session.team_id, session.user)
    return member.name if member is not None else ""
