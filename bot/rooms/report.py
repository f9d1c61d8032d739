"""Reports of interviews: made when one ends, and sent again on request."""

from __future__ import annotations

from bot.report.press import FilePress
from bot.rooms.room import House, JobKind, Room
from handlers.actions import ActionKind
from handlers.metering.account import Account
from handlers.report.ask import REPORT, ReportCommand
from handlers.report.job import ReportJob
from handlers.report.ports import Narrator, ReportPress
from handlers.report.summary import Summariser


def report(house: House, press: ReportPress | None, narrator: Narrator | None) -> Room:
    """Wire reports.

    Args:
        house: what it builds on.
        press: what makes files of reports; our own if ``None``.
        narrator: what words a report's summary; without one, code's own words stand alone.
    """
    unit_of_work, clock = house.database.unit_of_work, house.clock
    summariser = None
    if narrator is not None:
        summariser = Summariser(narrator, Account(unit_of_work, clock, house.budget))
    command = ReportCommand(unit_of_work, clock)
    job = ReportJob(unit_of_work, house.deliverer, press or FilePress(), summariser, clock)
    return Room(
        features=[command.feature],
        clicks={ActionKind.REPORT: command.click},
        jobs=[JobKind(name=REPORT, handler=job, gave_up=job.gave_up)],
    )
