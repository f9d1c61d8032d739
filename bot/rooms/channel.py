"""What happens in a channel: its question of the day, its settings, reveals and notices."""

from __future__ import annotations

from bot.rooms.room import House, JobKind, Room
from handlers.channels.doctor import Doctor
from handlers.channels.settings import SettingsCommand
from handlers.daily.post import POST_QUESTION, QuestionPoster
from handlers.daily.schedule import ScheduleCommand
from handlers.notices.notice import TELL_NOTICE
from handlers.notices.tell import NoticeTeller
from handlers.reveal.job import LATE_GRADE, POST_REVEAL, REVEAL
from handlers.reveal.reveal import Reveal


def channel(house: House) -> Room:
    """Wire what happens in a channel."""
    unit_of_work = house.database.unit_of_work
    posting = QuestionPoster(unit_of_work, house.deliverer, house.clock)
    reveal = Reveal(unit_of_work, house.deliverer)
    posted = house.home.refresher.after_post(posting, unit_of_work)
    return Room(
        features=[
            ScheduleCommand(unit_of_work, house.clock).feature,
            SettingsCommand(unit_of_work).feature,
            Doctor(unit_of_work, house.deliverer).feature,
        ],
        jobs=[
            JobKind(name=POST_QUESTION, handler=posted, gave_up=posting.gave_up),
            JobKind(name=REVEAL, handler=reveal, gave_up=reveal.gave_up),
            JobKind(name=POST_REVEAL, handler=reveal.post),
            JobKind(name=LATE_GRADE, handler=reveal.late),
            JobKind(name=TELL_NOTICE, handler=NoticeTeller(unit_of_work, house.deliverer)),
        ],
    )
