"""Taking in that a message was edited or deleted."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from handlers.answers.audience import is_closed
from handlers.answers.revision import EditFate, fate_of
from handlers.answers.submit import AnswerIntake, regrade_job
from handlers.invocation import IncomingDeletion, IncomingEdit, IncomingReply
from handlers.notices.notice import tell
from handlers.offers.decide import let_go
from handlers.ports import Clock
from handlers.records import Answer, AnswerState, ChannelSettings, NoticeKind
from handlers.storage import UnitOfWork, UnitOfWorkFactory

_LOG = logging.getLogger(__name__)
# Edits by which an author says something else than before, graded or not.
_UNSAYS: Final = frozenset({EditFate.REGRADE, EditFate.REFUSE})


class ChangeIntake:
    """Stores what people change about their answers.

    Args:
        unit_of_work: opens transactions.
        clock: tells the time where the platform does not.
        intake: takes a message in that was no answer before it was edited.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock, intake: AnswerIntake) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._intake = intake

    async def edited(self, edit: IncomingEdit) -> None:
        """Take in an edit; a message that was no answer yet may be one now.

        Raises:
            StorageUnavailable: it could not be stored.
            NotStored: see `AnswerIntake.reply`.
            NoTeam: see `handlers.teams.membership.find_team`.
        """
        now = self._clock.now()
        edited_at = min(edit.edited_at or now, now)
        # An edit can overtake its message, and be overtaken by it while it is taken in instead.
        for _ in range(2):
            async with self._unit_of_work() as work:
                answer = await work.answers.of_message(edit.message)
                if answer is not None:
                    if not (edit.found and _is_dealt_with(answer, edited_at)):
                        fate = await _apply(work, answer, edit.text, edited_at)
                        if fate in _UNSAYS:
                            await let_go(work, answer.id, now)
                    return
            reply = IncomingReply(caller=edit.caller, message=edit.message, text=edit.text)
            if not (await self._intake.reply(reply)).stored:
                return

    async def deleted(self, deletion: IncomingDeletion) -> None:
        """Withdraw the answer that a message held, unless it has its grade.

        A grade that is shown stays, in the ledger and on the board: others have seen it.

        Raises:
            StorageUnavailable: it could not be stored.
        """
        async with self._unit_of_work() as work:
            answer = await work.answers.of_message(deletion.message)
            now = self._clock.now()
            if answer is not None:
                await let_go(work, answer.id, now)
            if answer is None:
                await work.answers.note_deleted(deletion.message, now)
            elif answer.state is AnswerState.PENDING:
                await work.answers.update(await _withdrawn(work, answer))
                _LOG.info("answer %s was withdrawn", answer.id)


def _is_dealt_with(answer: Answer, edited_at: datetime) -> bool:
    """Return whether an edit, or a later one, was taken in before.

    One that was refused, or could not be graded, differs from the stored text for ever: whoever
    made it is told once.
    """
    return answer.edited_at is not None and edited_at <= answer.edited_at


async def _withdrawn(work: UnitOfWork, answer: Answer) -> Answer:
    if answer.round == 1:
        return replace(answer, state=AnswerState.WITHDRAWN, text="", waiting_text=None)
    return replace(
        answer,
        state=await earlier_state(work, answer),
        text=answer.first_text or answer.text,
        first_text=None,
        round=1,
    )


async def earlier_state(work: UnitOfWork, answer: Answer) -> AnswerState:
    """Return the state that an answer had after its first round."""
    graded = await work.answers.grade(answer.id) is not None
    return AnswerState.GRADED if graded else AnswerState.UNGRADED


def second_round(answer: Answer, text: str) -> Answer:
    """Return an answer that is to be graded once more, as ``text``."""
    return replace(
        answer,
        state=AnswerState.PENDING,
        reason=None,
        detail=None,
        text=text,
        first_text=answer.text,
        waiting_text=None,
        round=2,
        begun=False,
    )


async def _apply(work: UnitOfWork, answer: Answer, text: str, edited_at: datetime) -> EditFate:
    occurrence = await work.occurrences.get(answer.occurrence_id)
    if occurrence is None:
        return EditFate.IGNORE
    channel = occurrence.channel
    settings = await work.channels.get(channel) or ChannelSettings(
        team_id=answer.team_id, channel=channel
    )
    is_final = is_closed(occurrence) or await work.appeals.exists_for(answer.id)
    fate = fate_of(
        answer,
        text,
        edited_at,
        window=timedelta(minutes=settings.edit_minutes),
        is_final=is_final,
    )
    changed = replace(answer, edited_at=max(edited_at, answer.edited_at or edited_at))
    match fate:
        case EditFate.IGNORE:
            pass
        case EditFate.REPLACE:
            changed = replace(changed, text=text)
        case EditFate.WAIT:
            changed = replace(changed, waiting_text=text)
        case EditFate.REGRADE:
            changed = second_round(changed, text)
            await work.enqueue(regrade_job(changed))
        case EditFate.REFUSE if answer.author is not None:
            await tell(
                work,
                NoticeKind.EDIT_NOT_GRADED,
                answer.author,
                team_id=answer.team_id,
                subject=answer.id,
                key=f"edit:{answer.id}",
            )
        case EditFate.REFUSE:
            pass
    await work.answers.update(changed)
    return fate
