"""Answers, grades, deliveries and points in SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import (
    answers,
    deleted_messages,
    deliveries,
    grades,
    members,
    occurrences,
    scores,
)
from bot.storage.upsert import insert_new, put
from handlers.ports import Posted
from handlers.records import Answer, AnswerSource, AnswerState, Delivery, RevealState, ScoreEntry
from handlers.refs import ChannelRef, MessageRef, ThreadRef, UserRef
from questions.grading import Grade, UngradedReason

# Made once: these are asked for each reply, and making one costs as much as executing it.
_BY_KEY: Final = sa.select(answers).where(answers.c.key == sa.bindparam("key"))
_DELETED: Final = sa.select(deleted_messages.c.place).where(
    deleted_messages.c.place == sa.bindparam("place")
)
_HAS_ANSWERED: Final = (
    sa.select(sa.literal(1))
    .select_from(answers)
    .where(
        answers.c.member_id == sa.bindparam("member_id"),
        answers.c.occurrence_id == sa.bindparam("occurrence_id"),
        answers.c.state.not_in((AnswerState.UNGRADED.value, AnswerState.WITHDRAWN.value)),
    )
    .limit(1)
)


class SqlAnswers:
    """See `handlers.answers.storage.AnswerRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, answer: Answer) -> bool:
        """Store a new answer; ``False`` if its key is known, and then nothing is stored."""
        return await insert_new(self._connection, answers, _values(answer))

    async def get(self, answer_id: str) -> Answer | None:
        """Return one answer."""
        return await self._one(answers.c.id == answer_id)

    async def by_key(self, key: str) -> Answer | None:
        """Return the answer with this idempotency key."""
        row = (await self._connection.execute(_BY_KEY, {"key": key})).one_or_none()
        return None if row is None else _answer(row)

    async def locked(self, answer_id: str) -> Answer | None:
        """Return one answer and keep others from changing it until this unit of work ends."""
        return await self._one(answers.c.id == answer_id, lock=True)

    async def of_message(self, message: MessageRef) -> Answer | None:
        """Return the answer that a message holds, and lock it; its ``thread_id`` may be missing."""
        return await self._one(answers.c.place == _place(message), lock=True)

    async def of_occurrence(self, occurrence_id: str) -> list[Answer]:
        """Return every answer to an occurrence, oldest first."""
        rows = await self._connection.execute(
            sa.select(answers)
            .where(answers.c.occurrence_id == occurrence_id)
            .order_by(answers.c.created_at, answers.c.id)
        )
        return [_answer(row) for row in rows]

    async def note_deleted(self, message: MessageRef, now: datetime) -> None:
        """Keep in mind that a message is gone, should it come after its own deletion."""
        await insert_new(
            self._connection, deleted_messages, {"place": _place(message), "deleted_at": now}
        )

    async def is_deleted(self, message: MessageRef) -> bool:
        """Return whether a message is known to be gone; its ``thread_id`` does not matter."""
        found = await self._connection.scalar(_DELETED, {"place": _place(message)})
        return found is not None

    async def forget_deleted(self, before: datetime) -> None:
        """Forget the messages that were gone before an instant."""
        await self._connection.execute(
            sa.delete(deleted_messages).where(deleted_messages.c.deleted_at < before)
        )

    async def has_answered(self, member_id: str, occurrence_id: str) -> bool:
        """Return whether a member has an answer to an occurrence that is or will be graded."""
        found = await self._connection.scalar(
            _HAS_ANSWERED, {"member_id": member_id, "occurrence_id": occurrence_id}
        )
        return found is not None

    async def update(self, answer: Answer) -> None:
        """Store the answer's new state."""
        await self._connection.execute(
            sa.update(answers).where(answers.c.id == answer.id).values(**_values(answer))
        )

    async def add_grade(self, answer: Answer, grade: Grade) -> None:
        """Append a grade; earlier ones are kept."""
        await self._connection.execute(
            sa.insert(grades).values(
                team_id=answer.team_id,
                answer_id=answer.id,
                score=grade.score,
                grader=grade.grader,
                body=grade.model_dump_json(),
            )
        )

    async def grade(self, answer_id: str) -> Grade | None:
        """Return the newest grade of an answer."""
        body = await self._connection.scalar(
            sa.select(grades.c.body)
            .where(grades.c.answer_id == answer_id)
            .order_by(grades.c.seq.desc())
            .limit(1)
        )
        return Grade.model_validate_json(body) if body is not None else None

    async def grades(self, answer_id: str) -> int:
        """Return how many grades an answer got, a lead's and those of earlier rounds included."""
        counted = await self._connection.scalar(
            sa.select(sa.func.count()).select_from(grades).where(grades.c.answer_id == answer_id)
        )
        return counted or 0

    async def waiting_messages(self, channel: ChannelRef) -> list[MessageRef]:
        """Return a channel's messages, in threads too, that hold an answer without its grade."""
        rows = await self._connection.scalars(
            sa.select(answers.c.message).where(
                answers.c.state == AnswerState.PENDING.value,
                answers.c.place.startswith(f"{channel.pack()}/", autoescape=True),
            )
        )
        return [MessageRef.unpack(message) for message in rows]

    async def member_name(self, answer: Answer) -> str:
        """Return the name its author is shown by."""
        name: str | None = await self._connection.scalar(
            sa.select(members.c.name).where(members.c.id == answer.member_id)
        )
        return name or ""

    async def pending(self) -> int:
        """Return how many answers wait for a grade."""
        count: int | None = await self._connection.scalar(
            sa.select(sa.func.count())
            .select_from(answers)
            .where(answers.c.state == AnswerState.PENDING.value)
        )
        return count or 0

    async def _one(self, condition: sa.ColumnElement[bool], *, lock: bool = False) -> Answer | None:
        query = sa.select(answers).where(condition).limit(1)
        # SQLite has one writer anyway and drops the clause.
        found = await self._connection.execute(query.with_for_update() if lock else query)
        row = found.first()
        return None if row is None else _answer(row)


class SqlDeliveries:
    """See `handlers.answers.storage.DeliveryRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, key: str) -> Delivery | None:
        """Return a delivery."""
        row = (
            await self._connection.execute(sa.select(deliveries).where(deliveries.c.key == key))
        ).one_or_none()
        if row is None:
            return None
        posted = row.message and Posted(
            message=MessageRef.unpack(row.message),
            thread=row.thread and ThreadRef.unpack(row.thread),
        )
        return Delivery(key=row.key, team_id=row.team_id, posted=posted or None)

    async def begin(self, delivery: Delivery) -> None:
        """Store that a message is about to be sent; one that is there already stays."""
        await insert_new(
            self._connection, deliveries, {"key": delivery.key, "team_id": delivery.team_id}
        )

    async def finish(self, key: str, posted: Posted) -> None:
        """Store where the message stands."""
        await self._connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.key == key)
            .values(message=posted.message.pack(), thread=posted.thread and posted.thread.pack())
        )


