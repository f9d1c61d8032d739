"""``/prep leaderboard``: the team's board for a week, a month or all time."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from handlers.command import Choice, Command, Option
from handlers.feature import Feature
from handlers.invocation import ActionInvocation, Caller, CommandInvocation
from handlers.leaderboard.board import TIE_ORDER, Period, Standing, rank, window_start
from handlers.message import Bullets, Context, Heading, Line, Message, Response, Text, bold, line
from handlers.ports import Clock
from handlers.storage import UnitOfWorkFactory
from handlers.teams.known import make_known
from handlers.teams.membership import join
from handlers.wording import counted

SHOWN: Final = 10
_TITLES: Final = {
    Period.WEEK: "This week",
    Period.MONTH: "This month",
    Period.ALL: "All time",
}

COMMAND: Final = Command(
    name="leaderboard",
    description="Show the team's board",
    options=(
        Option(
            name="period",
            description="week, month or all",
            choices=(
                Choice(value="week", label="This week"),
                Choice(value="month", label="This month"),
                Choice(value="all", label="All time", aliases=("ever",)),
            ),
        ),
    ),
)


class Leaderboard:
    """Handles `COMMAND` and the Leaderboard button."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    @property
    def feature(self) -> Feature:
        """The command with this handler."""
        return Feature(COMMAND, self.handle)

    async def handle(self, invocation: CommandInvocation) -> Response:
        """Show the board of the period asked for; this week by default."""
        period = Period(invocation.options.get("period", Period.WEEK))
        return await self._show(invocation.caller, period)

    async def click(self, invocation: ActionInvocation) -> Response:
        """Show this week's board."""
        return await self._show(invocation.caller, Period.WEEK)

    async def _show(self, caller: Caller, period: Period) -> Response:
        await make_known(self._unit_of_work, caller)
        async with self._unit_of_work(read_only=True) as work:
            membership = await join(work, caller)
            team = membership.team
            today = self._clock.now().astimezone(ZoneInfo(team.zone)).date()
            entries = await work.scores.entries(team.id, window_start(period, today))
        board = rank(entries)
        return Response(message=board_message(board, period, own_id=membership.member.id))


def board_message(board: list[Standing], period: Period, *, own_id: str) -> Message:
    """Return a board: the first ten, and the caller's own line where it is further down."""
    title = f"Leaderboard: {_TITLES[period].lower()}"
    if not board:
        return Message(
            blocks=(
                Heading(title),
                Text(line("Nobody has points yet. The first graded answer opens the board.")),
            )
        )
    shown = board[:SHOWN]
    own = [standing for standing in board[SHOWN:] if standing.member_id == own_id]
    return Message(
        blocks=(
            Heading(title),
            Bullets(tuple(_line(standing) for standing in shown), numbered=True),
            *(Text(line(f"You are at place {s.rank}: ", *_line(s))) for s in own),
            Context(
                line(
                    "Points: grade × (4 + difficulty). A question counts once, with your best "
                    f"answer, and three answers a day. {TIE_ORDER}"
                )
            ),
        )
    )


def _line(standing: Standing) -> Line:
    return line(
        bold(standing.name),
        f" {counted(standing.points, 'point')} · {counted(standing.answers, 'answer')}"
        f" · average {standing.average:.1f}",
    )
