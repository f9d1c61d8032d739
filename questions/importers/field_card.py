"""Rows, objects and notes with named fields become cards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from questions.importers.card import Card, Footing, Sample
from questions.importers.evaluation import read_score
from questions.importers.label import Label, find_label, fold
from questions.importers.wording import bullets, open_quoted, plain_links, trim, unquote

# Counts and keys say nothing to a person.
_KEYS: Final = frozenset(
    {
        "id", "no", "nr", "number", "index", "uuid", "guid", "key", "num", "sr", "s", "srno", "sno",
        "created", "updated", "created at", "updated at",
    }
)  # fmt: skip
# Names that mean so only of a field: in running text they head parts of an answer.
_FIELDS: Final[dict[str, Label]] = {
    "instruction": Label.QUESTION,
    "output": Label.ANSWER,
    "completion": Label.ANSWER,
    "rolle": Label.ROLE,
    "term": Label.QUESTION,
    "definition": Label.ANSWER,
}
# What a candidate said, and what it got, in the rows of an evaluation.
_REPLY: Final = frozenset(
    {
        "candidate answer", "candidates answer", "user answer", "candidate response",
        "user response", "answer given", "given answer", "transcribed answer", "your answer",
        "student answer", "interviewee answer",
    }
)  # fmt: skip
_SCORE: Final = frozenset({"score", "rating", "grade", "marks", "points"})
_SCALE: Final = frozenset({"max score", "max", "scale", "out of", "maximum", "max points"})
_REASON: Final = frozenset({"feedback", "justification", "reason", "rationale", "evaluation"})
_CHOICES: Final = frozenset({"options", "choices", "answer options", "alternatives"})
_TEXTS: Final[dict[Label, str]] = {
    Label.ROLE: "role",
    Label.TOPIC: "topic",
    Label.LEVEL: "level",
    Label.KIND: "kind",
    Label.TITLE: "title",
    Label.OVERVIEW: "overview",
    Label.HOOK: "hook",
    Label.CORE: "core",
    Label.PUNCHLINE: "punchline",
}
_LISTS: Final[dict[Label, str]] = {
    Label.TESTS: "tests",
    Label.STRATEGY: "tests",
    Label.CRITERIA: "criteria",
    Label.FOLLOW_UPS: "follow_ups",
    Label.MISTAKES: "mistakes",
    Label.READING: "reading",
    Label.NOTES: "notes",
    Label.SKILLS: "skills",
}


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the values around a row say of it."""

    role: str = ""
    topic: str = ""
    level: str = ""

    def with_field(self, label: Label, text: str) -> Surroundings:
        """Return the same with what a field says."""
        if label in {Label.ROLE, Label.TOPIC, Label.LEVEL}:
            return replace(self, **{label.value: text})
        return self


def card_of_fields(
    fields: Mapping[str, str | list[str]],
    *,
    origin: str,
    line: int = 0,
    around: Surroundings | None = None,
) -> Card | None:
    """Return the card that named fields make; ``None`` where none of them is a question.

    Args:
        fields: texts, or lists of texts, by the name that the source gives them.
        origin: the file, and the part of it.
        line: where the row stands, counted from 1.
        around: what the values around it say.
    """
    around = around or Surroundings()
    card = Card(origin=origin, line=line)
    choices, reply = "", _reply(fields)
    if reply is not None:
        card.samples.append(reply)
    for name, value in fields.items():
        if reply is not None and fold(name) in _REPLY | _SCORE | _SCALE | _REASON:
            continue
        if fold(name) in _CHOICES:
            choices = "\n".join(f"- {one}" for one in value) if isinstance(value, list) else value
        else:
            _put(card, name, value)
    if not card.prompt and card.title:
        card.prompt, card.title, card.prompt_footing = card.title, "", Footing.SHAPED
    if not card.prompt:
        return None
    card.prompt = f"{card.prompt}\n\n{plain_links(trim(choices))}".strip()
    card.role = card.role or around.role
    card.topic = card.topic or around.topic
    card.level = card.level or around.level
    return card


def _reply(fields: Mapping[str, str | list[str]]) -> Sample | None:
    """Return a candidate's answer with its score, where the fields hold one."""
    texts = {fold(name): value for name, value in fields.items() if isinstance(value, str)}
    said = next((text for name, text in texts.items() if name in _REPLY and text.strip()), "")
    if not said:
        return None
    score, scale = read_score(
        next((text for name, text in texts.items() if name in _SCORE), ""),
        next((text for name, text in texts.items() if name in _SCALE), ""),
    )
    reasons = (text.strip() for name, text in texts.items() if name in _REASON)
    return Sample(
        text=open_quoted(said), score=score, scale=scale, remark=" ".join(filter(None, reasons))
    )


def has_question(names: Iterable[str]) -> bool:
    """Whether one of the names is that of a question."""
    return any(find_column(name) in {Label.QUESTION, Label.SCENARIO} for name in names)


def find_column(name: str) -> Label | None:
    """Return what a field's name marks; a column may be named for all of its rows."""
    known = find_label(name) or find_label(re.sub(r"(?i)s\s*$", "", name))
    return known or _FIELDS.get(fold(name))


def _put(card: Card, name: str, value: str | list[str]) -> None:
    label = find_column(name)
    text = value if isinstance(value, str) else "\n".join(f"- {item}" for item in value)
    text = plain_links(trim(text))
    if not text:
        return
    if label in {Label.QUESTION, Label.SCENARIO}:
        card.prompt = f"{card.prompt}\n\n{unquote(text)}".strip()
    elif label in {Label.ANSWER, Label.SAMPLE}:
        card.answer = f"{card.answer}\n\n{open_quoted(text)}".strip()
    elif label in _TEXTS:
        flat = ", ".join(value) if isinstance(value, list) and label is not Label.CORE else text
        setattr(card, _TEXTS[label], unquote(flat))
    elif label in _LISTS:
        getattr(card, _LISTS[label]).extend(_items(label, value, text))
    elif re.search(r"[^\W\d_]{3}" if fold(name) in _KEYS else r"[^\W\d_]", text):
        card.notes.append(f"{name.strip()}: {text}" if name.strip() else text)


def _items(label: Label, value: str | list[str], text: str) -> list[str]:
    if isinstance(value, list):
        return [plain_links(item.strip()) for item in value if item.strip()]
    if label is Label.SKILLS:
        return [part.strip() for part in re.split(r"[,;|\n]+", text) if part.strip()]
    return bullets(text)
