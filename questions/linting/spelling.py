"""Words that are in no list of words.

British and American spellings both pass. Weak and middling exemplars are exempt: people type
carelessly, and the grader has to live with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from importlib.resources import files
from typing import Final

from spellchecker import SpellChecker

from questions.question import Band, Question

_CODE: Final = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"\n]*\"")
# What holds a digit or one of these is a number, a unit, a formula, a path or an address.
_DATA: Final = re.compile(r"[\d_@=<>+#&%$€£~\\.:()\[\]{}|^*]")
_JOINTS: Final = re.compile(r"[-–—/→,;]")
_EDGES: Final = ".,;:!?()[]{}*_…–—-\"'“”‘’"
_SHORTENED: Final = re.compile(r"(n't|'(s|ve|re|ll|d|m))$")
_SHORTEST: Final = 3
# The endings by which a British spelling differs from the American that the list has.
_BRITISH: Final = (
    (re.compile(r"is(e|ed|es|er|ers|ing|ation|ations|able)$"), r"iz\1"),
    (re.compile(r"ys(e|ed|es|er|ers|ing)$"), r"yz\1"),
    (re.compile(r"our"), "or"),
    (re.compile(r"tre(s|d)?$"), r"ter\1"),
    (re.compile(r"ogue(s?)$"), r"og\1"),
    (re.compile(r"ence(s?)$"), r"ense\1"),
    (re.compile(r"ll(ed|ing|er|ers)$"), r"l\1"),
    (re.compile(r"amme(s?)$"), r"am\1"),
)


class Speller:
    """Finds words that are misspelt. The list of words is read on first use."""

    def misspelt(self, question: Question) -> Iterator[tuple[str, str | None]]:
        """Yield each unknown word of ``question`` once, with the likeliest one if there is any.

        Names (whatever begins with a capital), code, quotations and what holds digits are left
        out.
        """
        seen: set[str] = set()
        for text in _texts(question):
            for word in _words(text):
                if word not in seen and not self._knows(word):
                    seen.add(word)
                    likely = self._checker.correction(word)
                    yield word, likely if likely != word else None

    def _knows(self, word: str) -> bool:
        listed = self._checker.word_frequency.dictionary
        return any(form in listed for form in (word, *_american(word))) or word in self._field

    @cached_property
    def _checker(self) -> SpellChecker:
        return SpellChecker(language="en", distance=1)

    @cached_property
    def _field(self) -> frozenset[str]:
        text = files("questions").joinpath("linting", "words.txt").read_text("utf-8")
        british = [word for word in text.split("\n") if not word.startswith("#")]
        return frozenset(form for word in british for form in (word, *_american(word)))


def _american(word: str) -> Iterator[str]:
    """Yield what a British spelling would be in American, where the two differ."""
    for pattern, ending in _BRITISH:
        other = pattern.sub(ending, word)
        if other != word:
            yield other


def _texts(question: Question) -> Iterator[str]:
    blueprint = question.blueprint
    yield from (question.title, question.tests, question.prompt, question.model_answer)
    yield from (*question.skills, blueprint.hook, *blueprint.core, blueprint.punchline)
    yield from (*question.follow_ups, *question.common_mistakes)
    for criterion in question.rubric.criteria:
        yield from (criterion.text, criterion.met, criterion.partial)
    yield from (e.text for e in question.exemplars if e.band is Band.STRONG)


def _words(text: str) -> Iterator[str]:
    """Yield the lower-case words of running text."""
    prose = _QUOTED.sub(" ", _CODE.sub(" ", text))
    for token in prose.replace("’", "'").split():
        bare = token.strip(_EDGES)
        if _DATA.search(bare):
            continue
        for part in _JOINTS.split(bare):
            word = _SHORTENED.sub("", part.strip(_EDGES))
            if len(word) >= _SHORTEST and word.isalpha() and word.islower():
                yield word
