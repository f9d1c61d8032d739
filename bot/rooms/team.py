"""What a team sees of itself: its board, who manages, everybody's own page, their thumbs."""

from __future__ import annotations

from bot.rooms.room import House, Room
from handlers.actions import ActionKind
from handlers.feedback.button import FeedbackButtons
from handlers.leaderboard.show import Leaderboard
from handlers.teams.managers import ManagersCommand


def team(house: House) -> Room:
    """Wire what a team sees of itself."""
    unit_of_work = house.database.unit_of_work
    leaderboard = Leaderboard(unit_of_work, house.clock)
    feedback = FeedbackButtons(unit_of_work, house.clock)
    return Room(
        features=[
            leaderboard.feature,
            house.home.feature,
            ManagersCommand(unit_of_work, house.clock).feature,
        ],
        clicks={
            ActionKind.HELPFUL: feedback.click,
            ActionKind.LEADERBOARD: leaderboard.click,
            ActionKind.UNHELPFUL: feedback.click,
        },
    )
