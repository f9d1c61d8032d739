"""Running a command's asynchronous part."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

import click

from handlers.storage import StorageUnavailable

_Result = TypeVar("_Result")


def run_async(work: Coroutine[None, None, _Result]) -> _Result:
    """Run ``work`` to its end in an event loop of its own.

    Raises:
        click.ClickException: the database was lost on the way.
    """
    try:
        return asyncio.run(work)
    except StorageUnavailable as error:
        raise click.ClickException(
            "The database can't be used just now: check that it runs and that nothing else has "
            "locked it, then try again."
        ) from error
