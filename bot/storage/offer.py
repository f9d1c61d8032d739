"""Answers offered as model answers, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.offer_tables import offer_events, offers
from bot.storage.tables import answers, members
from bot.storage.upsert import insert_new
from handlers.offers.record import Offer, OfferEvent, OfferState
from handlers.records import AnswerState
from handlers.refs import UserRef


class SqlOffers:
    """See `handlers.offers.storage.OfferRepository`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, offer: Offer) -> bool:
        """Store a new offer; ``False``, changing nothing, if its id is known."""
        row = {
            "id": offer.id,
            "team_id": offer.team_id,
            "answer_id": offer.answer_id,
            "member_id": offer.member_id,
            "author": offer.author.pack(),
            "question_id": offer.question_id,
            "question_version": offer.question_version,
            "text": offer.text,
            "score": offer.score,
            "is_estimate": offer.is_estimate,
            "named": offer.named,
            "state": offer.state.value,
            "created_at": offer.created_at,
        }
        if not await insert_new(self._connection, offers, row):
            return False
        await self._note(offer, offer.member_id, offer.created_at)
        return True

    async def get(self, offer_id: str) -> Offer | None:
        """Return one offer."""
        found = await self._read(offers.c.id == offer_id)
        return found[0] if found else None

    async def of_answer(self, answer_id: str) -> list[Offer]:
        """Return every offer of an answer, oldest first."""
        return await self._read(offers.c.answer_id == answer_id)

    async def of_team(
        self, team_id: str, state: OfferState, question_id: str | None = None
    ) -> list[Offer]:
        """Return a team's offers in one state, to one question if it is named, oldest first."""
        wanted = [offers.c.team_id == team_id, offers.c.state == state.value]
        if question_id is not None:
            wanted.append(offers.c.question_id == question_id)
        return await self._read(sa.and_(*wanted))

    async def advance(
        self, offer: Offer, *, since: OfferState, by: str | None, at: datetime
    ) -> bool:
        """Store an offer's new state and add it to its history; see the port."""
        result = await self._connection.execute(
            sa.update(offers)
            .where(offers.c.id == offer.id, offers.c.state == since.value)
            .values(state=offer.state.value)
            .returning(offers.c.id)
        )
        if result.first() is None:
            return False
        await self._note(offer, by, at)
        return True

    async def history(self, offer_id: str) -> list[OfferEvent]:
        """Return an offer's steps, its making first."""
        rows = await self._connection.execute(
            sa.select(offer_events)
            .where(offer_events.c.offer_id == offer_id)
            .order_by(offer_events.c.seq)
        )
        return [
            OfferEvent(
                offer_id=row.offer_id, state=OfferState(row.state), member_id=row.done_by, at=row.at
            )
            for row in rows
        ]

    async def teams(self) -> list[str]:
        """Return the ids of teams that ever had an offer."""
        rows = await self._connection.execute(sa.select(offers.c.team_id).distinct())
        return [row.team_id for row in rows]

    async def answers_to(self, team_id: str, member_id: str, question_id: str) -> list[str]:
        """Return the ids of a member's graded answers to a question, newest first."""
        rows = await self._connection.execute(
            sa.select(answers.c.id)
            .where(
                answers.c.team_id == team_id,
                answers.c.member_id == member_id,
                answers.c.question_id == question_id,
                answers.c.state == AnswerState.GRADED.value,
            )
            .order_by(answers.c.created_at.desc(), answers.c.id)
        )
        return [row.id for row in rows]

    async def _note(self, offer: Offer, by: str | None, at: datetime) -> None:
        row = {
            "team_id": offer.team_id,
            "offer_id": offer.id,
            "state": offer.state.value,
            "done_by": by,
            "at": at,
        }
        await self._connection.execute(sa.insert(offer_events).values(row))

    async def _read(self, condition: sa.ColumnElement[bool]) -> list[Offer]:
        rows = await self._connection.execute(
            sa.select(offers, members.c.name.label("member_name"))
            .join(members, members.c.id == offers.c.member_id)
            .where(condition)
            .order_by(offers.c.created_at, offers.c.id)
        )
        return [_offer(row) for row in rows]


def _offer(row: sa.Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        team_id=row.team_id,
        answer_id=row.answer_id,
        member_id=row.member_id,
        author=UserRef.unpack(row.author),
        question_id=row.question_id,
        question_version=row.question_version,
        text=row.text,
        score=row.score,
        is_estimate=row.is_estimate,
        named=row.named,
        created_at=row.created_at,
        state=OfferState(row.state),
        name=row.member_name,
    )
