"""Running a command's asynchronous part."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Final, TypeVar

import click

from handlers.storage import StorageUnavailable

_Result = TypeVar("_Result")
_SQLITE_THREAD: Final = "_connection_worker_thread"
_JOIN_SECONDS: Final = 1.0


def run_async(work: Coroutine[None, None, _Result]) -> _Result:
    """Run ``work`` to its end in an event loop of its own.

    Raises:
        click.ClickException: the database was lost on the way.
    """
    try:
        return asyncio.run(_with_threads_joined(work))
    except StorageUnavailable as error:
        raise click.ClickException(
            "The database can't be used just now: check that it runs and that nothing else has "
            "locked it, then try again."
        ) from error


async def _with_threads_joined(work: Coroutine[None, None, _Result]) -> _Result:
    try:
        return await work
    finally:
        await asyncio.to_thread(_join_sqlite_threads)


def _join_sqlite_threads() -> None:
    """Wait for SQLite connections that could not be opened.

    The driver's thread tells the event loop of its end; were the loop closed before, the thread
    would die with a traceback.
    """
    for thread in threading.enumerate():
        if _SQLITE_THREAD in thread.name:
            thread.join(_JOIN_SECONDS)
