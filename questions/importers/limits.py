"""What an import may take: one table, each number with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Caps on what is read; whatever goes beyond one is named and left out.

    Attributes:
        file_bytes: of one file. The largest public lists are below 3 MiB; parsed, a text takes
            about ten times its size.
        total_bytes: of all files of one import, so that a folder can't fill the memory.
        files: of one import, archive members included. The largest public repositories of
            questions hold some 2 000.
        folder_depth: folders within folders; deeper ones are build trees, not questions.
        unpacked_bytes: what an archive's members may unpack to, together.
        ratio: unpacked bytes a packed byte. Text packs 3 to 10 times, repetitive text 30 times;
            a bomb 1 000 times.
        nesting: values within values in JSON, YAML and HTML. Real files have below 12, and
            Python's own stack ends near 1 000.
        nodes: values in one JSON or YAML document, and tags in an HTML page.
        drafts: of one import; a team never reads as many.
        field: characters of one field of a draft. The longest answer of the examples has 8 000.
        row: characters of a CSV field, whose reader would otherwise stop at 131 072.
    """

    file_bytes: int = 32 * MIB
    total_bytes: int = 256 * MIB
    files: int = 5_000
    folder_depth: int = 12
    unpacked_bytes: int = 128 * MIB
    ratio: int = 100
    nesting: int = 40
    nodes: int = 1_000_000
    drafts: int = 20_000
    field: int = 40_000
    row: int = 1 * MIB


LIMITS: Final = Limits()
