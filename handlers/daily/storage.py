"""What the daily question needs from storage: schedules, and questions in channels."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from handlers.records import Occurrence, RevealState, Schedule
from handlers.refs import ChannelRef, ThreadRef, WorkspaceRef
from questions.selection import Asked


class ScheduleRepository(Protocol):
    """When channels get their questions."""

    async def active(self) -> list[Schedule]:
        """Return every schedule of every team that is not paused."""

    async def get(self, schedule_id: str) -> Schedule | None:
        """Return one schedule."""

    async def of_channel(self, channel: ChannelRef) -> Schedule | None:
        """Return the channel's schedule."""

    async def of_workspace(self, workspace: WorkspaceRef) -> list[Schedule]:
        """Return a workspace's schedules, paused or not."""

    async def put(self, schedule: Schedule) -> None:
        """Store a schedule, in place of the channel's earlier one."""

    async def remove(self, schedule_id: str) -> None:
        """Forget a schedule; its occurrences stay."""


class OccurrenceRepository(Protocol):
    """Questions in channels."""

    async def claim(self, occurrence: Occurrence) -> bool:
        """Store a new occurrence; ``False`` if its key is taken, and then nothing is stored."""

    async def get(self, occurrence_id: str) -> Occurrence | None:
        """Return one occurrence."""

    async def by_key(self, key: str) -> Occurrence | None:
        """Return the occurrence with this idempotency key."""

    async def update(self, occurrence: Occurrence) -> None:
        """Store the occurrence's new state."""

    async def of_thread(self, thread: ThreadRef) -> Occurrence | None:
        """Return the question posted last whose replies go to this thread."""

    async def newest_posted(self, channel: ChannelRef) -> Occurrence | None:
        """Return the question that was posted last in the channel."""

    async def is_posting(self, channel: ChannelRef, since: datetime) -> bool:
        """Return whether a question was claimed since then and is not known to be posted yet."""

    async def on_date(self, channel: ChannelRef, local_date: date) -> list[Occurrence]:
        """Return the channel's occurrences on a date, oldest first."""

    async def last_date(self, schedule_id: str) -> date | None:
        """Return the latest local date that the schedule has claimed."""

    async def last_dates(self, since: date) -> dict[str, date]:
        """Return the latest local date that each schedule has claimed, by its id.

        Args:
            since: schedules that claimed nothing on or after this date are left out.
        """

    async def asked(self, channel: ChannelRef) -> list[Asked]:
        """Return what the channel was asked, oldest first."""

    async def open_threads(self, since: date) -> list[ThreadRef]:
        """Return the threads of questions posted on or after a local date."""

    async def asked_directly(self, since: date) -> list[ChannelRef]:
        """Return the direct messages in which a question was posted on or after a date."""

    async def due_reveals(self, now: datetime) -> list[Occurrence]:
        """Return the posted blind questions to be revealed by now and not yet, oldest first."""

    async def advance_reveal(
        self, occurrence_id: str, to: RevealState, *, since: RevealState | None
    ) -> bool:
        """Change how far a reveal got; ``False``, changing nothing, unless it was in ``since``."""

    async def hidden_of_team(self, team_id: str, now: datetime) -> list[Occurrence]:
        """Return a team's posted blind questions whose reveal is to come, newest first."""
