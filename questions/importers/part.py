"""One question while a document with marked parts is read, and how its texts are parted."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from questions.importers.label import Label, find_marked
from questions.importers.outline import Line
from questions.importers.wording import asks, open_quoted, trim

SPOKEN: Final = frozenset({Label.HOOK, Label.CORE, Label.PUNCHLINE})


class Part:
    """The question that is being read."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.texts: dict[Label, list[str]] = defaultdict(list)
        self.preamble: list[Line] = []
        self.field: Label | None = None
        # The level of the heading that the answer stands under; 0 where a word marks it.
        self.answer_level = 0
        self.sections: dict[int, str] = {}
        # The level of the heading that the question stands in or under.
        self.question_level = 0
        self.question_style = (False, False)
        self.answer_style = (False, False)
        self.is_answered = False
        # Whether its answer has words yet.
        self.is_told = False

    @property
    def is_page(self) -> bool:
        """Whether it has the parts of a page: how to say the answer stands beside it."""
        return Label.HOOK in self.texts

    @property
    def is_asked(self) -> bool:
        """Whether the question's own words have begun."""
        return Label.QUESTION in self.texts


def split_asked(lines: list[str], *, is_headed: bool) -> tuple[str, str]:
    """Part a question from what stands below it without a mark: its answer.

    "### Q1: What is BPE?" needs no word to tell that the paragraph below it answers. A question
    whose text goes on to ask is one question, and so is one in a block quote.

    Args:
        lines: the question, and what stands below it.
        is_headed: whether the first line stands in the heading itself.
    """
    text = trim("\n".join(lines))
    head, _, rest = text.partition("\n")
    ends = head.rstrip("*_\"'”’) ").endswith(("?", "？"))
    is_quoted = head.lstrip().startswith(">")
    below = rest.strip()
    if not below or not (ends or asks(head)) or is_quoted:
        return text, ""
    if not ends and not is_headed and rest[:1] != "\n":
        # A request that goes on in the next line.
        return text, ""
    if below.rstrip("*_\"'”’) ").endswith(("?", "？")):
        return text, ""
    return head, trim(rest)


def style_of(raw: str) -> tuple[bool, bool]:
    """Return how a word marks a part: whether in bold, and whether alone on its line."""
    bare = raw.strip()
    marked = find_marked(bare)
    return bare.startswith(("**", "__")), marked is not None and not marked.rest


def split_spoken(texts: dict[Label, str]) -> tuple[dict[Label, str], str]:
    """Return hook, core and punchline without their quotation marks, and what stands behind."""
    spoken = {label: open_quoted(texts.get(label, "")) for label in SPOKEN}
    last = texts.get(Label.PUNCHLINE, "")
    paragraphs = re.split(r"\n\s*\n", last)
    beyond = ""
    if len(paragraphs) > 1 and last[:1] in '"“„«' and last[-1:] not in '"”“»':
        first = open_quoted(paragraphs[0])
        if first != paragraphs[0]:
            spoken[Label.PUNCHLINE] = first
            beyond = "\n\n".join(paragraphs[1:])
    return spoken, beyond
