"""What grading and storing need, opened from the settings: the part that no platform changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.retrieval.choose import OwnedEmbedder, choose_embedder
from bot.retrieval.chroma import ChromaRetriever
from bot.settings import Settings
from bot.startup import StartupError
from bot.storage.engine import create_engine, database_url
from bot.storage.migrate import upgrade
from bot.storage.unit_of_work import Enqueue, Enqueued, SqlUnitOfWorkFactory, open_storage
from handlers.answers.judge import AnswerGrader
from handlers.bank.index import indexed, indexed_teams
from handlers.practice.ports import Interviewer
from handlers.report.ports import Narrator
from handlers.storage import SHIPPED_TEAM
from handlers.voice.ports import SpeechToText
from questions.packs import shipped_bank
from questions.ports import Grader

if TYPE_CHECKING:
    from bot.llm.config import LlmConfig

Progress = Callable[[int, int], None]
"""Told how many of how many are done; may be called from another thread."""


class OwnedInterviewer(Interviewer, Protocol):
    """An interviewer whose connections are ours to close."""

    async def close(self) -> None:
        """Let go of the connections."""


class OwnedNarrator(Narrator, Protocol):
    """A narrator whose connections are ours to close."""

    async def close(self) -> None:
        """Let go of the connections."""


class OwnedSpeech(SpeechToText, Protocol):
    """What writes recordings down, with connections that are ours to close."""

    async def close(self) -> None:
        """Let go of the connections."""


@dataclass(frozen=True, kw_only=True)
class Judging:
    """A grader and the index that it draws related answers from; with a model, what else it does.

    Attributes:
        interviewer: words the turns of interviews.
        narrator: words the summaries of reports.
        speech: writes down spoken answers.
    """

    grader: Grader
    retriever: ChromaRetriever
    embedder: OwnedEmbedder
    interviewer: OwnedInterviewer | None = None
    narrator: OwnedNarrator | None = None
    speech: OwnedSpeech | None = None

    @property
    def answer_grader(self) -> AnswerGrader:
        """What grades one reply."""
        return AnswerGrader(self.grader, self.retriever)

    async def close(self) -> None:
        """Let go of the model's connections, the index and the vectors."""
        close = getattr(self.grader, "close", None)
        if close is not None:
            await close()
        for part in (self.interviewer, self.narrator, self.speech):
            if part is not None:
                await part.close()
        await self.retriever.close()
        self.embedder.close()


def open_judging(settings: Settings) -> Judging:
    """Choose embeddings, index and grader. Nothing is loaded or reached yet.

    Raises:
        StartupError: what the settings ask for can't be had.
    """
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    embedder = choose_embedder(
        settings.embeddings,
        openai_api_key=key,
        openai_base_url=settings.openai_base_url,
        embedding_model=settings.embedding_model,
    )
    retriever = ChromaRetriever(
        embedder, data_dir=settings.data_dir, chroma_url=settings.chroma_url
    )
    return Judging(
        grader=_grader(settings, key, embedder),
        retriever=retriever,
        embedder=embedder,
        interviewer=_interviewer(settings, key),
        narrator=_narrator(settings, key),
        speech=_speech(settings, key),
    )


def _interviewer(settings: Settings, key: str | None) -> OwnedInterviewer | None:
    if not settings.uses_model:
        return None
    from bot.llm.interviewer import OpenAIInterviewer  # noqa: PLC0415

    return OpenAIInterviewer(_model(settings, key))


def _narrator(settings: Settings, key: str | None) -> OwnedNarrator | None:
    if not settings.uses_model:
        return None
    from bot.llm.narrator import OpenAINarrator  # noqa: PLC0415

    return OpenAINarrator(_model(settings, key))


def _speech(settings: Settings, key: str | None) -> OwnedSpeech | None:
    if key is None and settings.openai_base_url is None:
        return None
    from bot.llm.speech import OpenAISpeech  # noqa: PLC0415

    return OpenAISpeech(replace(_model(settings, key), model=settings.transcription_model))


