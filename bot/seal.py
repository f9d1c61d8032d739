"""Keeps secrets unreadable in the database: sealed with a key that is not kept there.

The cipher is Fernet: AES-128-CBC with HMAC-SHA256 (https://cryptography.io/en/stable/fernet/).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.startup import StartupError

_KEY_FILE: Final = "secret-key"
_NO_KEY: Final = (
    "PREPBOT_SECRET_KEY holds no key: put 32 random bytes in base64 there, as "
    "`openssl rand -base64 32` prints them; several keys are separated by commas."
)


class Unsealable(Exception):
    """A secret was sealed with a key that is not at hand."""


class Seal:
    """Seals with the first key, opens with any of them, so that keys can be replaced.

    Args:
        keys: one or more, each 32 bytes in base64, separated by commas.

    Raises:
        StartupError: the text holds no such keys; the text itself is not shown.
    """

    def __init__(self, keys: str) -> None:
        try:
            self._keys = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except ValueError as error:
            raise StartupError(_NO_KEY) from error

    def close(self, text: str) -> str:
        """Return ``text``, unreadable."""
        return self._keys.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed.

        Raises:
            Unsealable: it was sealed with another key, or changed since.
        """
        try:
            return self._keys.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unsealable from error


def load_seal(keys: str | None, data_dir: Path) -> Seal:
    """Return the seal with the given keys, or with the one in the data folder, made if missing.

    Raises:
        StartupError: the keys are none, or the file can't be read or made.
    """
    if keys is not None:
        return Seal(keys)
    path = data_dir / _KEY_FILE
    try:
        _make_key(path)
        return Seal(path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise StartupError(
            f"The key in {path} can't be used: mend the file, or set PREPBOT_SECRET_KEY."
        ) from error


def _make_key(path: Path) -> None:
    """Write a key that only we may read; two processes that start together get the same one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{_KEY_FILE}.{os.getpid()}")
    fresh.touch(mode=0o600)
    try:
        fresh.write_bytes(Fernet.generate_key() + b"\n")
        # A link fails where the name is taken, and never shows a half-written file.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
