"""The jobs behind an appeal, one for each thing that can fail by itself."""

from __future__ import annotations

from typing import Final

from handlers.ports import Job
from handlers.records import Answer

RECONSIDER: Final = "reconsider-answer"
TELL_READING: Final = "tell-second-reading"
TELL_DECISION: Final = "tell-decision"


def appeal_job(kind: str, appeal_id: str, answer: Answer) -> Job:
    """Return a job about an appeal, for the processes that can speak where the grade stands."""
    return Job(kind=kind, subject=appeal_id, lane=answer.show_in.platform)
