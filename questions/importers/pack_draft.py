"""Pack files, and the front matter of other Markdown files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from questions.importers.card import Reading
from questions.importers.field_card import Surroundings
from questions.importers.label import Label, find_label
from questions.importers.limits import LIMITS, Limits
from questions.importers.problem import ImportProblem
from questions.importers.records import parse_yaml
from questions.importers.source import Source
from questions.packs import PackError, parse_pack
from questions.question import Question

_FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_pack_text(source: Source) -> Question | None:
    """Return the question of a pack file; ``None`` where the text is none."""
    if not _FRONT.match(source.text) or "\n## Prompt" not in source.text:
        return None
    try:
        return parse_pack(source.text, Path(source.name))
    except PackError:
        return None


def split_front_matter(
    source: Source, limits: Limits = LIMITS
) -> tuple[Source, Surroundings, dict[str, str]]:
    """Return a text without its front matter, what that says around it, and its other fields.

    Front matter that is no YAML stays in the text.
    """
    found = _FRONT.match(source.text)
    if found is None:
        return source, Surroundings(), {}
    front = Source(name=source.name, path=source.path, text=found[1])
    try:
        documents = parse_yaml(front, limits)
    except ImportProblem:
        return source, Surroundings(), {}
    values = documents[0] if documents else None
    if not isinstance(values, dict):
        return source, Surroundings(), {}
    around, others = Surroundings(role=source.role, topic=source.topic), {}
    for key, value in values.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        label = find_label(key)
        if label in {Label.ROLE, Label.TOPIC, Label.LEVEL}:
            around = around.with_field(label, text)
        elif text.strip():
            others[key] = text
    body = Source(
        name=source.name,
        path=source.path,
        text="\n" * found[0].count("\n") + source.text[found.end() :],
        damage=source.damage,
        misread=source.misread,
        role=around.role,
        topic=around.topic,
    )
    return body, around, others


def apply_front_matter(reading: Reading, around: Surroundings, others: dict[str, str]) -> None:
    """Give every card what the front matter says; what a card says of itself stands."""
    for card in reading.cards:
        card.role = card.role or around.role
        card.topic = card.topic or around.topic
        card.level = card.level or around.level
        for key, text in others.items():
            label = find_label(key)
            if label is Label.SKILLS:
                card.skills = card.skills or [part.strip() for part in text.split(",")]
            elif label is Label.TITLE:
                card.title = card.title or text
            else:
                card.notes.append(f"{key}: {text}")