_IS_KNOWN: Final = sa.or_(
    occurrences.c.reveal_at.is_(None),
    occurrences.c.reveal.in_((RevealState.DONE.value, RevealState.SKIPPED.value)),
)


class SqlScores:
    """See `handlers.answers.storage.ScoreRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, entry: ScoreEntry) -> None:
        """Store an answer's points, in place of earlier ones for the same answer."""
        row = {
            "answer_id": entry.answer_id,
            "team_id": entry.team_id,
            "member_id": entry.member_id,
            "question_id": entry.question_id,
            "score": entry.score,
            "points": entry.points,
            "earned_at": entry.earned_at,
            "earned_on": entry.earned_on,
        }
        await put(self._connection, scores, row, ("answer_id",))

    async def entries(self, team_id: str, since: date | None) -> list[ScoreEntry]:
        """Return the team's points earned on or after a local date, oldest first.

        Points for a blind question stay out until its reveal: a board would tell its grades.
        """
        query = (
            sa.select(scores, members.c.name)
            .join(members, members.c.id == scores.c.member_id)
            .join(answers, answers.c.id == scores.c.answer_id)
            .join(occurrences, occurrences.c.id == answers.c.occurrence_id)
            .where(scores.c.team_id == team_id, _IS_KNOWN)
            .order_by(scores.c.earned_at, scores.c.answer_id)
        )
        if since is not None:
            query = query.where(scores.c.earned_on >= since)
        return [
            ScoreEntry(
                answer_id=row.answer_id,
                team_id=row.team_id,
                member_id=row.member_id,
                member_name=row.name,
                question_id=row.question_id,
                score=row.score,
                points=row.points,
                earned_at=row.earned_at,
                earned_on=row.earned_on,
            )
            for row in await self._connection.execute(query)
        ]


def _values(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.id,
        "team_id": answer.team_id,
        "key": answer.key,
        "member_id": answer.member_id,
        "occurrence_id": answer.occurrence_id,
        "question_id": answer.question_id,
        "question_version": answer.question_version,
        "source": answer.source.value,
        "text": answer.text,
        "show_in": answer.show_in.pack(),
        "message": answer.message and answer.message.pack(),
        "place": answer.message and _place(answer.message),
        "state": answer.state.value,
        "reason": answer.reason and answer.reason.value,
        "detail": answer.detail,
        "created_at": answer.created_at,
        "author": answer.author and answer.author.pack(),
        "begun": answer.begun,
        "round": answer.round,
        "first_text": answer.first_text,
        "waiting_text": answer.waiting_text,
        "edited_at": answer.edited_at,
        "shared": answer.shared,
    }


def _answer(row: sa.Row[Any]) -> Answer:
    return Answer(
        id=row.id,
        team_id=row.team_id,
        key=row.key,
        member_id=row.member_id,
        occurrence_id=row.occurrence_id,
        question_id=row.question_id,
        question_version=row.question_version,
        source=AnswerSource(row.source),
        text=row.text,
        show_in=_target(row.show_in),
        message=row.message and MessageRef.unpack(row.message),
        state=AnswerState(row.state),
        reason=row.reason and UngradedReason(row.reason),
        detail=row.detail,
        created_at=row.created_at,
        author=row.author and UserRef.unpack(row.author),
        begun=row.begun,
        round=row.round,
        first_text=row.first_text,
        waiting_text=row.waiting_text,
        edited_at=row.edited_at,
        shared=row.shared,
    )


def _place(message: MessageRef) -> str:
    """Return a message's address without its thread, which not everything tells."""
    return replace(message, thread_id=None).pack()


def _target(text: str) -> ChannelRef | ThreadRef:
    """Read the address of a channel (three parts) or of a thread (four)."""
    return ThreadRef.unpack(text) if text.count("/") == 3 else ChannelRef.unpack(text)
