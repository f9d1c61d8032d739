"""The index of model answers in Chroma, behind the `Retriever` port.

The index is never the truth: whatever is in it can be rebuilt from the questions, and every
failure of it is one exception, which grading survives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final, TypeVar

from bot.retrieval.chroma_client import ChromaServer, EmbeddedChroma
from bot.retrieval.chroma_store import BATCH, ChromaStore
from questions.ports import Embedder, RelatedAnswer, RetrievalUnavailable
from questions.question import Question

SHIPPED: Final = "shipped"
Progress = Callable[[int, int], None]

_Result = TypeVar("_Result")


class ChromaRetriever:
    """Finds related answers. Chroma and the embedder run in one thread of its own.

    Nothing is opened before the first call. A store that can't be opened is tried again by the
    next call, so it comes back by itself once another process lets go of it.

    Args:
        embedder: makes the vectors; the caller closes it after this.
        data_dir: the folder of the embedded store, made where it is missing.
        chroma_url: a Chroma server to use instead of the embedded store.
    """

    def __init__(
        self, embedder: Embedder, *, data_dir: Path, chroma_url: str | None = None
    ) -> None:
        place = ChromaServer(chroma_url) if chroma_url else EmbeddedChroma(data_dir)
        self._store = ChromaStore(embedder, place)
        self._indexing = asyncio.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chroma")

    async def related(
        self, question: Question, text: str, *, limit: int, team: str | None = None
    ) -> tuple[RelatedAnswer, ...]:
        """Return up to ``limit`` related answers, closest first, without ``question``'s own.

        Args:
            question: the question that was asked.
            text: the reply.
            limit: how many at most.
            team: the team whose own answers are searched besides the shipped ones.

        Raises:
            RetrievalUnavailable: the index is missing, broken or owned by another process.
        """
        teams = tuple(dict.fromkeys((team or SHIPPED, SHIPPED)))
        return await self._run(
            lambda: self._store.search(teams, text, limit=limit, without=question.id)
        )

    async def find(
        self, text: str, *, limit: int, team: str = SHIPPED
    ) -> tuple[RelatedAnswer, ...]:
        """Return up to ``limit`` questions that ``text`` may mean, closest first.

        Args:
            text: a question in anybody's words.
            limit: how many at most.
            team: the team whose own questions are searched besides the shipped ones.

        Raises:
            RetrievalUnavailable: the index is missing, broken or owned by another process.
        """
        teams = tuple(dict.fromkeys((team, SHIPPED)))
        return await self._run(lambda: self._store.search(teams, text, limit=limit))

    async def index(
        self,
        questions: Sequence[Question],
        *,
        team: str = SHIPPED,
        progress: Progress | None = None,
        gently: bool = False,
    ) -> int:
        """Make a team's index hold exactly ``questions``; only what changed is embedded.

        Args:
            questions: all questions of the team.
            team: whose they are.
            progress: called with (pieces done, pieces to do).
            gently: leave half of the time to others.

        Returns:
            How many pieces of text were embedded; 0 where nothing had changed.

        Raises:
            RetrievalUnavailable: the index is broken or owned by another process.
        """
        async with self._indexing:
            return await self._update(team, questions, progress, gently=gently)

    async def refresh(
        self, read: Callable[[], Awaitable[Sequence[Question]]], *, team: str, gently: bool = False
    ) -> int:
        """Like `index`, with questions that are read when it is this update's turn.

        Of two updates the later one then also holds what was stored later.

        Args:
            read: returns all questions of the team.
            team: whose they are.
            gently: leave half of the time to others.

        Raises:
            RetrievalUnavailable: the index is broken or owned by another process.
        """
        async with self._indexing:
            return await self._update(team, await read(), None, gently=gently)

    async def rebuild(
        self,
        questions: Sequence[Question],
        *,
        team: str = SHIPPED,
        progress: Progress | None = None,
    ) -> int:
        """Throw a team's index away and build it anew.

        An embedded store that can't be opened is deleted whole, other teams' indexes with it;
        they are rebuilt by their own `index`.

        Raises:
            RetrievalUnavailable: the index is owned by another process, or can't be written.
        """
        async with self._indexing:
            await self._run(lambda: self._store.erase(team))
            return await self._update(team, questions, progress)

    async def count(self, *, team: str = SHIPPED) -> int:
        """Return how many pieces of text a team's index holds, as a check of its health.

        Raises:
            RetrievalUnavailable: the index is broken or owned by another process.
        """
        return await self._run(lambda: self._store.count(team))

    async def close(self) -> None:
        """Finish what runs, close the store and let the next process have it; once is enough."""
        try:
            await self._run(self._store.close)
        except RetrievalUnavailable:
            return
        finally:
            self._thread.shutdown(wait=False)

    async def _update(
        self,
        team: str,
        questions: Sequence[Question],
        progress: Progress | None,
        *,
        gently: bool = False,
    ) -> int:
        """Work batch by batch: between two of them, whoever looks for something has a turn."""
        difference = await self._run(lambda: self._store.compare(team, questions))
        if not difference.fingerprint:
            return 0
        new = difference.new
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            began = monotonic()
            await self._run(partial(self._store.add, team, batch))
            if gently:
                await asyncio.sleep(monotonic() - began)
            if progress is not None:
                progress(start + len(batch), len(new))
        await self._run(lambda: self._store.settle(team, difference))
        return len(new)

    async def _run(self, work: Callable[[], _Result]) -> _Result:
        try:
            running = asyncio.get_running_loop().run_in_executor(self._thread, work)
        except RuntimeError as error:
            # What an executor says after its shutdown.
            raise RetrievalUnavailable("The index is closed.") from error
        return await running
