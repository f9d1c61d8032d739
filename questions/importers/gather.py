"""The files of an import: named ones, and everything readable below named folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from questions.importers.archive import too_large
from questions.importers.limits import LIMITS, Limits
from questions.importers.problem import ImportProblem
from questions.importers.source import File

_SKIPPED_FOLDERS: Final = frozenset({"node_modules", "__pycache__", "venv", "site-packages"})
# Of these a folder of Markdown holds many, and none is a question.
_SKIPPED_KINDS: Final = frozenset(
    {
        ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".bmp", ".mp3", ".mp4", ".mov",
        ".avi", ".wav", ".ttf", ".woff", ".woff2", ".otf", ".css", ".js", ".mjs", ".ts", ".tsx",
        ".jsx", ".map", ".lock", ".py", ".pyc", ".so", ".dll", ".exe", ".bin", ".toml", ".cfg",
        ".ini", ".sh", ".bat", ".java", ".c", ".cpp", ".h", ".go", ".rs", ".rb", ".php", ".pkl",
        ".npy", ".npz", ".pt", ".onnx", ".parquet", ".db",
    }
)  # fmt: skip


@dataclass
class Gathered:
    """Which files there are.

    Attributes:
        paths: where each stands, with the name a person knows it by.
        skipped: files below folders that hold no text, by their kind.
        problems: what is named and can't be read.
    """

    paths: list[tuple[Path, str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)


def gather(paths: list[Path], limits: Limits = LIMITS) -> Gathered:
    """Find the files below ``paths``, in a stable order.

    Links inside a folder are not followed, so that nothing outside it is read; a link that is
    named itself is.
    """
    found = Gathered()
    for path in paths:
        if path.is_dir():
            _gather_folder(path, found, limits)
        elif path.exists():
            _take(path, path.name if path.is_absolute() else str(path), found, limits)
        else:
            found.problems.append(ImportProblem(str(path), "there is no such file"))
    return found


def read_bytes(path: Path, name: str, limits: Limits = LIMITS) -> File:
    """Read one file.

    Raises:
        ImportProblem: it is too large, or can't be read.
    """
    try:
        if not path.is_file():
            raise ImportProblem(name, "it is no ordinary file")
        with path.open("rb") as stream:
            data = stream.read(limits.file_bytes + 1)
    except OSError as error:
        raise ImportProblem(name, f"it can't be read ({error.strerror or 'unknown'})") from error
    if len(data) > limits.file_bytes:
        raise ImportProblem(name, too_large(limits))
    return File(name=name, data=data)


def _gather_folder(folder: Path, found: Gathered, limits: Limits) -> None:
    for path, name in _walk(folder, found, limits):
        if path.suffix.lower() in _SKIPPED_KINDS:
            found.skipped.append(name)
        elif not _take(path, name, found, limits):
            return


def _walk(folder: Path, found: Gathered, limits: Limits) -> Iterator[tuple[Path, str]]:
    base = folder.name or folder.resolve().name
    for root, folders, files in os.walk(folder, onerror=_noted(found)):
        here = Path(root).relative_to(folder)
        kept = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED_FOLDERS)
        if len(here.parts) >= limits.folder_depth and kept:
            reason = f"folders below {limits.folder_depth} levels are not read"
            found.problems.append(ImportProblem(f"{base}/{here.as_posix()}", reason))
            kept = []
        links = [f for f in kept if (Path(root) / f).is_symlink()]
        folders[:] = [f for f in kept if f not in links]
        for name in sorted([*files, *links]):
            shown = f"{base}/{(here / name).as_posix()}"
            path = Path(root) / name
            if path.is_symlink():
                reason = "it is a link, and links are not followed"
                found.problems.append(ImportProblem(shown, reason))
            elif not name.startswith("."):
                yield path, shown


def _noted(found: Gathered) -> Callable[[OSError], None]:
    def note(error: OSError) -> None:
        reason = f"it can't be read ({error.strerror or 'unknown'})"
        found.problems.append(ImportProblem(str(error.filename), reason))

    return note


def _take(path: Path, name: str, found: Gathered, limits: Limits) -> bool:
    if len(found.paths) >= limits.files:
        reason = f"only the first {limits.files:,} files of an import are read"
        found.problems.append(ImportProblem(name, reason))
        return False
    found.paths.append((path, name))
    return True
