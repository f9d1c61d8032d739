"""Opening and closing Chroma: embedded under a file lock, or a server over HTTP."""

from __future__ import annotations

import shutil
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from questions.ports import RetrievalUnavailable

if TYPE_CHECKING:
    import httpx
    from chromadb.api.client import Client
    from chromadb.config import Settings

_CONNECT_SECONDS: Final = 5.0
_ANSWER_SECONDS: Final = 20.0


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

    @property
    def trouble(self) -> str:
        """What to say where the store fails."""
        return "The index is broken; rebuild it."

    def open(self) -> Client:
        """Take the lock and open the store, which is made where there is none.

        Raises:
            RetrievalUnavailable: another process owns the store, or the folder can't be written.
        """
        self._take_lock()
        try:
            # Imported here because it takes half a second.
            from chromadb.api.client import Client  # noqa: PLC0415

            settings = _settings()
            settings.is_persistent = True
            settings.persist_directory = str(self._folder)
            return Client(settings=settings)
        except BaseException:
            _forget_failed_start(str(self._folder))
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
        self._sessions: list[httpx.Client] = []

    @property
    def trouble(self) -> str:
        """What to say where the server fails."""
        return "The Chroma server failed or doesn't answer."

    def open(self) -> Client:
        """Connect.

        Raises:
            RetrievalUnavailable: the address is none, or nothing answers there.
        """
        from chromadb.api.client import Client  # noqa: PLC0415

        address = urlsplit(self._url if "://" in self._url else f"http://{self._url}")
        if not address.hostname:
            raise RetrievalUnavailable("The Chroma address is not a web address.")
        secure = address.scheme == "https"
        port = address.port or (443 if secure else 8000)
        _check_answers(address.hostname, port, secure=secure)
        settings = _settings()
        settings.chroma_api_impl = "chromadb.api.fastapi.FastAPI"
        settings.chroma_server_host = address.hostname
        settings.chroma_server_http_port = port
        settings.chroma_server_ssl_enabled = secure
        client = Client(settings=settings)
        # Chroma sets no timeout, so a server that hangs would block every later look-up, and it
        # leaves its connections to the garbage collector.
        self._sessions = [
            client._server._session,  # type: ignore[attr-defined]  # noqa: SLF001
            client._admin_client._server._session,  # type: ignore[attr-defined]  # noqa: SLF001
        ]
        for session in self._sessions:
            session.timeout = _ANSWER_SECONDS
        return client

    def close(self) -> None:
        """Close the connections."""
        for session in self._sessions:
            session.close()
        self._sessions = []

    def erase(self) -> None:
        """Leave the server's files alone; they may not be this process's to delete."""


def _forget_failed_start(folder: str) -> None:
    """Drop what Chroma keeps of a store whose start failed.

    It keeps one system a folder for the process, even one that did not start, and would fail on
    that one again after the folder was made anew.
    """
    from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415

    SharedSystemClient._identifier_to_system.pop(folder, None)  # noqa: SLF001
    SharedSystemClient._identifier_to_refcount.pop(folder, None)  # noqa: SLF001


def _check_answers(host: str, port: int, *, secure: bool) -> None:
    """Ask the server for a sign of life, since Chroma's own first call has no timeout."""
    kind = HTTPSConnection if secure else HTTPConnection
    connection = kind(host, port, timeout=_CONNECT_SECONDS)
    try:
        connection.request("GET", "/api/v2/heartbeat")
        answered = connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException) as error:
        raise RetrievalUnavailable("The Chroma server doesn't answer.") from error
    finally:
        connection.close()
    if not answered:
        raise RetrievalUnavailable("What answers at the Chroma address is no Chroma server.")


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
