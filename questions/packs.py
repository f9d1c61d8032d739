"""Pack files: one question a Markdown file, front matter above, sections below.

The layout is described in ``questions/README.md``. Reading names the line of what is wrong;
writing gives back a file that reads as the same question.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from markdown_it import MarkdownIt
from pydantic import ValidationError

from questions.question import Band, Question

SHIPPED: Final = Path(__file__).parent / "packs"
_FENCE: Final = "---"
_FRONT_KEYS: Final = (
    "id", "version", "role", "topic", "title", "kind", "difficulty", "skills", "tests", "rubric",
    "exemplars", "reading",
)  # fmt: skip
_SECTIONS: Final = (
    "Prompt", "Model answer", "Speaking blueprint", "Follow-ups", "Common mistakes", "Exemplars",
)  # fmt: skip


class PackError(Exception):
    """A pack file can't be read.

    Attributes:
        path: the file.
        line: the line that is wrong, counted from 1.
        reason: what is wrong, in one clause.
    """

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class _Section:
    title: str
    level: int
    line: int
    body: str


def read_pack(path: Path) -> Question:
    """Read one pack file.

    Raises:
        PackError: the file can't be opened, or is not a question; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PackError(path, line, "this is not UTF-8 text") from error
    except OSError as error:
        raise PackError(path, 1, f"can't be opened ({error.strerror})") from error
    return parse_pack(text, path)


def parse_pack(text: str, path: Path) -> Question:
    """Read the text of a pack file; ``path`` is only for messages.

    Raises:
        PackError: the text is no question; names the line.
    """
    front_text, body, body_line = _split(text, path)
    front, lines = _front_matter(front_text, path)
    sections = _sections(body, body_line)
    top = _top_sections(sections, path)
    blueprint = _subsections(sections, "Speaking blueprint")
    values = {
        **{key: front[key] for key in front if key not in {"rubric", "exemplars"}},
        "rubric": {"criteria": front.get("rubric", [])},
        "prompt": top["Prompt"].body,
        "model_answer": top["Model answer"].body,
        "blueprint": {
            "hook": blueprint.get("hook", ""),
            "core": _bullets(blueprint.get("core", "")),
            "punchline": blueprint.get("punchline", ""),
        },
        "follow_ups": _bullets(top["Follow-ups"].body),
        "common_mistakes": _bullets(top["Common mistakes"].body),
        "exemplars": _exemplars(front, _subsections(sections, "Exemplars"), path, lines),
    }
    try:
        return Question.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = [str(part) for part in first["loc"]]
        line = _line_of(where, lines, top)
        raise PackError(
            path, line, f"{'.'.join(where) or 'question'}: {_clause(first['msg'])}"
        ) from error


