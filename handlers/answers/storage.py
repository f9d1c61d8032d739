"""What answering needs from storage: answers, messages on their way, points."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from handlers.ports import Posted
from handlers.records import Answer, Delivery, ScoreEntry
from handlers.refs import ChannelRef, MessageRef
from questions.grading import Grade


class AnswerRepository(Protocol):
    """What members wrote, and what became of it."""

    async def add(self, answer: Answer) -> bool:
        """Store a new answer; ``False`` if its key is known, and then nothing is stored."""

    async def get(self, answer_id: str) -> Answer | None:
        """Return one answer."""

    async def locked(self, answer_id: str) -> Answer | None:
        """Return one answer and keep others from changing it until this unit of work ends."""

    async def by_key(self, key: str) -> Answer | None:
        """Return the answer with this idempotency key."""

    async def of_message(self, message: MessageRef) -> Answer | None:
        """Return the answer that a message holds, and lock it; its ``thread_id`` may be missing."""

    async def of_occurrence(self, occurrence_id: str) -> list[Answer]:
        """Return every answer to an occurrence, oldest first."""

    async def note_deleted(self, message: MessageRef, now: datetime) -> None:
        """Keep in mind that a message is gone, should it come after its own deletion."""

    async def is_deleted(self, message: MessageRef) -> bool:
        """Return whether a message is known to be gone; its ``thread_id`` does not matter."""

    async def forget_deleted(self, before: datetime) -> None:
        """Forget the messages that were gone before an instant."""

    async def has_answered(self, member_id: str, occurrence_id: str) -> bool:
        """Return whether a member has an answer to an occurrence that is or will be graded."""

    async def update(self, answer: Answer) -> None:
        """Store the answer's new state."""

    async def add_grade(self, answer: Answer, grade: Grade) -> None:
        """Append a grade; earlier ones are kept."""

    async def grade(self, answer_id: str) -> Grade | None:
        """Return the newest grade of an answer."""

    async def grades(self, answer_id: str) -> int:
        """Return how many grades an answer got, a lead's and those of earlier rounds included."""

    async def waiting_messages(self, channel: ChannelRef) -> list[MessageRef]:
        """Return a channel's messages, in threads too, that hold an answer without its grade."""

    async def member_name(self, answer: Answer) -> str:
        """Return the name its author is shown by."""

    async def pending(self) -> int:
        """Return how many answers wait for a grade."""


class DeliveryRepository(Protocol):
    """Messages on their way."""

    async def get(self, key: str) -> Delivery | None:
        """Return a delivery."""

    async def begin(self, delivery: Delivery) -> None:
        """Store that a message is about to be sent; one that is there already stays."""

    async def finish(self, key: str, posted: Posted) -> None:
        """Store where the message stands."""


class ScoreRepository(Protocol):
    """Points."""

    async def put(self, entry: ScoreEntry) -> None:
        """Store an answer's points, in place of earlier ones for the same answer."""

    async def entries(self, team_id: str, since: date | None) -> list[ScoreEntry]:
        """Return the team's points earned on or after a local date, oldest first.

        Points for a blind question stay out until its reveal: a board would tell its grades.
        """
