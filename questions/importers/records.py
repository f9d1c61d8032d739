"""JSON, JSON Lines and YAML: values in which questions stand with named fields."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Final, cast

import yaml

from questions.importers.card import Card, Footing, Reading
from questions.importers.field_card import Surroundings, card_of_fields, has_question
from questions.importers.label import Label, find_label
from questions.importers.limits import LIMITS, Limits
from questions.importers.loose_json import Json
from questions.importers.naming import named_role, nearest_role, topic_of_title
from questions.importers.problem import ImportProblem
from questions.importers.repair import repair
from questions.importers.source import Source
from questions.importers.transcript import read_transcript
from questions.importers.turns import is_conversation, spell_conversation, turns_of
from questions.importers.wording import asks, plain_links

# Keys that say how a value is kept and not what it is about.
_CONTAINERS: Final = frozenset(
    {
        "data", "items", "files", "content", "contents", "sections", "topics", "categories",
        "chapters", "entries", "records", "results", "list", "questions", "interview questions",
        "qa", "qas", "qna", "q and a", "q&a",
        "qa pairs", "faq", "faqs", "cards", "rows", "paragraphs", "roles", "groups",
        "modules", "units", "children", "pages", "docs", "documents", "dataset", "train", "test",
        "body", "root", "bank", "question bank", "interview",
    }
)  # fmt: skip
_TEXT_KEYS: Final = ("text", "answer", "content", "body", "value")
_YAML_LINE: Final = re.compile(
    r"^(?:-\s+)?(?:\"[^\"\n]+\"|'[^'\n]+'|[^\s#:{}\[\]][^:\n]{0,120}?)\s*:(?:\s|$)"
)


def read_records(value: Json, source: Source) -> Reading:
    """Return the questions that stand anywhere in a value."""
    reading = Reading()
    around = Surroundings(role=source.role, topic=source.topic)
    _Walker(source, reading).visit(value, around, "")
    return reading


def read_json_lines(source: Source, limits: Limits = LIMITS) -> Reading | None:
    """Read one JSON object a line; ``None`` where the lines are none.

    A line that can't be read is left out and named; the rest goes on.
    """
    lines = [(n, line) for n, line in enumerate(source.text.split("\n"), 1) if line.strip()]
    if not lines or any(not line.lstrip().startswith("{") for _, line in lines[:3]):
        return None
    values: list[tuple[int, Json]] = []
    broken: list[tuple[int, str]] = []
    for number, line in lines:
        try:
            values.append((number, cast("Json", json.loads(line))))
        except (ValueError, RecursionError):
            broken.append((number, line))
    if not values or len(broken) > len(values):
        return None
    spoken = [value for _, value in values]
    if is_conversation(spoken) and not broken:
        talk = Reading()
        _Walker(source, talk).visit(spoken, Surroundings(role=source.role), "")
        return talk
    if len(values) > limits.nodes:
        raise ImportProblem(source.name, f"it holds more than {limits.nodes:,} values")
    reading = Reading()
    walker = _Walker(source, reading)
    for number, value in values:
        before = len(reading.cards)
        walker.visit(value, Surroundings(role=source.role, topic=source.topic), "")
        for card in reading.cards[before:]:
            card.line = number
    for number, line in broken:
        reading.leave(f"{source.name}:{number}", "a line that is no JSON", line)
    return reading


def looks_like_yaml(text: str, path: str) -> bool:
    """Whether ``text`` may be YAML: by its name, or by how most of its first lines look."""
    if path.lower().endswith((".yaml", ".yml")):
        return True
    lines = [line for line in text.split("\n")[:40] if line.strip() and not line.startswith("#")]
    if path.lower().endswith((".md", ".markdown")) or len(lines) < 2:
        return False
    # "Question: …" over "Answer: …" is a labelled text: YAML's questions stand below something.
    if not re.match(r"^(?:-\s+\S[^:]*:|[^\s:][^:]*:\s*$)", lines[0]):
        return False
    like = sum(bool(_YAML_LINE.match(line.strip()) or line.startswith("  ")) for line in lines)
    return like >= len(lines) * 0.9


def parse_yaml(source: Source, limits: Limits = LIMITS) -> list[Json]:
    """Return the documents of a YAML file, every scalar a text.

    Raises:
        ImportProblem: it is broken, holds an alias, or is too deep or too large.
    """
    text = source.text
    try:
        _check_yaml(text, source.name, limits)
        return list(yaml.load_all(text, Loader=yaml.CBaseLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = f"it is no YAML: {error.problem or 'it breaks off'}"
        raise ImportProblem(source.name, reason, (mark.line + 1) if mark else 0) from error
    except yaml.YAMLError as error:
        raise ImportProblem(source.name, "it is no YAML: it holds a forbidden character") from error
    except RecursionError:
        raise ImportProblem(source.name, "its values are nested too deeply") from None


def _check_yaml(text: str, origin: str, limits: Limits) -> None:
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.CBaseLoader), start=1):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise ImportProblem(origin, "YAML aliases are not read: write the value out", line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > limits.nesting:
            reason = f"its values are nested deeper than {limits.nesting} levels"
            raise ImportProblem(origin, reason, line)
        if nodes > limits.nodes:
            raise ImportProblem(origin, f"it holds more than {limits.nodes:,} values", line)


class _Walker:
    """Goes through a value and makes a card of everything that asks."""

    def __init__(self, source: Source, reading: Reading) -> None:
        self._source = source
        self._reading = reading

    def visit(self, value: Json, around: Surroundings, name: str) -> None:
        """Read a value that stands under ``name``."""
        if isinstance(value, dict):
            key = turns_of(value)
            if key is None or not self._visit_turns(value[key], _without(value, key)):
                self._visit_object(value, around)
        elif is_conversation(value) and self._visit_turns(value, {}):
            return
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, str):
                    self._visit_text(item, around, name)
                elif isinstance(item, list) and _is_pair(item):
                    self._add_pair(str(item[0]), str(item[1]), around)
                else:
                    self.visit(item, around, name)
        elif isinstance(value, str):
            self._visit_text(value, around, name)

    def _visit_turns(self, turns: Json, around: dict[str, Json]) -> bool:
        """Read a conversation; ``False`` where it is no interview."""
        if not isinstance(turns, list):
            return False
        text = _repair(spell_conversation(turns, around))
        reading = read_transcript(replace(self._source, text=text))
        if reading is None:
            return False
        for card in reading.cards:
            # No line of the file is a line of the text that was made of it.
            card.line = 0
        self._reading.add(reading)
        return True

    def _visit_object(self, value: dict[str, Json], around: Surroundings) -> None:
        texts = {key: _texts(item) or _joined(key, item) for key, item in value.items()}
        plain = {key: text for key, text in texts.items() if text is not None}
        if has_question(plain):
            spoken = _spoken(value)
            card = card_of_fields(
                {**{k: _repaired(v) for k, v in plain.items()}, **spoken},
                origin=self._source.name,
                around=around,
            )
            if card is not None and not _is_list_of_questions(plain):
                self._reading.cards.append(card)
                nested = {k: v for k, v in value.items() if k not in plain}
                self._leave(nested)
                return
        inner = around
        for key, text in plain.items():
            label = find_label(key)
            if label is Label.TITLE and isinstance(text, str):
                inner = _titled(text, inner)
            elif label is Label.TOPIC and isinstance(text, str) and named_role(text):
                inner = inner.with_field(Label.ROLE, text)
            elif label is not None and isinstance(text, str):
                inner = inner.with_field(label, text)
        for key, item in value.items():
            self._visit_entry(key, item, inner)

    def _visit_entry(self, key: str, item: Json, around: Surroundings) -> None:
        if isinstance(item, dict | list):
            if asks(key) and (answer := _texts(item)) is not None:
                self._add_pair(key, "\n".join(f"- {a}" for a in answer), around)
            elif asks(key) and isinstance(item, dict) and not has_question(item):
                self.visit({"question": key, **item}, around, key)
            else:
                self.visit(item, _named(key, around), key)
        elif isinstance(item, str) and asks(key) and find_label(key) is None:
            self._add_pair(key, item, around)
        elif isinstance(item, str):
            self._visit_text(item, around, key)

    def _visit_text(self, text: str, around: Surroundings, name: str) -> None:
        if asks(text) and "\n" not in text.strip():
            footing = Footing.STATED if find_label(name) is Label.QUESTION else Footing.SHAPED
            card = Card(origin=self._source.name, prompt=plain_links(_repair(text)))
            card.role, card.topic, card.level = around.role, around.topic, around.level
            card.prompt_footing = footing
            self._reading.cards.append(card)
        else:
            self._reading.leave(self._source.name, "no question", f"{name} {text}".strip())

    def _add_pair(self, prompt: str, answer: str, around: Surroundings) -> None:
        card = card_of_fields(
            {"question": _repair(prompt), "answer": _repair(answer)},
            origin=self._source.name,
            around=around,
        )
        if card is not None:
            card.prompt_footing = Footing.SHAPED
            self._reading.cards.append(card)

    def _leave(self, nested: dict[str, Json]) -> None:
        for key, item in nested.items():
            if key in {"blueprint", "speaking_blueprint"} or item in (None, [], {}):
                continue
            text = json.dumps(item, ensure_ascii=False)
            self._reading.leave(self._source.name, f"the field “{key}”", text)


def _named(key: str, around: Surroundings) -> Surroundings:
    """Return what a key says of the values below it: a role's name, or a topic."""
    words = key.replace("_", " ").strip()
    if named_role(words) or nearest_role(words):
        return around.with_field(Label.ROLE, words)
    if find_label(words) is None and words.casefold() not in _CONTAINERS:
        return around.with_field(Label.TOPIC, words)
    return around