def write_pack(question: Question) -> str:
    """Return the question as the text of a pack file."""
    front: dict[str, Any] = question.model_dump(mode="json", include=set(_FRONT_KEYS))
    front["rubric"] = [c.model_dump(mode="json") for c in question.rubric.criteria]
    front["exemplars"] = [
        {"band": e.band.value, "verdicts": {k: v.value for k, v in e.verdicts.items()}}
        for e in question.exemplars
    ]
    ordered = {key: front[key] for key in _FRONT_KEYS}
    head = yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=110)
    blueprint = question.blueprint
    parts = [
        f"{_FENCE}\n{head}{_FENCE}",
        f"## Prompt\n\n{question.prompt}",
        f"## Model answer\n\n{question.model_answer}",
        "## Speaking blueprint",
        f"### Hook\n\n{blueprint.hook}",
        f"### Core\n\n{_as_bullets(blueprint.core)}",
        f"### Punchline\n\n{blueprint.punchline}",
        f"## Follow-ups\n\n{_as_bullets(question.follow_ups)}",
        f"## Common mistakes\n\n{_as_bullets(question.common_mistakes)}",
        "## Exemplars",
        *(f"### {e.band.value.capitalize()}\n\n{e.text}" for e in question.exemplars),
    ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def pack_files(folder: Path = SHIPPED) -> list[Path]:
    """Return the pack files below ``folder``, in a stable order."""
    return sorted(folder.rglob("*.md"))


@cache
def shipped_bank() -> tuple[Question, ...]:
    """Return every shipped question, by role and id.

    Raises:
        PackError: a shipped file can't be read.
    """
    return tuple(read_pack(path) for path in pack_files())


def find_shipped(question_id: str) -> tuple[Question | None, list[str]]:
    """Return a shipped question by id, reading its file alone; or the ids that are near.

    Raises:
        PackError: its file can't be read.
    """
    paths = {path.stem: path for path in pack_files()}
    if question_id in paths:
        return read_pack(paths[question_id]), []
    return None, difflib.get_close_matches(question_id, list(paths), n=3, cutoff=0.4)


def _split(text: str, path: Path) -> tuple[str, str, int]:
    lines = text.split("\n")
    if lines[0].strip() != _FENCE:
        raise PackError(path, 1, "a pack file begins with front matter between two lines of ---")
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() == _FENCE:
            return "\n".join(lines[1 : number - 1]), "\n".join(lines[number:]), number + 1
    raise PackError(path, len(lines), "the front matter has no closing ---")


def _front_matter(text: str, path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """Return the front matter and the file's line of every key, as ``a.0.b``."""
    try:
        if "*" in text:
            _refuse_aliases(text, path)
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        values = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 2
        raise PackError(path, line, f"the front matter: {error.problem}") from error
    if not isinstance(values, dict) or node is None:
        raise PackError(path, 2, "the front matter must be a list of `key: value` lines")
    lines = dict(_key_lines(node))
    for key in values:
        if key not in _FRONT_KEYS:
            raise PackError(path, lines[str(key)], f"unknown key {key!r}")
    return values, lines


def _refuse_aliases(text: str, path: Path) -> None:
    """Raise where a few lines of aliases could stand for gigabytes."""
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            at = event.start_mark.line if event.start_mark else 0
            raise PackError(path, at + 2, "YAML aliases are not allowed")


def _key_lines(node: yaml.Node, prefix: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = f"{prefix}{key.value}"
            yield name, key.start_mark.line + 2
            yield from _key_lines(value, f"{name}.")
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield f"{prefix}{index}", value.start_mark.line + 2
            yield from _key_lines(value, f"{prefix}{index}.")


def _sections(body: str, first_line: int) -> list[_Section]:
    lines = body.split("\n")
    # Only the blocks are of interest here.
    tokens = MarkdownIt("commonmark").disable("inline").parse(body)
    heads = [
        (int(token.tag[1]), token.map[0], tokens[index + 1].content.strip())
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
        and token.level == 0
        and token.map
        and token.tag in {"h2", "h3"}
    ]
    ends = [start for _, start, _ in heads[1:]] + [len(lines)] * bool(heads)
    return [
        _Section(title, level, start + first_line, "\n".join(lines[start + 1 : end]).strip())
        for (level, start, title), end in zip(heads, ends, strict=True)
    ]


def _top_sections(sections: list[_Section], path: Path) -> dict[str, _Section]:
    found: dict[str, _Section] = {}
    for section in sections:
        if section.level != 2:
            continue
        if section.title not in _SECTIONS:
            raise PackError(path, section.line, f"unknown section “{section.title}”")
        if section.title in found:
            raise PackError(path, section.line, f"the section “{section.title}” stands twice")
        found[section.title] = section
    for title in _SECTIONS:
        if title not in found:
            last = sections[-1].line if sections else 1
            raise PackError(path, last, f"the section “## {title}” is missing")
    return found


def _subsections(sections: list[_Section], parent: str) -> dict[str, str]:
    found: dict[str, str] = {}
    inside = False
    for section in sections:
        if section.level == 2:
            inside = section.title == parent
        elif inside:
            found[section.title.casefold()] = section.body
    return found


def _bullets(body: str) -> list[str]:
    items: list[str] = []
    for line in body.split("\n"):
        if line.startswith(("- ", "* ")):
            items.append(line[2:].strip())
        elif line.strip() and items:
            items[-1] = f"{items[-1]} {line.strip()}"
    return items


def _as_bullets(items: tuple[str, ...]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _exemplars(
    front: dict[str, Any], texts: dict[str, str], path: Path, lines: dict[str, int]
) -> list[dict[str, Any]]:
    found = []
    declared = front.get("exemplars") or []
    if not isinstance(declared, list):
        raise PackError(path, lines["exemplars"], "`exemplars` must be a list")
    for index, entry in enumerate(declared):
        line = lines.get(f"exemplars.{index}", lines["exemplars"])
        band = entry.get("band") if isinstance(entry, dict) else None
        if band not in set(Band):
            raise PackError(path, line, f"an exemplar's band is one of: {', '.join(Band)}")
        if band not in texts:
            raise PackError(path, line, f"the section “### {band.capitalize()}” is missing")
        verdicts = entry.get("verdicts")
        if unknown := _misnamed(verdicts, front.get("rubric")):
            raise PackError(
                path,
                line,
                f"the {band} exemplar must judge each criterion once; look at: {unknown}",
            )
        found.append({"band": band, "verdicts": verdicts, "text": texts[band]})
    return found


def _misnamed(verdicts: object, rubric: object) -> str:
    """Return the criteria that only one of the two names; nothing where either is no list."""
    if not isinstance(verdicts, dict) or not isinstance(rubric, list):
        return ""
    ids = {str(entry["id"]) for entry in rubric if isinstance(entry, dict) and "id" in entry}
    return ", ".join(sorted(ids ^ set(map(str, verdicts)))) if ids else ""


def _line_of(where: list[str], lines: dict[str, int], sections: dict[str, _Section]) -> int:
    of_section = {
        "prompt": "Prompt", "model_answer": "Model answer", "blueprint": "Speaking blueprint",
        "follow_ups": "Follow-ups", "common_mistakes": "Common mistakes",
    }  # fmt: skip
    if where and where[0] in of_section:
        return sections[of_section[where[0]]].line
    path = [part for part in where if part != "criteria"]
    while path:
        if (line := lines.get(".".join(path))) is not None:
            return line
        path.pop()
    return 2


def _clause(message: str) -> str:
    """Return pydantic's message without its own prefix."""
    return message.removeprefix("Value error, ")
