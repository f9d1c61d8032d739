"""Archives are read in memory: nothing is unpacked to the disk, so no path can escape.

What a member says of its size is not believed; bytes are counted while they are unpacked.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import IO, Final

import zstandard

from questions.importers.limits import LIMITS, Limits
from questions.importers.problem import ImportProblem
from questions.importers.source import File

_CHUNK: Final = 64 * 1024
_ENCRYPTED: Final = 0x1


@dataclass
class Unpacked:
    """What an archive holds, and which members are not read."""

    files: list[File] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


class Archive:
    """A zip archive in memory.

    Raises:
        ImportProblem: it is broken, or holds more members than are read.
    """

    def __init__(self, file: File, limits: Limits = LIMITS) -> None:
        self.name = file.name
        self._limits = limits
        self._spent = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(file.data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise ImportProblem(file.name, "the archive is broken") from error
        if len(self._zip.infolist()) > limits.files:
            count = len(self._zip.infolist())
            raise ImportProblem(
                file.name, f"the archive has {count:,} members; {limits.files:,} are read"
            )

    def names(self) -> list[str]:
        """Return the members' names."""
        return [member.filename for member in self._zip.infolist() if not member.is_dir()]

    def unpack(self) -> Unpacked:
        """Return every member that may be read; the others are named."""
        found = Unpacked()
        for member in self._zip.infolist():
            if member.is_dir():
                continue
            try:
                data = self.read(member.filename, member)
            except ImportProblem as problem:
                found.problems.append(problem)
                continue
            found.files.append(File(name=f"{self.name} › {member.filename}", data=data))
        return found

    def read(self, name: str, member: zipfile.ZipInfo | None = None) -> bytes:
        """Return a member's bytes.

        Raises:
            ImportProblem: it would escape from a folder, is a link, is encrypted, or unpacks to
                more than is read.
        """
        member = member or self._zip.getinfo(name)
        origin = f"{self.name} › {_shown(member.filename)}"
        self._check(member, origin)
        try:
            with self._zip.open(member) as stream:
                return self._bounded(stream, member.compress_size, origin)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
                NotImplementedError) as error:  # fmt: skip
            raise ImportProblem(origin, "this member of the archive is broken") from error

    def _check(self, member: zipfile.ZipInfo, origin: str) -> None:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        outside = path.is_absolute() or ".." in path.parts or path.drive or ":" in path.parts[0]
        if outside:
            raise ImportProblem(origin, "its path leads out of the archive")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ImportProblem(origin, "it is a link, and links are not followed")
        if member.flag_bits & _ENCRYPTED:
            raise ImportProblem(origin, "it is encrypted")

    def _bounded(self, stream: IO[bytes], packed: int, origin: str) -> bytes:
        parts: list[bytes] = []
        size = 0
        most = max(packed, 1) * self._limits.ratio + _CHUNK
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            self._spent += len(chunk)
            if size > self._limits.file_bytes:
                raise ImportProblem(origin, too_large(self._limits))
            if size > most:
                raise ImportProblem(
                    origin, f"it unpacks to more than {self._limits.ratio} times its size"
                )
            if self._spent > self._limits.unpacked_bytes:
                raise ImportProblem(
                    origin, f"the archive unpacks to more than {_mib(self._limits.unpacked_bytes)}"
                )
            parts.append(chunk)
        return b"".join(parts)


def decompress_zstd(data: bytes, origin: str, limits: Limits = LIMITS) -> bytes:
    """Return what a Zstandard frame holds.

    Raises:
        ImportProblem: it is broken, or holds more than is read.
    """
    most = min(limits.unpacked_bytes, max(len(data), _CHUNK) * limits.ratio)
    parts: list[bytes] = []
    size = 0
    try:
        # A frame may ask for a window of gigabytes.
        reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(io.BytesIO(data))
        while chunk := reader.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise ImportProblem(
                    origin, f"it unpacks to more than {limits.ratio} times its size"
                )
            parts.append(chunk)
    except zstandard.ZstdError as error:
        raise ImportProblem(origin, "its compressed data is broken") from error
    return b"".join(parts)


def too_large(limits: Limits) -> str:
    """Return the words for a file above the cap."""
    return f"it is larger than {_mib(limits.file_bytes)}"


def _mib(size: int) -> str:
    return f"{size / 2**20:.3g} MiB"


def _shown(name: str) -> str:
    plain = "".join(ch if ch.isprintable() else "�" for ch in name)
    return plain if len(plain) <= 120 else f"{plain[:119]}…"
