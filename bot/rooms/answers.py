"""Today's question, and answers: taken in, graded, changed, shown."""

from __future__ import annotations

from dataclasses import dataclass

from bot.rooms.room import House, JobKind, Room
from handlers.actions import ActionKind
from handlers.answers.change import ChangeIntake
from handlers.answers.command import AnswerCommand
from handlers.answers.grade import GradeJob
from handlers.answers.share import ShareButtons
from handlers.answers.showing import GradeShower
from handlers.answers.submit import GRADE_ANSWER, REGRADE_ANSWER, SHOW_GRADE, AnswerIntake
from handlers.channels.sight import Sight
from handlers.daily.today import Today
from handlers.reveal.job import REVEAL_GRADE
from handlers.shortcuts.pick import Shortcuts


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The room, and what takes in the replies, edits and deletions that are nobody else's."""

    room: Room
    intake: AnswerIntake
    changes: ChangeIntake


def answers(house: House, *, pending_note_after: float) -> Answers:
    """Wire answering.

    Args:
        house: what it builds on.
        pending_note_after: seconds after which a person is told that a grade takes longer.
    """
    unit_of_work = house.database.unit_of_work
    refresher = house.home.refresher
    sight = Sight(house.platforms)
    intake = AnswerIntake(unit_of_work.urgent, house.clock, sight)
    answer = AnswerCommand(intake)
    shortcuts = Shortcuts(
        unit_of_work,
        house.clock,
        intake,
        sight,
        open_form=answer.click,
        send_form=answer.sent,
    )
    share = ShareButtons(unit_of_work)
    grading = GradeJob(
        unit_of_work, house.deliverer, house.grader, pending_note_after=pending_note_after
    )
    graded = refresher.after(grading, unit_of_work)
    regraded = refresher.after(grading.again, unit_of_work)
    revealed = refresher.after(grading.show, unit_of_work)
    room = Room(
        features=[Today(unit_of_work, house.clock).feature, answer.feature],
        clicks={
            ActionKind.ANSWER: answer.click,
            ActionKind.ANSWER_TODAY: shortcuts.answer_today,
            ActionKind.GRADE_THIS: shortcuts.grade_this,
            ActionKind.KEEP_PRIVATE: share.click,
            ActionKind.SHARE: share.click,
            ActionKind.SHOW_GRADE: GradeShower(unit_of_work, house.deliverer).click,
        },
        forms={ActionKind.ANSWER: answer.sent, ActionKind.PICK: shortcuts.picked},
        jobs=[
            JobKind(name=GRADE_ANSWER, handler=graded, gave_up=grading.gave_up),
            JobKind(name=REGRADE_ANSWER, handler=regraded, gave_up=grading.gave_up),
            JobKind(name=SHOW_GRADE, handler=grading.show),
            JobKind(name=REVEAL_GRADE, handler=revealed),
        ],
    )
    changes = ChangeIntake(unit_of_work, house.clock, intake)
    return Answers(room=room, intake=intake, changes=changes)
