"""Opening and closing Chroma: embedded under a file lock, or a server over HTTP."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from questions.ports import RetrievalUnavailable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.config import Settings

_HTTP_SECONDS: Final = 20.0
_HTTP_PORT: Final = 8000
_HTTPS_PORT: Final = 443


class EmbeddedChroma:
    """The store in a folder of its own. One process at a time may open it.

    Args:
        data_dir: where the folder ``chroma`` and its lock file go.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._folder = data_dir / "chroma"
        # The lock is taken and released by whichever thread opens and closes the store.
        self._lock = FileLock(data_dir / "chroma.lock", thread_local=False)

    def open(self) -> ClientAPI:
        """Take the lock and open the store, which is made where there is none.

        Raises:
            RetrievalUnavailable: another process owns the store, or the folder can't be written.
        """
        self._take_lock()
        try:
            # Imported here because it takes half a second.
            import chromadb  # noqa: PLC0415

            return chromadb.PersistentClient(path=self._folder, settings=_settings())
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Let the next process have the store; the client must be closed before."""
        self._lock.release()

    def erase(self) -> None:
        """Delete the store's files, even broken ones; nothing may have it open.

        Raises:
            RetrievalUnavailable: another process owns the store.
        """
        self._take_lock()
        try:
            if self._folder.is_dir():
                shutil.rmtree(self._folder)
            else:
                self._folder.unlink(missing_ok=True)
        finally:
            self._lock.release()

    def _take_lock(self) -> None:
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise RetrievalUnavailable(
                "Another process has the index open; run a Chroma server to share it."
            ) from error
        except OSError as error:
            raise RetrievalUnavailable("The index's folder can't be written.") from error


class ChromaServer:
    """A Chroma server, shared by any number of processes.

    Args:
        url: its address, for example ``http://127.0.0.1:8000``.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def open(self) -> ClientAPI:
        """Connect.

        Raises:
            RetrievalUnavailable: the address is none.
        """
        import chromadb  # noqa: PLC0415
        from chromadb.api.fastapi import FastAPI  # noqa: PLC0415
        from chromadb.config import System  # noqa: PLC0415

        settings = _settings()
        settings.chroma_api_impl = "chromadb.api.fastapi.FastAPI"
        parts = urlsplit(self._url if "://" in self._url else f"http://{self._url}")
        if not parts.hostname:
            raise RetrievalUnavailable("The Chroma address is not a web address.")
        secure = parts.scheme == "https"
        settings.chroma_server_host = parts.hostname
        settings.chroma_server_http_port = parts.port or (_HTTPS_PORT if secure else _HTTP_PORT)
        settings.chroma_server_ssl_enabled = secure
        system = System(settings)
        api = system.instance(FastAPI)
        # Chroma waits for ever, and a server that hangs would block every later look-up.
        api._session.timeout = _HTTP_SECONDS  # noqa: SLF001
        return chromadb.Client.from_system(system)

    def close(self) -> None:
        """Nothing is held besides the client."""

    def erase(self) -> None:
        """Leave the server's files alone; they may not be this process's to delete."""


def _settings() -> Settings:
    from chromadb.config import Settings  # noqa: PLC0415

    # `_env_file` and the tracing fields are given so that neither a stray .env file nor the
    # environment can make Chroma send anything anywhere.
    return Settings(
        _env_file=None,
        anonymized_telemetry=False,
        chroma_otel_collection_endpoint="",
        chroma_otel_granularity="none",
    )
