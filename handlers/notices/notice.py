"""Putting a notice on its way, in the transaction of what it is about."""

from __future__ import annotations

import uuid
from typing import Final

from handlers.ports import Job
from handlers.records import Notice, NoticeKind
from handlers.refs import UserRef
from handlers.storage import UnitOfWork

TELL_NOTICE: Final = "tell-notice"


async def tell(
    work: UnitOfWork, kind: NoticeKind, user: UserRef, *, team_id: str, subject: str, key: str
) -> None:
    """Have somebody told something in a direct message, unless they were already.

    Args:
        work: the transaction that it belongs to.
        kind: what it is.
        user: whom to tell.
        team_id: their team.
        subject: the id of the row that it is about.
        key: the idempotency key: one key is one message.
    """
    notice = Notice(
        id=uuid.uuid4().hex, team_id=team_id, key=key, kind=kind, user=user, subject=subject
    )
    if await work.notices.add(notice):
        await work.enqueue(Job(kind=TELL_NOTICE, subject=notice.id, lane=user.platform))