def _model(settings: Settings, key: str | None) -> LlmConfig:
    from bot.llm.config import OPENAI_BASE_URL, LlmConfig  # noqa: PLC0415

    if key is None and settings.openai_base_url is None:
        raise StartupError(
            "Grading with a model needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of "
            "your own; with PREPBOT_GRADER=local none is needed."
        )
    return LlmConfig(
        model=settings.model,
        api_key=key or "",
        base_url=settings.openai_base_url or OPENAI_BASE_URL,
        samples=settings.grader_samples,
        input_usd_per_mtok=settings.price_input,
        output_usd_per_mtok=settings.price_output,
    )


def _grader(settings: Settings, key: str | None, embedder: OwnedEmbedder) -> Grader:
    # Each grader's libraries take a good part of a second that the other need not spend.
    if settings.uses_model:
        from bot.llm.grader import OpenAIGrader  # noqa: PLC0415

        return OpenAIGrader(_model(settings, key))
    from bot.retrieval.choose import encoder_of  # noqa: PLC0415
    from bot.retrieval.minilm import MiniLM  # noqa: PLC0415
    from questions.local.grader import LocalGrader  # noqa: PLC0415
    from questions.local.parameters import LEXICAL, MINILM, load_parameters  # noqa: PLC0415

    encoder = encoder_of(embedder, settings.embeddings)
    parameters = load_parameters(MINILM if isinstance(encoder, MiniLM) else LEXICAL)
    return LocalGrader(encoder, parameters=parameters)


@dataclass(frozen=True, kw_only=True)
class Database:
    """The database, its tables up to date."""

    engine: AsyncEngine
    unit_of_work: SqlUnitOfWorkFactory

    async def close(self) -> None:
        """Let go of the connections."""
        await self.unit_of_work.close()
        await self.engine.dispose()


async def open_database(
    settings: Settings, enqueue: Enqueue, enqueued: Enqueued | None = None
) -> Database:
    """Open the database and bring its tables up to date.

    Args:
        settings: where it is.
        enqueue: how a job is written through a transaction's connection.
        enqueued: told when a transaction with jobs in it is committed.

    Raises:
        StartupError: it can't be used; says what to do.
    """
    engine = create_engine(database_url(settings.database))
    try:
        await upgrade(engine)
    except BaseException:
        await engine.dispose()
        raise
    return Database(engine=engine, unit_of_work=open_storage(engine, enqueue, enqueued))


async def load_bank(database: Database) -> int:
    """Store the shipped questions; return how many were new, changed or retired."""
    bank = await asyncio.to_thread(shipped_bank)
    async with database.unit_of_work() as work:
        return await work.questions.sync(SHIPPED_TEAM, bank)


async def index_bank(
    database: Database, judging: Judging, progress: Progress | None = None, *, rebuild: bool = False
) -> int:
    """Bring the index of model answers up to SQL: the bank's, then every team's own.

    Args:
        database: where the questions are.
        judging: where the index is.
        progress: told how far it is; where nobody looks, half of the time is left to others.
        rebuild: throw the old index away first.

    Returns:
        How many answers were embedded.

    Raises:
        RetrievalUnavailable: the index can't be used.
    """
    retriever = judging.retriever
    index = retriever.rebuild if rebuild else partial(retriever.index, gently=progress is None)
    async with database.unit_of_work(read_only=True) as work:
        questions = await work.questions.all(SHIPPED_TEAM)
        teams = await indexed_teams(work)
    count = await index(questions, team=SHIPPED_TEAM, progress=progress)
    for team_id in teams:
        async with database.unit_of_work(read_only=True) as work:
            own = await indexed(work, team_id)
        count += await index(own, team=team_id, progress=progress)
    return count


def no_jobs(_connection: object, _job: object) -> None:
    """Refuse to enqueue, for commands that only read or migrate."""
    raise RuntimeError("this command runs no jobs")
