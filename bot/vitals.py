"""How the parts of a running bot are, for whoever supervises it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.bootstrap import Application, Runnable
from bot.retrieval.chroma import ChromaRetriever
from handlers.refs import Platform
from handlers.storage import StorageUnavailable
from questions.ports import RetrievalUnavailable


class Listener(Runnable, Protocol):
    """What listens on a chat platform."""

    @property
    def is_connected(self) -> bool:
        """Whether the platform is telling us what happens just now."""


class Serving(Listener, Protocol):
    """A listener that says why it does not listen yet."""

    @property
    def trouble(self) -> str:
        """Why the platform was not reached yet, in a sentence; empty once it was."""


async def vitals(
    application: Application,
    retriever: ChromaRetriever,
    listeners: Mapping[Platform, Serving],
) -> dict[str, str]:
    """Return each part's state: ``ok``, ``degraded: why`` or ``down: why``.

    A broken index only degrades grading. A platform that is out of reach is down for us, even if
    the fault is its own.
    """
    parts = {"database": await _database(application), "index": await _index(retriever)}
    for platform, listener in listeners.items():
        why = listener.trouble or "not connected"
        parts[platform.value] = "ok" if listener.is_connected else f"down: {why}"
    return parts


async def _database(application: Application) -> str:
    try:
        async with application.database.unit_of_work(read_only=True) as work:
            waiting = await work.answers.pending()
    except StorageUnavailable as error:
        return f"down: {error}"
    return f"ok, {waiting} answers wait for a grade" if waiting else "ok"


async def _index(retriever: ChromaRetriever) -> str:
    try:
        await retriever.count()
    except RetrievalUnavailable as error:
        return f"degraded: {error}"
    return "ok"
