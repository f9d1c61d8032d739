"""What practice needs from storage: sessions and their turns."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from handlers.practice.record import Asked, PracticeSession, PracticeTurn
from handlers.refs import ChannelRef, MessageRef, ThreadRef, UserRef


class PracticeRepository(Protocol):
    """Sessions and their turns."""

    async def add(self, session: PracticeSession) -> bool:
        """Store a new session; ``False``, storing nothing, where the person has an open one."""

    async def get(self, session_id: str) -> PracticeSession | None:
        """Return one session."""

    async def locked(self, session_id: str) -> PracticeSession | None:
        """Return one session and keep others from changing it until this unit of work ends."""

    async def has_open(self, user: UserRef) -> bool:
        """Return whether an account has a session that has not ended; locks nothing."""

    async def open_of(self, user: UserRef) -> PracticeSession | None:
        """Return an account's session that has not ended, paused or not, and lock it."""

    async def open_of_member(self, member_id: str) -> PracticeSession | None:
        """Return a member's session that has not ended, paused or not."""

    async def update(self, session: PracticeSession) -> None:
        """Store a session's new state."""

    async def of_member(self, member_id: str, *, limit: int) -> list[PracticeSession]:
        """Return a member's sessions that have ended, the newest first."""

    async def due(self, now: datetime, *, limit: int) -> list[PracticeSession]:
        """Return open sessions whose silence has to be looked at, the oldest wish first."""

    async def open_places(self) -> list[ChannelRef | ThreadRef]:
        """Return where open sessions are held."""

    async def newest_message(self, channel: ChannelRef) -> MessageRef | None:
        """Return the message of the newest turn of an open session in a conversation."""

    async def add_turn(self, turn: PracticeTurn) -> bool:
        """Store a new turn; ``False``, storing nothing, if its number is taken."""

    async def turn(self, turn_id: str) -> PracticeTurn | None:
        """Return one turn."""

    async def turns(self, session_id: str) -> list[PracticeTurn]:
        """Return a session's turns, in order."""

    async def update_turn(self, turn: PracticeTurn) -> None:
        """Store a turn's new state."""

    async def turn_of_answer(self, key: str) -> PracticeTurn | None:
        """Return the turn whose answer has this idempotency key."""

    async def turn_of_message(self, message: MessageRef) -> PracticeTurn | None:
        """Return the turn that a message answers; its ``thread_id`` does not matter."""

    async def asked_of(self, member_id: str, *, limit: int) -> list[Asked]:
        """Return the questions that a member was asked in practice, the newest first."""
