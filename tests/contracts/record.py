"""Rows to store: a question that was asked, and an answer to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from handlers.records import Answer, AnswerSource, Occurrence, OccurrenceState
from handlers.refs import MessageRef, ThreadRef
from tests.contracts.conftest import NOW
from tests.factory import CHANNEL

THREAD = ThreadRef(channel=CHANNEL, id="170.1")
MESSAGE = MessageRef(channel=CHANNEL, id="170.1")


def an_occurrence(key: str = "k1", **changes: object) -> Occurrence:
    fresh = Occurrence(
        id=f"id-{key}",
        team_id="team",
        channel=CHANNEL,
        local_date=date(2026, 3, 2),
        key=key,
        state=OccurrenceState.CLAIMED,
        created_at=NOW,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]


def an_answer(key: str = "a1", **changes: object) -> Answer:
    fresh = Answer(
        id=f"id-{key}",
        team_id="team",
        member_id="ada",
        occurrence_id="id-k1",
        question_id="q1",
        question_version=1,
        source=AnswerSource.MESSAGE,
        key=key,
        text="I would look first.\n“Then” measure: 100 % ✓",
        show_in=THREAD,
        created_at=NOW,
        message=MessageRef(channel=CHANNEL, id="170.2", thread_id="170.1"),
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]
