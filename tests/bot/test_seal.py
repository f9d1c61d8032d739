"""Secrets are unreadable without the key, and keys can be replaced."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from bot.seal import Seal, Unsealable, load_seal
from bot.startup import StartupError

OLD = Fernet.generate_key().decode()
NEW = Fernet.generate_key().decode()


@given(st.text())
def test_what_is_sealed_can_be_opened_and_not_read(text: str) -> None:
    sealed = Seal(OLD).close(text)
    assert Seal(OLD).open(sealed) == text
    assert len(text) < 4 or text not in sealed


def test_a_new_key_goes_in_front_of_the_old_one() -> None:
    sealed = Seal(OLD).close("token")
    both = Seal(f"{NEW}, {OLD}")
    assert both.open(sealed) == "token"
    assert Seal(NEW).open(both.close("token")) == "token"


@pytest.mark.parametrize(
    "sealed",
    ["", "nonsense", "é", Seal(NEW).close("token")],
    ids=["nothing", "nonsense", "not ASCII", "another key's"],
)
def test_what_another_key_sealed_stays_shut(sealed: str) -> None:
    with pytest.raises(Unsealable):
        Seal(OLD).open(sealed)


def test_plain_base64_is_a_key() -> None:
    Seal(base64.b64encode(bytes(range(224, 256))).decode())


@pytest.mark.parametrize(
    "keys",
    ["", "password", "é" * 44, f"{OLD},", "A" * 42],
    ids=["nothing", "a word", "not ASCII", "one and nothing", "too short"],
)
def test_what_is_no_key_is_named_and_not_shown(keys: str) -> None:
    with pytest.raises(StartupError, match="PREPBOT_SECRET_KEY") as caught:
        Seal(keys)
    assert not keys or keys not in str(caught.value)


class TestKeyFile:
    def test_it_is_made_once_for_our_eyes_only(self, tmp_path: Path) -> None:
        folder = tmp_path / "data"
        sealed = load_seal(None, folder).close("token")
        [path] = folder.iterdir()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert load_seal(None, folder).open(sealed) == "token"

    def test_a_key_of_the_settings_comes_first(self, tmp_path: Path) -> None:
        sealed = load_seal(OLD, tmp_path).close("token")
        assert Seal(OLD).open(sealed) == "token"
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("content", [b"", b"\xff", b"short"])
    def test_a_broken_file_is_named(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "secret-key").write_bytes(content)
        with pytest.raises(StartupError, match="PREPBOT_SECRET_KEY"):
            load_seal(None, tmp_path)

    def test_a_folder_that_is_none_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StartupError, match="secret-key"):
            load_seal(None, tmp_path / "file")
