"""What is stored in Chroma and how it is searched. Blocking, for one thread only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, Protocol

from bot.retrieval.chunk import split_chunks
from bot.retrieval.piece import MAX_PIECES, Piece, digest, pieces_of
from questions.ports import Embedder, RelatedAnswer, RetrievalUnavailable
from questions.question import Question

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

# Changes whenever what is stored does, so that old collections are left behind.
SCHEMA: Final = 2
MAX_REPLY_CHUNKS: Final = 8
BATCH: Final = 32
_FINGERPRINT: Final = "fingerprint"


class Place(Protocol):
    """Where Chroma is: a folder or a server."""

    @property
    def trouble(self) -> str:
        """What to say of a failure there."""

    def open(self) -> Client:
        """Return a client."""

    def close(self) -> None:
        """Let go of what `open` took, after the client was closed."""

    def erase(self) -> None:
        """Delete what is stored, where it is ours to delete."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a collection lacks.

    Attributes:
        fingerprint: of what it is to hold; empty where it holds that already.
        new: what is to be embedded.
        gone: ids of what is to be deleted.
    """

    fingerprint: str
    new: tuple[Piece, ...] = ()
    gone: tuple[str, ...] = ()


class ChromaStore:
    """One collection a team and embedding, opened on first use.

    Args:
        embedder: makes the vectors. Chroma is given vectors and never loads a model itself.
        place: where Chroma is.
    """

    def __init__(self, embedder: Embedder, place: Place) -> None:
        self._embedder = embedder
        self._place = place
        self._client: Client | None = None

    def search(
        self, teams: Sequence[str], text: str, *, limit: int, without: str | None = None
    ) -> tuple[RelatedAnswer, ...]:
        """Return the answers of ``teams`` whose closest piece is closest, except ``without``'s.

        Raises:
            RetrievalUnavailable: the index is missing, broken or owned by another process.
        """
        chunks = split_chunks(text, limit=MAX_REPLY_CHUNKS)
        if not chunks or limit < 1:
            return ()
        vectors = list(self._embedder.embed(chunks))
        # A question has several pieces, and the asked question's own are left out afterwards.
        wanted = (limit + 1) * MAX_PIECES
        closest: dict[str, RelatedAnswer] = {}
        with self._guarded():
            for team in teams:
                found = self._collection(team).query(
                    query_embeddings=vectors,
                    n_results=wanted,
                    include=["metadatas", "distances"],
                )
                for answer in _hits(found["metadatas"], found["distances"]):
                    known = closest.get(answer.question_id)
                    if known is None or answer.similarity > known.similarity:
                        closest[answer.question_id] = answer
        if without is not None:
            closest.pop(without, None)
        ranked = sorted(closest.values(), key=lambda a: (-a.similarity, a.question_id))
        return tuple(ranked[:limit])

    def compare(self, team: str, questions: Sequence[Question]) -> Difference:
        """Return what ``team``'s collection lacks to hold exactly ``questions``.

        An unchanged bank costs one read of a fingerprint.

        Raises:
            RetrievalUnavailable: the index is broken or owned by another process.
        """
        pieces = {piece.id: piece for question in questions for piece in pieces_of(question)}
        fingerprint = digest(sorted(pieces))
        with self._guarded():
            collection = self._collection(team)
            known = (collection.metadata or {}).get(_FINGERPRINT)
            if known == fingerprint and collection.count() == len(pieces):
                return Difference(fingerprint="")
            stored = set(collection.get(include=[])["ids"])
        new = tuple(piece for id_, piece in pieces.items() if id_ not in stored)
        gone = tuple(sorted(stored - set(pieces)))
        return Difference(fingerprint=fingerprint, new=new, gone=gone)

    def add(self, team: str, pieces: Sequence[Piece]) -> None:
        """Embed and store a batch of pieces.

        Raises:
            RetrievalUnavailable: the index is broken or owned by another process.
        """
        with self._guarded():
            self._collection(team).upsert(
                ids=[piece.id for piece in pieces],
                embeddings=list(self._embedder.embed([piece.text for piece in pieces])),
                documents=[piece.text for piece in pieces],
                metadatas=[piece.metadata for piece in pieces],
            )

    def settle(self, team: str, difference: Difference) -> None:
        """Delete what is gone and write the fingerprint, last of all.

        A process killed on the way leaves the old one, and the next update finishes the work.

        Raises:
            RetrievalUnavailable: the index is broken or owned by another process.
        """
        with self._guarded():
            collection = self._collection(team)
            for start in range(0, len(difference.gone), BATCH):
                collection.delete(ids=list(difference.gone[start : start + BATCH]))
            collection.modify(metadata={_FINGERPRINT: difference.fingerprint})

    def erase(self, team: str) -> None:
        """Delete ``team``'s collection, or the whole store where it is broken.

        Raises:
            RetrievalUnavailable: the index is owned by another process.
        """
        name = collection_name(team, self._embedder.name)
        try:
            with self._guarded():
                client = self._open()
                if name in {collection.name for collection in client.list_collections()}:
                    client.delete_collection(name)
        except RetrievalUnavailable:
            self._drop()
            self._place.erase()

    def count(self, team: str) -> int:
        """Return how many pieces ``team``'s collection holds.

        Raises:
            RetrievalUnavailable: the index is broken or owned by another process.
        """
        with self._guarded():
            return self._collection(team).count()

    def close(self) -> None:
        """Close the client and let go of the place. The next call opens both again."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.close()
            finally:
                self._place.close()

    def _open(self) -> Client:
        if self._client is None:
            self._client = self._place.open()
        return self._client

    def _collection(self, team: str) -> Collection:
        """Return ``team``'s collection as it is now: another process may have rebuilt it."""
        return self._open().get_or_create_collection(
            collection_name(team, self._embedder.name),
            configuration={"hnsw": {"space": "cosine"}},
            embedding_function=None,
        )

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn whatever Chroma raises into the one exception of the port."""
        try:
            yield
        except RetrievalUnavailable:
            raise
        # Chroma raises its own errors, httpx's, sqlite's and bare ones. A panic of its Rust
        # core derives from BaseException and can't be imported.
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            self._drop()
            raise RetrievalUnavailable(self._place.trouble) from error

    def _drop(self) -> None:
        """Close what failed, so that the next call starts afresh."""
        with suppress(Exception):
            self.close()


def _hits(
    metadatas: Sequence[Sequence[Mapping[str, object]]] | None,
    distances: Sequence[Sequence[float]] | None,
) -> Iterator[RelatedAnswer]:
    """Yield the answers of all queries' hits."""
    for row, away in zip(chain(*(metadatas or ())), chain(*(distances or ())), strict=True):
        yield RelatedAnswer(
            question_id=str(row["question_id"]),
            prompt=str(row["prompt"]),
            text=str(row["answer"]),
            similarity=1.0 - away,
        )


def collection_name(team: str, embedding: str) -> str:
    """Return the name of a team's collection: 3 to 63 of the characters Chroma allows.

    The names are shortened for reading; the digest at the end tells them apart.
    """
    readable = (re.sub(r"[^a-z0-9]+", "-", text.casefold())[:20] for text in (team, embedding))
    return "-".join(
        part.strip("-") or "x" for part in (*readable, digest((team, embedding, SCHEMA))[:12])
    )
