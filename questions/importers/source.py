"""A file to import, and the repaired text of one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from questions.importers.repair import Damage, repair

_ESCAPED: Final = 3


@dataclass(frozen=True, kw_only=True)
class File:
    """A file's name and bytes.

    Attributes:
        name: its path as a person would name it; its folders may tell the role.
        data: its content.
    """

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Source:
    r"""A text to read questions from.

    Attributes:
        name: the file, and the part of it, as a person would name it.
        path: the path inside its repository or folder, which may tell role, topic and format.
        text: the repaired text, lines ended by ``\\n``.
        damage: what was wrong with it.
        misread: what `questions.importers.lost.find_damage` says of the whole file.
        role: the role that its surroundings name.
        topic: the topic that its surroundings name.
    """

    name: str
    path: str
    text: str
    damage: Damage = field(default_factory=Damage)
    misread: str = ""
    role: str = ""
    topic: str = ""

    def part(self, path: str, text: str) -> Source:
        """Return a part of this source, as a file of its own; its text is repaired."""
        if "\n" not in text and text.count("\\n") >= _ESCAPED:
            # Escaped once more on its way into the value.
            text = text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')
        fixed = repair(text, self.misread)
        return replace(
            self, name=f"{self.name} › {path}", path=path, text=fixed.text, damage=fixed.damage
        )
