"""Runs the bot, and kills it before one of its database commits.

Used as a script by the kill test: the real process with real signals. The environment says when:
`KILL_ARMED` is a file that arms the trap once it exists, `KILL_AT` the number of the application's
commit, counted from then, that must not happen.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.__main__ import main

ARMED = Path(os.environ["KILL_ARMED"])
KILL_AT = int(os.environ["KILL_AT"])
_commits = 0


@sa.event.listens_for(Engine, "commit")
def _count(connection: sa.Connection) -> None:
    global _commits  # noqa: PLW0603
    if _is_application(connection) and KILL_AT and ARMED.exists():
        _commits += 1
        if _commits == KILL_AT:
            os.kill(os.getpid(), signal.SIGKILL)


def _is_application(connection: sa.Connection) -> bool:
    """Whether it is not the jobs' own: theirs are pooled, the writer's of ours is not."""
    return connection.dialect.is_async or isinstance(connection.engine.pool, sa.pool.NullPool)


if __name__ == "__main__":
    main()