def _titled(title: str, around: Surroundings) -> Surroundings:
    """Return what a title says of the values beside it."""
    if named_role(title) or nearest_role(title):
        return around.with_field(Label.ROLE, title)
    is_list = re.search(r"(?i)\bquestions?\b", title) is not None
    topic = topic_of_title(title) if is_list else title
    return around.with_field(Label.TOPIC, topic) if topic else around


def _without(value: dict[str, Json], key: str) -> dict[str, Json]:
    return {name: item for name, item in value.items() if name != key}


def _joined(key: str, value: Json) -> str | None:
    """Return a question's or an answer's texts as one, where it is kept as several."""
    if find_label(key) not in {Label.ANSWER, Label.SAMPLE, Label.QUESTION}:
        return None
    if isinstance(value, dict) and value and all(isinstance(v, str) for v in value.values()):
        return "\n\n".join(map(str, value.values()))
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        found = [_texts_of(item) for item in value if isinstance(item, dict)]
        return "\n\n".join(map(str, found)) if all(found) else None
    return None


def _texts_of(item: dict[str, Json]) -> str:
    """Return the text of an answer that is kept with its place or its author."""
    return next((str(item[k]) for k in _TEXT_KEYS if isinstance(item.get(k), str)), "")


def _texts(value: Json) -> str | list[str] | None:
    """Return a value that is a text, or a list of texts; ``None`` for any other."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return [str(item) for item in value]
    if isinstance(value, dict) and len(value) == 1:
        (only,) = value.values()
        return only if isinstance(only, str) else None
    return None


def _spoken(value: dict[str, Json]) -> dict[str, str | list[str]]:
    """Return the parts of a blueprint that is an object of its own."""
    found: dict[str, str | list[str]] = {}
    for key, item in value.items():
        if find_label(key) is Label.BLUEPRINT and isinstance(item, dict):
            for name, text in item.items():
                if (plain := _texts(text)) is not None:
                    found[name] = _repaired(plain)
    return found


def _is_list_of_questions(plain: dict[str, str | list[str]]) -> bool:
    """Whether an object lists questions rather than being one."""
    return any(
        find_label(key) is Label.QUESTION and isinstance(value, list)
        for key, value in plain.items()
    )


def _is_pair(item: list[Json]) -> bool:
    return len(item) == 2 and all(isinstance(part, str) for part in item) and asks(str(item[0]))


def _repaired(value: str | list[str]) -> str | list[str]:
    return _repair(value) if isinstance(value, str) else [_repair(item) for item in value]


def _repair(text: str) -> str:
    return repair(text).text
