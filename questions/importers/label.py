"""The words by which sources mark a question, its answer and the rest: one vocabulary for all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final


class Label(StrEnum):
    """What a marked text is."""

    ROLE = "role"
    TOPIC = "topic"
    LEVEL = "level"
    KIND = "kind"
    TITLE = "title"
    QUESTION = "question"
    ANSWER = "answer"
    TESTS = "tests"
    CRITERIA = "criteria"
    OVERVIEW = "overview"
    BLUEPRINT = "blueprint"
    HOOK = "hook"
    CORE = "core"
    PUNCHLINE = "punchline"
    FOLLOW_UPS = "follow-ups"
    MISTAKES = "mistakes"
    READING = "reading"
    SKILLS = "skills"
    SCENARIO = "scenario"
    STRATEGY = "strategy"
    SAMPLE = "sample"
    NOTES = "notes"
    FURNITURE = "furniture"


# As `_fold` leaves them: lower case, words only.
_WORDS: Final[dict[Label, str]] = {
    Label.ROLE: "role|position|job role|job title|target role|for role|rolle|rôle",
    Label.TOPIC: (
        "topic|topics|category|subcategory|"
        "subject|area|theme|section|domain|subtopic|sub topic|thema"
    ),
    Label.LEVEL: (
        "level|difficulty|difficulty level|seniority|experience level|complexity|niveau|"
        "schwierigkeit|schwierigkeitsgrad"
    ),
    Label.KIND: "kind|type|question type|format",
    Label.TITLE: "title|name",
    Label.QUESTION: (
        "question|interview question|the question|q|prompt|question text|ask|query|"
        "front|sample question|example question|problem|frage|interviewfrage|pregunta|domanda|"
        "question prompt|interviewer question|interview prompt|问题|問題|質問|面试题|"
        "вопрос|pergunta"
    ),
    Label.ANSWER: (
        "answer|expert answer|model answer|ideal answer|the answer|a|ans|suggested answer|"
        "recommended answer|solution|response|reference answer|good answer|strong answer|"
        "detailed answer|complete answer|full answer|short answer|answers|back|explanation|"
        "expected answer|correct answer|best answer|antwort|musterantwort|respuesta|réponse|"
        "risposta|how to execute|how to answer|ideal response|model response|suggested response|"
        "expected response|recommended response|strong response|beispielantwort|lösung|"
        "what a good answer looks like|answer text|ground truth|long answer|答案|回答|参考答案|"
        "ответ|resposta"
    ),
    Label.TESTS: (
        "what this question tests|what it tests|what this tests|what the question tests|"
        "what does this question test|what is being tested|tests|skills tested|"
        "skills assessed|what this assesses|what the interviewer is looking for|"
        "what interviewers look for|what interviewers are looking for|"
        "what the interviewer wants|what we look for|what we want to see|what we are testing|"
        "what were testing|what is tested|"
        "what theyre testing|what they are looking for|competencies tested|"
        "why interviewers ask this|why this question|was diese frage prüft|evaluates|assesses|"
        "what the interviewer looks for|what the interviewers look for|why interviewers ask|"
        "why they ask|why they ask this|why its asked|why we ask this|why we ask|"
        "what it assesses|what is assessed|interviewer intent|skills evaluated"
    ),
    Label.CRITERIA: (
        "criteria|rubric|evaluation criteria|grading criteria|scoring criteria|key points|"
        "scoring guide|scoring rubric|what a good answer covers|expected points|must mention"
    ),
    Label.OVERVIEW: "overview|context|background|introduction|intro|description|überblick",
    Label.BLUEPRINT: (
        "speaking blueprint|blueprint|verbal response|spoken answer|talk track|verbal answer|"
        "how to say it|how to say it out loud|how to say it in three minutes|"
        "how to say it in 3 minutes|three minute answer|3 minute answer|speaking outline"
    ),
    Label.HOOK: "hook|the hook|opening hook|opening",
    Label.CORE: "core|core execution|the core|core message|core points|execution|main body",
    Label.PUNCHLINE: "punchline|punch line|the punchline|closing|closing line",
    Label.FOLLOW_UPS: (
        "follow ups|followups|follow up questions|followup questions|follow up|"
        "possible follow ups|probing questions|follow on questions"
    ),
    Label.MISTAKES: (
        "common mistakes|mistakes|pitfalls|common pitfalls|red flags|mistakes to avoid|"
        "common mistakes to avoid|what to avoid"
    ),
    Label.READING: (
        "reading|further reading|references|resources|read more|see also|sources|"
        "additional resources|learn more"
    ),
    Label.SKILLS: "skills|skill|tags|keywords|labels",
    Label.SCENARIO: "scenario|practice scenario|szenario",
    Label.STRATEGY: "answer strategy|answering strategy|response strategy|interview strategy",
    Label.SAMPLE: "sample answer|example answer|sample response|example response",
    Label.NOTES: "notes|note|remark|remarks|comment|comments|hint|hints|tip|tips|extra",
    Label.FURNITURE: (
        "continue learning|up next|continue learning up next|related questions|share|"
        "share this|was this helpful|sign in|log in|login|sign up|subscribe|newsletter|"
        "back to top|previous|next|previous question|next question|cookie settings|"
        "privacy policy|terms of service|all rights reserved|try a different search term|"
        "comments section|leave a comment|advertisement|careers found|career found|"
        "table of contents|contents|toc|inhaltsverzeichnis|more like this|you may also like|"
        "you might also like|similar questions|more questions|read next|keep reading|"
        "related articles|accept all|reject all|accept cookies|manage preferences|"
        "skip to content|skip to main content|share this question|contributing|contributors|"
        "license|licence|acknowledgements|how to use this repository|how to contribute"
    ),
}
# These stand only before a page's end or as marks of a part; inside an answer they are never
# ordinary headings of it.
STRONG: Final = frozenset(
    {
        Label.TESTS, Label.BLUEPRINT, Label.HOOK, Label.CORE, Label.PUNCHLINE, Label.STRATEGY,
        Label.SAMPLE, Label.SCENARIO,
    }
)  # fmt: skip
_COUNTED: Final = frozenset(
    {Label.QUESTION, Label.ANSWER, Label.SCENARIO, Label.STRATEGY, Label.SAMPLE, Label.FOLLOW_UPS}
)
_ITEMS: Final = frozenset({Label.QUESTION, Label.ANSWER, Label.HOOK, Label.CORE, Label.PUNCHLINE})
_MAX_WORDS: Final = 8
_NUMBER: Final = re.compile(r"^(?:(?:part|step)\s+)?\d{1,3}\s*[.):–—-]\s*")
_INLINE: Final = re.compile(
    r"""^(?P<mark>[*_`]{0,3})
        (?P<name>[^\W\d_][^:：*_`\n]{0,60}?(?:\s*\#?\d{1,4})?)
        (?:\s*\([^()\n]{0,60}\))?
        (?:\s*(?P=mark)\s*[:：]\s*(?P=mark)|\s*[:：]\s*(?P=mark))
        \s*(?P<rest>.*)$""",
    re.VERBOSE | re.DOTALL,
)
_DASHED: Final = re.compile(
    r"^[*_]{0,3}(?P<name>[^\W\d_][\w ]{2,30}?)[*_]{0,3}\s+[–—-]\s+(?P<rest>\S.*)$", re.DOTALL
)
_DASHES: Final = frozenset({Label.HOOK, Label.CORE, Label.PUNCHLINE})
_SHORT: Final = re.compile(
    r"^([*_]{0,3})([QA])\s*(\d{0,4})\s*[.):](?:(?<=\.)\d{1,4}\b)?\s*\1\s*", re.IGNORECASE
)
_WRAPPED: Final = re.compile(r"^([*_]{1,3})(?=[^\s*_])([^\n]*[^\s*_])\1$")
_ITEM: Final = re.compile(r"^(?:[-*+•]|\(?\d{1,4}[.)])\s+")


@dataclass(frozen=True)
class Marked:
    """A line that is marked.

    Attributes:
        label: as what.
        rest: the text on the same line behind the mark; empty for a mark alone.
    """

    label: Label
    rest: str


@cache
def _vocabulary() -> dict[str, Label]:
    return {name: label for label, names in _WORDS.items() for name in names.split("|")}


def fold(text: str) -> str:
    """Return ``text`` in lower case, its words only, without numbering, brackets and marks."""
    bare = re.sub(r"\([^()]*\)", " ", text)
    bare = _NUMBER.sub("", bare.strip().strip("#*_`>~ "))
    bare = bare.replace("’", "").replace("'", "")
    return " ".join(re.findall(r"[^\W_]+", bare.casefold()))


def find_label(text: str) -> Label | None:
    """Return what ``text``, as a heading, a column's name or a key, marks; ``None`` for nothing.

    Capitalisation, numbering, punctuation and what stands in brackets do not matter.
    """
    folded = fold(text)
    if not folded or folded.count(" ") >= _MAX_WORDS:
        return None
    known = _vocabulary()
    if folded in known:
        return known[folded]
    numbered = re.fullmatch(r"(.+?) ?\d{1,4}", folded)
    label = known.get(numbered[1]) if numbered else None
    # "Level 1" and "Core 2" are parts of an answer.
    return label if label in _COUNTED else None


def find_marked(line: str) -> Marked | None:
    """Return how a line of plain text is marked: ``Topic: X``, ``**Answer**`` or ``Overview``."""
    stripped = line.strip()
    item = _ITEM.match(stripped)
    if item is None:
        return _marked(stripped)
    # "1. **Q:** What …" marks a question; "1. Overview" is an item of a list.
    marked = _marked(stripped[item.end() :])
    may_be_item = marked is not None and marked.label in _ITEMS
    return marked if marked is not None and may_be_item and marked.rest else None


def _marked(text: str) -> Marked | None:
    if (whole := _WRAPPED.match(text)) and whole[1] not in whole[2]:
        text = whole[2]
    return _short(text) or _inline(text) or _dashed(text) or _alone(text)


def _short(text: str) -> Marked | None:
    found = _SHORT.match(text)
    if found is None:
        return None
    # A small letter and a full stop count the items of a list.
    is_mark = found[2].isupper() or text[found.end(2) :].lstrip("0123456789 ").startswith(":")
    label = Label.QUESTION if found[2] in "Qq" else Label.ANSWER
    return Marked(label, text[found.end() :]) if is_mark else None


def _inline(text: str) -> Marked | None:
    found = _INLINE.match(text)
    label = find_label(found["name"]) if found else None
    if found is None or label is None or not (found["rest"] or len(found["name"]) > 1):
        return None
    return Marked(label, found["rest"].strip())


def _dashed(text: str) -> Marked | None:
    """Return how "Hook — What if …" is marked; other words before a dash are terms."""
    found = _DASHED.match(text)
    label = find_label(found["name"]) if found else None
    return Marked(label, found["rest"]) if found and label in _DASHES else None


def _alone(text: str) -> Marked | None:
    # One letter alone is a letter, a long line is prose, and bars make a row of a table.
    if not text or len(text) > 80 or text[-1] in ".?!,;" or "|" in text or len(fold(text)) < 3:
        return None
    label = find_label(text)
    return Marked(label, "") if label is not None else None


def all_words() -> tuple[str, ...]:
    """Return every name of the vocabulary."""
    return tuple(_vocabulary())
