"""The jobs that reveal a blind question, one for each thing that can fail by itself."""

from __future__ import annotations

from typing import Final

from handlers.ports import Job
from handlers.records import Answer, Occurrence

REVEAL: Final = "reveal-question"
POST_REVEAL: Final = "post-reveal"
REVEAL_GRADE: Final = "reveal-grade"
LATE_GRADE: Final = "late-grade"


def reveal_job(kind: str, occurrence: Occurrence) -> Job:
    """Return a job about a question's reveal."""
    return Job(kind=kind, subject=occurrence.id, lane=occurrence.channel.platform)


def reveal_grade_job(answer: Answer) -> Job:
    """Return the job that tells an author a grade that was held until the reveal."""
    return Job(kind=REVEAL_GRADE, subject=answer.id, lane=answer.show_in.platform)


def late_grade_job(answer: Answer) -> Job:
    """Return the job that tells in the thread a grade that the reveal came too early for."""
    return Job(kind=LATE_GRADE, subject=answer.id, lane=answer.show_in.platform)
