"""Practice by direct message: the mock interview."""

from __future__ import annotations

from bot.documents import PlatformDocuments
from bot.rooms.room import House, JobKind, Room
from handlers.actions import ActionKind
from handlers.metering.account import Account
from handlers.practice.command import PracticeCommand
from handlers.practice.controls import PracticeControls
from handlers.practice.document import ReadDocument
from handlers.practice.hear import HearAnswer
from handlers.practice.intake import PracticeIntake
from handlers.practice.listen import Listener
from handlers.practice.metered import MeteredInterviewer
from handlers.practice.ports import DocumentReader, Interviewer, Transcriber
from handlers.practice.record import PracticeSession
from handlers.practice.say import SayTurn
from handlers.practice.share import ShareSession
from handlers.practice.silence import SilenceWatch
from handlers.practice.speaker import Speaker
from handlers.practice.step import HEAR_ANSWER, READ_DOCUMENT, SAY_NOTE, SAY_TURN, Ended
from handlers.practice.writer import TurnWriter
from handlers.storage import UnitOfWork


async def _nothing(work: UnitOfWork, session: PracticeSession) -> None:
    """Do nothing about a session that has ended."""


def practice(
    house: House,
    *,
    interviewer: Interviewer | None = None,
    transcriber: Transcriber | None = None,
    reader: DocumentReader | None = None,
    ended: Ended = _nothing,
) -> Room:
    """Wire practice.

    Args:
        house: what it builds on.
        interviewer: what words turns; without one the bank and the code do.
        transcriber: what writes down spoken answers.
        reader: what reads job descriptions and CVs; the platforms' own files if ``None``.
        ended: told, in the transaction, that a session with an answer in it has ended.
    """
    unit_of_work, clock = house.database.unit_of_work, house.clock
    speaker = Speaker(unit_of_work, house.deliverer)
    controls = PracticeControls(unit_of_work, clock, ended)
    command = PracticeCommand(unit_of_work, clock, house.deliverer, controls, ended)
    intake = PracticeIntake(unit_of_work.urgent, clock, controls)
    metered = None
    if interviewer is not None:
        metered = MeteredInterviewer(interviewer, Account(unit_of_work, clock, house.budget))
    saying = SayTurn(unit_of_work, clock, speaker, TurnWriter(metered), ended)
    listener = Listener(unit_of_work, speaker, transcriber)
    hearing = HearAnswer(
        unit_of_work, clock, speaker, house.grader, saying, listener=listener, ended=ended
    )
    watch = SilenceWatch(unit_of_work, clock, speaker, ended)
    share = ShareSession(unit_of_work, house.deliverer)
    reading = ReadDocument(unit_of_work, speaker, reader or PlatformDocuments(house.platforms))
    return Room(
        features=[command.feature],
        clicks={
            ActionKind.PRACTICE: command.click,
            ActionKind.PRACTICE_HINT: controls.click,
            ActionKind.PRACTICE_PAUSE: controls.click,
            ActionKind.PRACTICE_POST: share.post,
            ActionKind.PRACTICE_QUIT: controls.click,
            ActionKind.PRACTICE_RESTART: controls.click,
            ActionKind.PRACTICE_RESUME: controls.click,
            ActionKind.PRACTICE_SHARE: share.preview,
            ActionKind.PRACTICE_SKIP: controls.click,
        },
        forms={ActionKind.PRACTICE: command.sent},
        jobs=[
            JobKind(name=SAY_TURN, handler=saying, gave_up=saying.gave_up),
            JobKind(name=HEAR_ANSWER, handler=hearing, gave_up=hearing.gave_up),
            JobKind(name=SAY_NOTE, handler=watch.note, gave_up=watch.gave_up),
            JobKind(name=READ_DOCUMENT, handler=reading),
        ],
        replies=[intake.reply],
        edits=[intake.edited],
        deletions=[intake.deleted],
        ticks=[watch.tick],
    )
